#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "recommend/models/collective_ease.h"
#include "recommend/models/collective_factors.h"
#include "recommend/models/ensemble.h"

namespace cineloom {

/// One member before it is fitted.
struct MemberPlan {
  std::string name;
  std::variant<CollectiveFactorsOptions, CollectiveEaseOptions> options;
};

/// Users set aside for learning weights.
struct HeldOutUsers {
  SparseMatrix rest;                                  ///< events of all others
  std::vector<std::vector<HistoryEntry>> known;       ///< by held-out user
  std::vector<std::vector<std::int32_t>> hidden;      ///< by held-out user, sorted, at least one
};

/// Draws users with enough events and hides a fifth of each one's. Errors: InvalidArgument where nobody has enough.
Expected<HeldOutUsers> hold_out(const SparseMatrix& seen, const EnsembleOptions& options);

Expected<std::unique_ptr<Scorer>> fit_member(const MemberPlan& plan, const SparseMatrix& seen, const SparseMatrix& content, Progress& progress,
                                             const CancelToken& cancel);
/// The members with the settings that suit this collection, tried on the held-out users.
Expected<std::vector<MemberPlan>> plan_members(const HeldOutUsers& users, const SparseMatrix& content, const EnsembleOptions& options, Progress& progress,
                                               const CancelToken& cancel);

/// Scores less their mean, over their standard deviation; all 0 where they do not differ.
void standardize(std::span<float> scores);
/// [held-out users, items], standardised by user.
Matrix standard_scores(const Scorer& scorer, const HeldOutUsers& users, int threads);
/// Mean NDCG@100 of the held-out users for sum_m weights[m] scores[m].
double blended_ndcg(std::span<const Matrix> scores, std::span<const float> weights, const HeldOutUsers& users, int threads);

struct BlendWeights {
  std::vector<float> weights;
  double ndcg = 0;
};
/// Weights by coordinate ascent on a coarse grid: few numbers from many users. The last matrix may get a negative weight.
Expected<BlendWeights> learn_weights(std::span<const Matrix> scores, const HeldOutUsers& users, int threads, const CancelToken& cancel);

}  // namespace cineloom
