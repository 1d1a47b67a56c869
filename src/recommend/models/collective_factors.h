#pragma once

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "base/random.h"
#include "recommend/models/fold_in.h"
#include "recommend/models/scorer.h"

namespace cineloom {

struct CollectiveFactorsOptions {
  std::int32_t factors = 128;    ///< k, 1 .. 4096
  std::int32_t sweeps = 9;       ///< passes over rows and items, 1 .. 1000
  FoldInTerms terms;
  float user_exponent = 0.4F;    ///< a user with m events weighs (m / mean)^-exponent, 0 .. 1: one list is asked of each user
  float feature_weight = 0.2F;   ///< a feature's row weighs as so many users of mean length, >= 0; 0 = features do not count
  float feature_confidence = 10; ///< weight of "this item has this feature" beside a pair not seen, times the feature's value, > 0
  std::int32_t least_items = 5;  ///< a feature that fewer items have does not take part
  float init_scale = 0.1F;       ///< first factors are N(0, init_scale^2 / k), > 0
  Seed seed = 1;                 ///< the only source of randomness
  int threads = 0;               ///< 0 = all cores; the result does not depend on it
};

/// Collective matrix factorisation (Singh and Gordon 2008) with the loss of iALS: users and features are rows over the same items.
///   L = sum_r p_r [ sum_{i in r} c_ri (1 - w_r.h_i)^2 + a0 sum_i (w_r.h_i)^2 ] + ridges
/// p_r weighs whole rows, so that it moves the items alone: a user's own best row does not change, and folding in is that of iALS.
class CollectiveFactors final : public Scorer {
 public:
  /// `seen` [users, items], its cells count as 1; `content` [items, features], values >= 0, or no rows at all = nothing is known.
  /// Errors: InvalidArgument for an empty matrix, shapes that disagree, options out of range; Cancelled.
  static Expected<CollectiveFactors> fit(const SparseMatrix& seen, const SparseMatrix& content, const CollectiveFactorsOptions& options, Progress& progress,
                                         const CancelToken& cancel);

  [[nodiscard]] std::string_view name() const override { return "collective-factors"; }
  [[nodiscard]] std::int32_t items() const override { return static_cast<std::int32_t>(fold_in_.items().rows()); }
  /// Fold-in of the history, then its product with every item.
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;
  [[nodiscard]] const FoldIn& folding() const { return fold_in_; }

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for shapes that disagree or numbers that are not finite.
  static Expected<CollectiveFactors> read(ByteReader& in);

 private:
  FoldIn fold_in_;
};

}  // namespace cineloom
