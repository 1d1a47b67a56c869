#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"

namespace cineloom {

struct ScoredIndex {
  std::int32_t index = 0;
  double score = 0;
  friend bool operator==(const ScoredIndex&, const ScoredIndex&) = default;
};

/// The rows of a matrix with the largest products with a query: exact, as if every product were computed in double, and of equal
/// ones the smaller index. It reads one byte per value: rows are kept in 8 bits with a step of their own, and what the 8 bits
/// cannot rule out (a bound that always holds) is computed again from the floats. Immutable: any thread may ask.
class TopK {
 public:
  /// `rows` [n, k] finite, borrowed; k up to 4096.
  explicit TopK(const Matrix& rows);

  /// The `count` best rows, best first; fewer where fewer are allowed. `query` [k] finite. `allowed`: bit i of the words (bit i % 64 of
  /// word i / 64) lets row i take part, tested inside the scan; empty = all.
  [[nodiscard]] std::vector<ScoredIndex> best(std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed = {}) const;
  /// How many rows the last step of such a question computes from floats: what the bound could not rule out.
  [[nodiscard]] std::size_t candidates(std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed = {}) const;

 private:
  [[nodiscard]] std::vector<std::int32_t> scan(std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed) const;

  const Matrix& rows_;
  std::size_t stride_;                                              ///< bytes from row to row, a multiple of 64
  std::vector<std::int8_t, CacheLineAllocator<std::int8_t>> bytes_;
  std::vector<float, CacheLineAllocator<float>> steps_;             ///< per row: its quantiser's step
  std::vector<float, CacheLineAllocator<float>> offsets_;           ///< per row: what turns the bytes' product into an upper bound
  std::vector<float, CacheLineAllocator<float>> widths_;            ///< per row: |bytes|_1, twice what the query's rounding can do
};

/// All products in double, then the best: what TopK is tested against.
std::vector<ScoredIndex> best_rows_plainly(const Matrix& rows, std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed = {});

}  // namespace cineloom
