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

INSTANTIATE_TEST_SUITE_P(Sizes, DenseInverseOfSize, testing::Values(1, 2, 31, 95, 96, 97, 700, 1025, 1700));

TEST(DenseInverse, RefusesWhatIsNotPositiveDefinite) {
  Matrix matrix = definite(50, 1);
  matrix.at(20, 20) = -1;
  EXPECT_EQ(invert_positive_definite(matrix, 1, {}).error().code(), ErrorCode::InvalidArgument);
}

struct Shape {
  std::size_t rows, depth, columns;
};

class MultiplyOfShape : public testing::TestWithParam<Shape> {};

TEST_P(MultiplyOfShape, EqualsThePlainProductInEveryTransposition) {
  const auto [rows, depth, columns] = GetParam();
  Random random(2);
  for (const Transpose a : {Transpose::No, Transpose::Yes}) {
    for (const Transpose b : {Transpose::No, Transpose::Yes}) {
      Matrix left(a == Transpose::No ? rows : depth, a == Transpose::No ? depth : rows);
      Matrix right(b == Transpose::No ? depth : columns, b == Transpose::No ? columns : depth);
      Matrix fast(rows, columns);
      for (Matrix* matrix : {&left, &right, &fast}) {
        for (float& value : matrix->values()) value = static_cast<float>(random.normal());
      }
      for (const float beta : {0.0F, 1.0F, 0.5F}) {
        Matrix plain = fast;
        multiply(2, left, a, right, b, beta, fast);
        multiply_plainly(2, left, a, right, b, beta, plain);
        for (std::size_t i = 0; i < fast.values().size(); ++i) ASSERT_NEAR(fast.values()[i], plain.values()[i], 5e-4);
      }
    }
  }
}

// Narrower than a tile, tiles cut off on every side, and more than is packed at once in each direction.
INSTANTIATE_TEST_SUITE_P(Shapes, MultiplyOfShape,
                         testing::Values(Shape{13, 9, 11}, Shape{5, 40, 1}, Shape{12, 8, 32}, Shape{67, 31, 45}, Shape{260, 12, 70}, Shape{24, 300, 64},
                                         Shape{9, 20, 1100}));

}  // namespace
}  // namespace cineloom
