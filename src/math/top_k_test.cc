#include "math/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace cineloom {
namespace {

enum class Rows { Random, Tied, Zero, Duplicated, Skewed };

Matrix rows_of(Rows kind, std::size_t count, std::size_t size) {
  Random random(count + size);
  Matrix rows(count, size);
  for (std::size_t i = 0; i < count; ++i) {
    const double scale = kind == Rows::Skewed ? 1 / (1 + 0.1 * static_cast<double>(i % 97)) : 1;
    for (float& value : rows.row(i)) {
      if (kind == Rows::Random || kind == Rows::Skewed) value = static_cast<float>(scale * random.normal());
      if (kind == Rows::Tied) value = static_cast<float>(random.below(3)) - 1;
      if (kind == Rows::Duplicated) value = static_cast<float>(random.normal());
    }
    if (kind == Rows::Duplicated && i >= 10) std::ranges::copy(rows.row(i % 10), rows.row(i).begin());
  }
  return rows;
}

std::vector<std::uint64_t> filter_of(std::size_t rows, double share, Seed seed) {
  Random random(seed);
  std::vector<std::uint64_t> words((rows + 63) / 64, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    if (random.uniform() < share) words[i / 64] |= 1ULL << i % 64;
  }
  return words;
}

class TopKOf : public testing::TestWithParam<Rows> {};

TEST_P(TopKOf, EqualsAllProductsInDoubleAtEveryFilterDensity) {
  for (const std::size_t count : {1UL, 5UL, 64UL, 130UL, 1001UL}) {
    for (const std::size_t size : {1UL, 7UL, 64UL, 100UL, 128UL, 300UL}) {
      const Matrix rows = rows_of(GetParam(), count, size);
      const Matrix queries = rows_of(Rows::Random, 3, size);
      const TopK top(rows);
      for (const double share : {0.0, 0.01, 0.1, 0.5, 0.99, 1.0}) {
        const auto allowed = filter_of(count, share, size);
        for (std::size_t query = 0; query < queries.rows(); ++query) {
          ASSERT_EQ(top.best(queries.row(query), 20, allowed), best_rows_plainly(rows, queries.row(query), 20, allowed))
              << count << " rows of " << size << ", share " << share;
        }
      }
      ASSERT_EQ(top.best(queries.row(0), 20), best_rows_plainly(rows, queries.row(0), 20));
    }
  }
}

TEST_P(TopKOf, GivesTheFirstRowsForAQueryOfZeros) {
  const Matrix rows = rows_of(GetParam(), 200, 32);
  EXPECT_EQ(TopK(rows).best(std::vector<float>(32, 0), 5), best_rows_plainly(rows, std::vector<float>(32, 0), 5));
}

INSTANTIATE_TEST_SUITE_P(Kinds, TopKOf, testing::Values(Rows::Random, Rows::Tied, Rows::Zero, Rows::Duplicated, Rows::Skewed));

TEST(TopK, RulesOutNearlyAllRowsByTheirBytes) {
  const Matrix rows = rows_of(Rows::Random, 20000, 128);
  const Matrix query = rows_of(Rows::Random, 1, 128);
  EXPECT_LT(TopK(rows).candidates(query.row(0), 20), 60U);
}

}  // namespace
}  // namespace cineloom
