#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "math/matrix.h"
#include "recommend/data/item_head.h"
#include "recommend/data/item_origins.h"
#include "recommend/models/scorer.h"

namespace cineloom {

struct EaseOptions {
  std::optional<float> regularization;        ///< l > 0; nothing = chosen on held-out users of the training matrix
  std::uint64_t memory_budget = 4ULL << 30U;  ///< bytes the fit may hold at once; more is refused with the estimate
  std::int32_t most_items = 30000;            ///< only so many items, the most popular, take part; the rest scores 0
  int threads = 0;                            ///< 0 = all cores; the result does not depend on it
};

/// EASE (Steck 2019): item-item weights in closed form, P = (X'X + l I)^-1, B_ij = -P_ij / P_jj, B_jj = 0, score = x B. The score is
/// a sum over the history, so a reason is exact: take the event away and its contribution is what is missing.
class Ease final : public Scorer {
 public:
  /// `seen` [users, items]; values count as they are (1 where it only happened), and so do a history's.
  /// Errors: InvalidArgument for an empty matrix, a value that is not finite or l <= 0; ResourceExhausted above the budget; Cancelled.
  static Expected<Ease> fit(const SparseMatrix& seen, const EaseOptions& options, Progress& progress, const CancelToken& cancel);

  [[nodiscard]] std::string_view name() const override { return "ease"; }
  [[nodiscard]] std::int32_t items() const override { return static_cast<std::int32_t>(head_.items()); }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;
  /// What one event of value 1 with item `because` adds to the score of `item`: B[because, item]; 0 on the diagonal.
  [[nodiscard]] float contribution(std::int32_t item, std::int32_t because) const;
  /// The most that one event of value 1 with item `because` adds to, or takes from, the score of any item.
  [[nodiscard]] float reach(std::int32_t because) const;
  /// l as it was used.
  [[nodiscard]] float regularization() const { return regularization_; }

  /// The same model of items numbered anew; what is new takes no part and scores 0.
  [[nodiscard]] Ease rearranged(ItemOrigins origins) &&;

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for shapes that disagree or numbers that are not finite.
  static Expected<Ease> read(ByteReader& in);

 private:
  void measure_reaches();

  float regularization_ = 0;
  ItemHead head_;                ///< items with rows in precision_
  Matrix precision_;             ///< P with zeros on the diagonal; symmetric
  std::vector<float> diagonal_;  ///< P_ii
  std::vector<float> reaches_;   ///< by place: the greatest |B| of its row
};

}  // namespace cineloom
