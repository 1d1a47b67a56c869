#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"
#include "math/rounded_rows.h"

namespace cineloom {

struct ScoredIndex {
  std::int32_t index = 0;
  double score = 0;
  friend bool operator==(const ScoredIndex&, const ScoredIndex&) = default;
};

/// The rows of a matrix with the largest products with a query: exact, as if every product were computed in double, and of equal
/// ones the smaller index. What rows in 8 bits (rounded_rows.h) cannot rule out is computed from the floats.
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

  const Matrix& rows_;
  RoundedRows rounded_;
};

/// All products in double, then the best: what TopK is tested against.
std::vector<ScoredIndex> best_rows_plainly(const Matrix& rows, std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed = {});

}  // namespace cineloom
