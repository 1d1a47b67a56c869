#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "math/matrix.h"
#include "recommend/data/item_head.h"
#include "recommend/data/item_origins.h"
#include "recommend/data/sequences.h"
#include "recommend/models/causal_ridge.h"
#include "recommend/models/scorer.h"

namespace cineloom {

struct NextRidgeOptions {
  CausalRidgeOptions ridge;
  std::uint64_t memory_budget = 4ULL << 30U;  ///< bytes the fit may hold at once; more is refused with the estimate
  std::int32_t most_items = 5000;             ///< only so many items, the most popular, take part; the rest scores 0
};

/// What somebody takes next as one causal ridge over the order of the past: sum over the past of g^back W[item, next]. Linear in the
/// past, so that a score without one of its events costs a sum, which NextItem's judge cannot give.
class NextRidge final : public Scorer {
 public:
  /// Errors: InvalidArgument for sequences in which nothing follows anything, and options out of range; ResourceExhausted above the budget; Cancelled.
  static Expected<NextRidge> fit(const Sequences& sequences, const NextRidgeOptions& options, Progress& progress, const CancelToken& cancel);

  [[nodiscard]] std::string_view name() const override { return "next-ridge"; }
  [[nodiscard]] std::int32_t items() const override { return static_cast<std::int32_t>(head_.items()); }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;
  /// The score of one item; the same as score() to rounding.
  [[nodiscard]] float score(std::span<const HistoryEntry> history, std::int32_t item) const;

  /// What `because` adds to the score of `item` where it was the last event; earlier ones add g^back of it.
  [[nodiscard]] float contribution(std::int32_t item, std::int32_t because) const;

  /// The past's items that count, each with what it is weighed by.
  [[nodiscard]] std::vector<HistoryEntry> weighed(std::span<const HistoryEntry> history) const;
  /// The most that `because` adds to, or takes from, the score of any item where it was the last event.
  [[nodiscard]] float reach(std::int32_t because) const;

  /// For items numbered anew; new ones score 0.
  [[nodiscard]] NextRidge rearranged(ItemOrigins origins) &&;

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for shapes that disagree or numbers that are not finite.
  static Expected<NextRidge> read(ByteReader& in);

 private:
  void measure_reaches();
  template <class Visit>
  void each_recent(std::span<const HistoryEntry> history, Visit visit) const;

  ItemHead head_;
  float decay_ = 0;  ///< g, per event
  std::vector<float> reaches_;  ///< by place: the greatest |W| of its row
  Matrix weights_;   ///< by place of the past's item, then of the next
};

}  // namespace cineloom
