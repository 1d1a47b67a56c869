#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"

namespace cineloom {

/// Rows of floats on a grid of whole numbers. Weighted sums of their products are exact, and so the same in any order, for any number
/// of threads and machines.
class WholeRows {
 public:
  static constexpr int kMostBits = 15;
  static constexpr std::int32_t kMostWeight = 1023;

  /// `rows` [n, k]; none of its numbers lies further from 0 than `greatest`, >= 0. `bits` of a number on the grid, 1 .. kMostBits; the
  /// grid's step is a power of two.
  WholeRows(const Matrix& rows, float greatest, int bits);
  /// The most bits with which sums over that many rows stay within 64.
  static int bits_for(std::int64_t most_rows);

  [[nodiscard]] std::size_t columns() const { return columns_; }
  /// Sums of add(): a triangle of k (k + 1) / 2, then k.
  [[nodiscard]] std::size_t sums() const { return columns_ * (columns_ + 1) / 2 + columns_; }
  /// What 1 on the grid stands for; 1 in a sum of products stands for its square.
  [[nodiscard]] double step() const { return step_; }

  /// Adds, over the rows named, weight x row row' (lower triangle, row by row) and weight x row to `totals` [sums()]. `weights`:
  /// 0 .. kMostWeight, one per index. Any thread.
  void add(std::span<const std::int32_t> indices, std::span<const std::int32_t> weights, std::span<std::int64_t> totals) const;
  /// The same for all rows with weight 1.
  void add_all(std::span<std::int64_t> totals) const;

 private:
  std::size_t columns_ = 0;
  double step_ = 1;
  std::vector<std::int16_t> values_;
};

}  // namespace cineloom
