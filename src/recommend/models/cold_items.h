#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "base/random.h"
#include "recommend/data/item_features.h"
#include "recommend/models/fold_in.h"

namespace cineloom {

struct ColdItemsOptions {
  std::int32_t most_items = 4000;     ///< warm items that teach, the most popular; time grows with the cube, memory with the square; >= 10
  std::int32_t tuning_items = 1600;   ///< warm items on which settings are tried, >= 10
  std::int32_t tuning_users = 800;    ///< users asked while settings are tried, >= 1
  int passes = 2;                     ///< over the groups' weights while they are tuned, 0 .. 10; 0 = as declared
  Seed seed = 1;                      ///< the only source of randomness
  int threads = 0;                    ///< 0 = all cores; the result does not depend on it
};

/// What a fit learns from; borrowed for the call.
struct ColdItemsLesson {
  const SparseMatrix& seen;                       ///< [users, items] what the backbone was trained on
  const FoldIn& backbone;                         ///< the items' factors
  std::span<const ItemDescription> descriptions;  ///< by item; items without events do not teach
};

/// What is expected of an item before anybody has touched it.
struct ColdItem {
  std::vector<float> factors;  ///< [k], in the space of the backbone's items
  float popularity = 0;        ///< expected log(1 + events), standardised over the warm items
};

/// How much one feature of an item adds to its score.
struct FeatureShare {
  std::int32_t feature = 0;
  double share = 0;
};

/// Items that nobody has touched yet: kernel ridge regression from features to the backbone's factors, popular items trusted more,
///   alpha = (K + l diag(1 / sqrt(c / mean(c) + .05)))^-1 (V - mean V),   K = sum_g w_g A_g A_g'
/// and a second one to log(1 + c), with weights of its own: how known an item will be is told by other features than its taste.
/// The score of an item is u.v + g s_u popularity, s_u = standard deviation of u.v over the warm items. Group weights w, l and g
/// are chosen on warm items hidden from users and map alike. Kept as one row of factors per feature, so that shares are exact sums.
class ColdItems {
 public:
  /// Errors: InvalidArgument for shapes that disagree or fewer than ten warm items; Cancelled.
  static Expected<ColdItems> fit(const ColdItemsLesson& lesson, FeatureSpace features, const ColdItemsOptions& options, Progress& progress,
                                 const CancelToken& cancel);

  [[nodiscard]] ColdItem predict(const ItemDescription& item) const;
  /// s_u of a user's row [k]: what one unit of popularity is worth, times the weight g.
  [[nodiscard]] double popularity_scale(std::span<const float> user) const;
  /// The score of an item for a user's row [k].
  [[nodiscard]] double score(std::span<const float> user, const ColdItem& item) const;
  /// What each of the item's features adds to score(); the rest is the same for every item. Largest first.
  [[nodiscard]] std::vector<FeatureShare> shares(std::span<const float> user, const ItemDescription& item) const;

  [[nodiscard]] const FeatureSpace& features() const { return features_; }
  /// Weights of the groups as learned, for taste and for popularity.
  [[nodiscard]] const std::vector<float>& taste_weights() const { return taste_weights_; }
  [[nodiscard]] const std::vector<float>& popularity_weights() const { return popularity_weights_; }
  /// NDCG@20 on the hidden warm items with the settings chosen.
  [[nodiscard]] double tuning_ndcg() const { return tuning_ndcg_; }
  /// g.
  [[nodiscard]] float popularity_weight() const { return popularity_weight_; }

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for shapes that disagree or numbers that are not finite.
  static Expected<ColdItems> read(ByteReader& in);

 private:
  FeatureSpace features_;
  std::vector<float> taste_weights_;       ///< by group
  std::vector<float> popularity_weights_;  ///< by group
  Matrix map_;                             ///< [features, k]: what a feature of value 1 adds to the factors
  std::vector<float> popularity_map_;      ///< [features]
  std::vector<float> mean_factors_;        ///< [k]
  Matrix covariance_;                      ///< [k, k] of the warm items' predicted factors
  float popularity_weight_ = 0;
  double tuning_ndcg_ = 0;
};

}  // namespace cineloom
