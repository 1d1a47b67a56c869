#include "math/cholesky.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace cineloom {
namespace {

std::vector<float> definite(std::size_t size, Seed seed) {
  Random random(seed);
  std::vector<float> half(size * size);
  for (float& value : half) value = static_cast<float>(random.normal());
  std::vector<float> whole(size * size, 0);
  for (std::size_t row = 0; row < size; ++row) {
    for (std::size_t column = 0; column < size; ++column) {
      for (std::size_t i = 0; i < size; ++i) whole[row * size + column] += half[row * size + i] * half[column * size + i];
    }
    whole[row * size + row] += 3;
  }
  return whole;
}

void expect_same_lower(std::span<const float> a, std::span<const float> b, std::size_t size) {
  for (std::size_t row = 0; row < size; ++row) {
    for (std::size_t column = 0; column <= row; ++column) EXPECT_NEAR(a[row * size + column], b[row * size + column], 1e-3);
  }
}

TEST(Cholesky, EqualsThePlainFactor) {
  for (const std::size_t size : {1UL, 2UL, 17UL, 64UL, 100UL}) {
    auto fast = definite(size, size);
    auto plain = fast;
    ASSERT_EQ(factor_cholesky(fast, size), Definite::Yes);
    ASSERT_EQ(factor_cholesky_plainly(plain, size), Definite::Yes);
    expect_same_lower(fast, plain, size);
  }
}

TEST(Cholesky, UpdatesAndDowndatesByOneRow) {
  constexpr std::size_t kSize = 20;
  auto factor = definite(kSize, 1);
  ASSERT_EQ(factor_cholesky(factor, kSize), Definite::Yes);
  const auto before = factor;
  std::vector<float> x(kSize, 0.5F);
  std::vector<float> spoilt = x;
  update_cholesky(factor, spoilt);
  spoilt = x;
  ASSERT_EQ(downdate_cholesky(factor, spoilt), Definite::Yes);
  expect_same_lower(factor, before, kSize);
}

TEST(Cholesky, SaysWhenAMatrixIsNotPositiveDefinite) {
  std::vector<float> matrix{1, 2, 2, 1};
  EXPECT_EQ(factor_cholesky(matrix, 2), Definite::No);
  std::vector<float> factor{1, 0, 0, 1};
  std::vector<float> large{2, 0};
  EXPECT_EQ(downdate_cholesky(factor, large), Definite::No);
}

}  // namespace
}  // namespace cineloom
