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
/// ones the smaller index. Rows are kept in 8 bits with a step of their own. A scan reads the upper four of them; what those cannot
/// rule out (a bound that always holds) is bounded by all eight, and what these cannot rule out is computed from the floats.
/// Immutable: any thread may ask.
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

  void quantise(std::size_t row);

  const Matrix& rows_;
  std::size_t chunks_;                                              ///< of 128 values to a row
  std::vector<std::uint8_t, CacheLineAllocator<std::uint8_t>> high_;
  std::vector<std::uint8_t, CacheLineAllocator<std::uint8_t>> low_;
  std::vector<float, CacheLineAllocator<float>> steps_;             ///< per row: its quantiser's step
  std::vector<float, CacheLineAllocator<float>> high_errors_;       ///< per row: how far the upper four bits may be off
  std::vector<float, CacheLineAllocator<float>> errors_;            ///< the same of all eight
  std::vector<float, CacheLineAllocator<float>> lengths_;
};

/// All products in double, then the best: what TopK is tested against.
std::vector<ScoredIndex> best_rows_plainly(const Matrix& rows, std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed = {});

}  // namespace cineloom
