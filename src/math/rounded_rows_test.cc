#include "math/rounded_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "base/random.h"

namespace cineloom {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Matrix random_rows(std::size_t count, std::size_t size, Seed seed) {
  Random random(seed);
  Matrix rows(count, size);
  for (float& value : rows.values()) value = static_cast<float>(random.normal());
  return rows;
}

double product(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

RoundedRows rounded(const Matrix& rows) {
  RoundedRows made(rows.rows(), rows.columns());
  for (std::size_t i = 0; i < rows.rows(); ++i) made.set(i, rows.row(i));
  return made;
}

TEST(RoundedRows, MissNoRowThatReachesItsOwnBarAndBoundEachProduct) {
  for (const std::size_t count : {1UL, 63UL, 64UL, 1000UL}) {
    for (const std::size_t size : {1UL, 17UL, 128UL, 304UL}) {
      const Matrix rows = random_rows(count, size, 3);
      const Matrix query = random_rows(1, size, 4);
      Random random(5);
      std::vector<float> least(count);
      for (float& bar : least) bar = static_cast<float>(std::sqrt(static_cast<double>(size)) * 2 * random.normal());
      std::set<std::int32_t> found;
      for (const ReachingRow& row : rounded(rows).reaching(query.row(0), least)) {
        found.insert(row.index);
        EXPECT_LE(product(rows.row(static_cast<std::size_t>(row.index)), query.row(0)), static_cast<double>(row.most));
      }
      std::size_t reaching = 0;
      for (std::size_t i = 0; i < count; ++i) {
        if (product(rows.row(i), query.row(0)) < static_cast<double>(least[i])) continue;
        ++reaching;
        EXPECT_TRUE(found.contains(static_cast<std::int32_t>(i))) << i << " of " << count << " rows of " << size;
      }
      EXPECT_LE(found.size(), reaching + 2 + count / 20) << "what all eight bits rule out is no candidate";
    }
  }
}

TEST(RoundedRows, TakeARowInAnyCaseOrNotAtAll) {
  const Matrix rows = random_rows(70, 8, 1);
  const std::vector<float> query(8, 1);
  std::vector<float> least(70, kInfinity);
  least[69] = -kInfinity;
  const auto found = rounded(rows).reaching(query, least);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().index, 69);
}

TEST(RoundedRows, AnswerAQueryOfZerosAndRowsOfZeros) {
  const RoundedRows zeros(3, 4);
  const std::vector<float> least{-1, 0, 1};
  EXPECT_THAT(zeros.reaching(std::vector<float>(4, 0), least), testing::SizeIs(2));
  EXPECT_THAT(zeros.reaching(std::vector<float>(4, 1), least), testing::SizeIs(2));
  EXPECT_THAT(RoundedRows(2, 0).reaching({}, std::vector<float>{0, 1}), testing::SizeIs(1));
}

TEST(RoundedRows, RuleNothingOutByNumbersThatAreTooLargeForThem) {
  RoundedRows rows(2, 1);
  rows.set(0, std::vector<float>{kInfinity});
  EXPECT_THAT(rows.reaching(std::vector<float>{1}, std::vector<float>{1e30F, 1}), testing::SizeIs(1));
  EXPECT_THAT(rows.reaching(std::vector<float>{kInfinity}, std::vector<float>{1, 1}), testing::SizeIs(2));
}

}  // namespace
}  // namespace cineloom
