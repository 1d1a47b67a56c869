#include "math/whole_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace cineloom {
namespace {

constexpr std::size_t kRows = 1500;  // more than a panel, and not a multiple of one
constexpr std::size_t kColumns = 7;

Matrix some_rows() {
  Random random(3);
  Matrix rows(kRows, kColumns);
  for (float& value : rows.values()) value = static_cast<float>(random.normal());
  return rows;
}

float greatest_of(const Matrix& rows) {
  return std::abs(*std::ranges::max_element(rows.values(), {}, [](float value) { return std::abs(value); }));
}

TEST(WholeRows, SumWhatPlainLoopsInWholeNumbersSum) {
  const Matrix rows = some_rows();
  const WholeRows whole(rows, greatest_of(rows), WholeRows::kMostBits);
  std::vector<std::int32_t> indices(kRows);
  std::iota(indices.begin(), indices.end(), 0);
  std::vector<std::int32_t> weights;
  for (const std::int32_t index : indices) weights.push_back(index * 7 % (WholeRows::kMostWeight + 1));
  std::vector<std::int64_t> totals(whole.sums(), 0);
  whole.add(indices, weights, totals);

  const auto number = [&](std::size_t row, std::size_t column) { return std::llrint(static_cast<double>(rows.at(row, column)) / whole.step()); };
  std::vector<std::int64_t> expected(whole.sums(), 0);
  for (std::size_t row = 0; row < kRows; ++row) {
    auto total = expected.begin();
    for (std::size_t i = 0; i < kColumns; ++i) {
      for (std::size_t j = 0; j <= i; ++j) *total++ += weights[row] * number(row, i) * number(row, j);
    }
    for (std::size_t i = 0; i < kColumns; ++i) *total++ += weights[row] * number(row, i);
  }
  EXPECT_EQ(totals, expected);
}

TEST(WholeRows, SumTheSameInAnyOrderAndInParts) {
  const Matrix rows = some_rows();
  const WholeRows whole(rows, greatest_of(rows), WholeRows::kMostBits);
  std::vector<std::int64_t> at_once(whole.sums(), 0);
  whole.add_all(at_once);
  std::vector<std::int64_t> in_parts(whole.sums(), 0);
  std::vector<std::int32_t> indices(kRows);
  std::iota(indices.begin(), indices.end(), 0);
  std::ranges::reverse(indices);
  const std::vector<std::int32_t> ones(kRows, 1);
  for (std::size_t first = 0; first < kRows; first += 100) whole.add(std::span(indices).subspan(first, 100), std::span(ones).first(100), in_parts);
  EXPECT_EQ(in_parts, at_once);
}

TEST(WholeRows, LieCloseToTheFloats) {
  const Matrix rows = some_rows();
  const float greatest = greatest_of(rows);
  const WholeRows whole(rows, greatest, WholeRows::kMostBits);
  EXPECT_LE(whole.step(), 2.0 * static_cast<double>(greatest) / (1 << WholeRows::kMostBits));
  EXPECT_EQ(std::exp2(std::round(std::log2(whole.step()))), whole.step());
  std::vector<std::int64_t> totals(whole.sums(), 0);
  whole.add_all(totals);
  double square = 0;
  for (std::size_t row = 0; row < kRows; ++row) square += static_cast<double>(rows.at(row, 0)) * static_cast<double>(rows.at(row, 0));
  EXPECT_NEAR(static_cast<double>(totals.front()) * whole.step() * whole.step() / square, 1, 1e-4);
}

TEST(WholeRows, LeaveRoomForTheSumsOfAsManyRowsAsThereMayBe) {
  for (const std::int64_t rows : {std::int64_t{1}, std::int64_t{1} << 20, std::int64_t{1} << 27, std::int64_t{1} << 40}) {
    const int bits = WholeRows::bits_for(rows);
    EXPECT_GE(bits, 1);
    const double most = static_cast<double>(rows) * std::exp2(2 * bits) * WholeRows::kMostWeight;
    EXPECT_LT(most, std::exp2(63)) << rows;
  }
  EXPECT_EQ(WholeRows::bits_for(1000), WholeRows::kMostBits);
}

TEST(WholeRows, OfZerosAreZero) {
  const WholeRows whole(Matrix(3, 2), 0, WholeRows::kMostBits);
  std::vector<std::int64_t> totals(whole.sums(), 0);
  whole.add_all(totals);
  EXPECT_TRUE(std::ranges::all_of(totals, [](std::int64_t total) { return total == 0; }));
}

}  // namespace
}  // namespace cineloom
