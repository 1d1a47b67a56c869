#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"

namespace cineloom {

enum class MetricKind {
  Recall,         ///< "recall@k": hits over min(k, hidden) (Liang et al. 2018)
  FullRecall,     ///< "full_recall@k": hits over hidden
  Ndcg,           ///< "ndcg@k": ideal list of min(k, hidden) hits
  HitRate,        ///< "hit_rate@k": 1 if anything hidden is among the first k
  Mrr,            ///< "mrr@k": 1 / rank of the first hit among the first k, else 0
  Novelty,        ///< "novelty@k": mean of -log2 of the share of training users who know the item
  Diversity,      ///< "diversity@k": 1 - mean cosine of the features of two items of the list
  CalibrationKl,  ///< "calibration_kl@k": KL divergence of the list's feature shares from the history's (Steck 2018), less is better
  TopShare,       ///< "top100_share@k": share of the list that belongs to the 100 most popular items
  Coverage,       ///< "coverage@k": share of the ranked items that anybody is shown
  Gini,           ///< "gini@k": inequality of how often items are shown, 0 = all alike, 1 = always the same
  Rmse,
  Mse,
  Mae,
};

struct Metric {
  MetricKind kind = MetricKind::Ndcg;
  std::string name;
  int k = 0;  ///< length of the list; 0 for errors in stars

  /// Whether more is better when models are compared; true also where neither end is good in itself.
  [[nodiscard]] bool is_more_better() const;
  /// One value per user (or rating), as against one for all lists together.
  [[nodiscard]] bool is_per_user() const { return kind != MetricKind::Coverage && kind != MetricKind::Gini; }
};

/// Reads "ndcg@100". Errors: InvalidArgument for an unknown name or a k outside 1 .. 10000.
Expected<Metric> parse_metric(std::string_view name);

}  // namespace cineloom
