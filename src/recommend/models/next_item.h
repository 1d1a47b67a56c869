#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "base/random.h"
#include "math/matrix.h"
#include "recommend/models/scorer.h"

namespace cineloom {

struct NextItemOptions {
  std::int32_t most_dense_items = 5000;  ///< members with item-item matrices take only so many items, the most popular; three matrices of 4 n^2 bytes
  std::size_t most_transitions = 2000;   ///< transitions kept of each item, > 0
  std::size_t candidates = 150;          ///< items that are looked at closely per question, 1 .. items
  std::size_t training_lists = 20000;    ///< most moments of the past that the judge learns from
  std::int32_t held_out = 5;             ///< events at the end of each past that the judge learns from, at most a quarter of it; >= 1
  std::size_t hidden = 32;               ///< hidden units of the judge
  Seed seed = 1;                         ///< the only source of randomness
  int threads = 0;                       ///< 0 = all cores; the result does not depend on it
};

/// What somebody takes next, from the order of what came before. Members in closed form (decayed co-occurrence, causal ridges, EASE
/// and votes of similar moments in others' pasts) score every item; a linear judge keeps the best `candidates`, and a small network ranks
/// them by what the members say. Both judges learn from the last events of each past, which the members did not see then: so the
/// weights are the data's own. Afterwards the members are fitted again on everything.
/// Uses the order of events only, neither times nor values. Where items come again, past items are candidates too.
class NextItem final : public Scorer {
 public:
  /// Errors: InvalidArgument for no events or options out of range; Cancelled.
  static Expected<NextItem> fit(const Interactions& interactions, const NextItemOptions& options, Progress& progress, const CancelToken& cancel);

  NextItem(NextItem&&) noexcept;
  NextItem& operator=(NextItem&&) noexcept;
  ~NextItem() override;

  [[nodiscard]] std::string_view name() const override { return "next"; }
  [[nodiscard]] std::int32_t items() const override;
  /// Items that are no candidates come after all that are. An empty history is answered by popularity.
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;

  /// Somebody with the past `history` (oldest first) took `item`: transitions and popularity know it at once, the other members
  /// after the next fit. Not while others ask.
  void add(std::span<const HistoryEntry> history, std::int32_t item);

  /// Members that score every item alone, with their weights in the linear judge.
  [[nodiscard]] std::vector<std::pair<std::string, float>> member_weights() const;
  /// The members' scores [members, items], each standardised over the items, in the order of member_weights().
  void score_members(std::span<const HistoryEntry> history, Matrix& scores) const;

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for shapes that disagree or numbers that are not finite.
  static Expected<NextItem> read(ByteReader& in);

 private:
  struct State;
  explicit NextItem(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace cineloom
