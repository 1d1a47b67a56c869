#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/expected.h"
#include "recommend/data/sequences.h"

namespace cineloom {

/// How much a pair counts: an item `d` events after another counts decay^(d - 1), d = 1 .. window.
struct TransitionKernel {
  std::int32_t window = 10;  ///< 1 .. 10000
  float decay = 0.7F;        ///< (0, 1]
};

/// What came after what, and how often: directed co-occurrence M_ab = sum over pairs a before b of decay^(d - 1). Sparse rows, so
/// that it works for any number of items, and exact additions, so that it knows the last event without training.
class Transitions {
 public:
  struct Count {
    std::int32_t item = 0;
    float count = 0;
  };

  Transitions() = default;
  /// Keeps the `most_per_row` largest counts of each item (ties by item). The result does not depend on `threads` (0 = all cores).
  /// Errors: InvalidArgument for a kernel out of range; Cancelled.
  static Expected<Transitions> count(const Sequences& sequences, const TransitionKernel& kernel, std::size_t most_per_row, int threads,
                                     const CancelToken& cancel);

  [[nodiscard]] std::int32_t items() const { return static_cast<std::int32_t>(rows_.size()); }
  /// What came after `item`, by item rising.
  [[nodiscard]] std::span<const Count> after(std::int32_t item) const { return rows_[static_cast<std::size_t>(item)]; }
  /// Sum over all that came after `item`, also over what most_per_row dropped.
  [[nodiscard]] float total_after(std::int32_t item) const { return row_totals_[static_cast<std::size_t>(item)]; }
  /// Sum over all that `item` came after.
  [[nodiscard]] float total_before(std::int32_t item) const { return column_totals_[static_cast<std::size_t>(item)]; }

  /// Somebody with the past `history` (oldest first) took `item`: as if it had been counted. Not while others read.
  void add(std::span<const std::int32_t> history, std::int32_t item);

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for rows that are not sorted, items out of range and counts that are negative or not finite.
  static Expected<Transitions> read(ByteReader& in);

 private:
  TransitionKernel kernel_;
  std::vector<std::vector<Count>> rows_;
  std::vector<float> row_totals_;
  std::vector<float> column_totals_;
};

}  // namespace cineloom
