#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"

namespace cineloom {

struct ByteRows;
struct RoundedQuery;

/// A row that may reach what was asked of it.
struct ReachingRow {
  std::int32_t index = 0;
  float most = 0;  ///< its product with the query is no more than this
};

/// Rows of numbers in 8 bits, each with a step of its own, and how far they may be off. A scan reads the upper four bits of each number;
/// what those cannot rule out (by a bound that always holds) is bounded by all eight. Const calls may be made from any thread.
class RoundedRows {
 public:
  RoundedRows() = default;
  /// All zero. `columns` 0 .. 4096.
  RoundedRows(std::size_t rows, std::size_t columns);

  /// `values` [columns]; once for each row. Different rows may be set by different threads.
  void set(std::size_t row, std::span<const float> values);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }

  /// Every row i whose product with the query is at least `least[i]`, and some that come near, by rising index. Shapes: query [columns],
  /// least [rows]; -infinity = that row in any case, infinity = not at all.
  [[nodiscard]] std::vector<ReachingRow> reaching(std::span<const float> query, std::span<const float> least) const;

 private:
  friend class TopK;
  [[nodiscard]] ByteRows view() const;
  [[nodiscard]] RoundedQuery rounded(std::span<const float> query, float step) const;

  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::size_t chunks_ = 0;                                              ///< of 128 values to a row
  std::vector<std::uint8_t, CacheLineAllocator<std::uint8_t>> high_;
  std::vector<std::uint8_t, CacheLineAllocator<std::uint8_t>> low_;
  std::vector<float, CacheLineAllocator<float>> steps_;             ///< per row: its quantiser's step
  std::vector<float, CacheLineAllocator<float>> high_errors_;       ///< per row: how far the upper four bits may be off
  std::vector<float, CacheLineAllocator<float>> errors_;            ///< the same of all eight
  std::vector<float, CacheLineAllocator<float>> lengths_;
};

}  // namespace cineloom
