#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "math/matrix.h"
#include "recommend/models/scorer.h"

namespace cineloom {

/// All in units that do not depend on the size of the collection, so that the defaults travel.
struct CollectiveEaseOptions {
  float regularization = 4;                   ///< l, in mean diagonals of the weighted X'X, > 0
  float dropout_ridge = 0.25F;                ///< p / (1 - p) of EDLAE: ridge in shares of each item's own diagonal, >= 0
  float user_exponent = 0.5F;                 ///< a user with m events weighs m^-exponent, 0 .. 1: one list is asked of each user, not one per event
  float item_exponent = 0.2F;                 ///< an item with c events is scaled by (c + 20)^-exponent, 0 .. 1
  float content = 1;                          ///< what features count beside events, in mean diagonals, >= 0; 0 = nothing
  std::uint64_t memory_budget = 4ULL << 30U;  ///< bytes for the items' matrix; more is refused with the estimate
  int threads = 0;                            ///< 0 = all cores
};

/// EASE (Steck 2019) over events and features at once: P = (D (X' W X) D + s F F' + ridge)^-1, B_ij = -P_ij / P_jj, B_jj = 0,
/// score = x D B D^-1. W weighs users, D scales items, F [items, features] says what items have in common (collective EASE: Jeunen,
/// Van Balen and Goethals 2020), the ridge grows with the diagonal (EDLAE: Steck 2020). Still a sum over the history.
class CollectiveEase final : public Scorer {
 public:
  /// `seen` [users, items], its cells count as 1; `content` [items, features], or no rows at all = nothing is known.
  /// Errors: InvalidArgument for an empty matrix, shapes that disagree, options out of range; ResourceExhausted; Cancelled.
  static Expected<CollectiveEase> fit(const SparseMatrix& seen, const SparseMatrix& content, const CollectiveEaseOptions& options, Progress& progress,
                                      const CancelToken& cancel);

  [[nodiscard]] std::string_view name() const override { return "collective-ease"; }
  [[nodiscard]] std::int32_t items() const override { return static_cast<std::int32_t>(diagonal_.size()); }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;
  /// What one event with item `because` adds to the score of `item`; 0 on the diagonal.
  [[nodiscard]] float contribution(std::int32_t item, std::int32_t because) const;

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for shapes that disagree or numbers that are not finite.
  static Expected<CollectiveEase> read(ByteReader& in);

 private:
  Matrix precision_;             ///< P with zeros on the diagonal; symmetric
  std::vector<float> diagonal_;  ///< P_ii
  std::vector<float> scales_;    ///< diagonal of D
};

}  // namespace cineloom
