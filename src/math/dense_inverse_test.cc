#include "math/dense_inverse.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace cineloom {
namespace {

Matrix definite(std::size_t size, Seed seed) {
  Random random(seed);
  Matrix half(size, size / 2 + 1);
  for (float& value : half.values()) value = static_cast<float>(random.normal());
  Matrix whole(size, size);
  multiply(1, half, Transpose::No, half, Transpose::Yes, 0, whole);
  for (std::size_t i = 0; i < size; ++i) whole.at(i, i) += 20;
  return whole;
}

class DenseInverseOfSize : public testing::TestWithParam<std::size_t> {};

TEST_P(DenseInverseOfSize, GivesTheIdentityWhenMultipliedBackAndIsTheSameForAnyThreads) {
  const Matrix matrix = definite(GetParam(), GetParam());
  Matrix one = matrix;
  Matrix two = matrix;
  ASSERT_TRUE(invert_positive_definite(one, 1, {}));
  ASSERT_TRUE(invert_positive_definite(two, 2, {}));
  EXPECT_TRUE(std::ranges::equal(one.values(), two.values()));
  Matrix identity(GetParam(), GetParam());
  multiply(1, matrix, Transpose::No, one, Transpose::No, 0, identity);
  for (std::size_t row = 0; row < GetParam(); ++row) {
    for (std::size_t column = 0; column < GetParam(); ++column) ASSERT_NEAR(identity.at(row, column), row == column ? 1 : 0, 2e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, DenseInverseOfSize, testing::Values(1, 2, 31, 383, 384, 385, 700, 1025));

TEST(DenseInverse, RefusesWhatIsNotPositiveDefinite) {
  Matrix matrix = definite(50, 1);
  matrix.at(20, 20) = -1;
  EXPECT_EQ(invert_positive_definite(matrix, 1, {}).error().code(), ErrorCode::InvalidArgument);
}

TEST(Multiply, EqualsThePlainProductInEveryTransposition) {
  Random random(2);
  for (const Transpose a : {Transpose::No, Transpose::Yes}) {
    for (const Transpose b : {Transpose::No, Transpose::Yes}) {
      Matrix left(a == Transpose::No ? 13 : 9, a == Transpose::No ? 9 : 13);
      Matrix right(b == Transpose::No ? 9 : 11, b == Transpose::No ? 11 : 9);
      for (float& value : left.values()) value = static_cast<float>(random.normal());
      for (float& value : right.values()) value = static_cast<float>(random.normal());
      Matrix fast(13, 11);
      Matrix plain(13, 11);
      multiply(2, left, a, right, b, 0, fast);
      multiply_plainly(2, left, a, right, b, 0, plain);
      for (std::size_t i = 0; i < fast.values().size(); ++i) EXPECT_NEAR(fast.values()[i], plain.values()[i], 1e-4);
    }
  }
}

}  // namespace
}  // namespace cineloom
