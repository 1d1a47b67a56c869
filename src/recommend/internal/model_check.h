#pragma once

#include "recommend/internal/blend.h"
#include "recommend/taste_models.h"

namespace cineloom {

/// NDCG@20 of what the probes hide, by models that were fitted on the rest.
RankingQuality ranking_quality(const TasteModels& models, const ProbeSplit& split);

/// A model and the one before it, by what viewers went on to like.
struct ModelComparison {
  RankingQuality now;
  RankingQuality before;
  double error = 0;          ///< standard error of the mean difference, of the same likes
  bool are_the_same = false; ///< likes; else each was measured on its own
  [[nodiscard]] bool is_worse() const;
};

/// Likes that the last model cannot have seen decide where twenty viewers have some. Else its own measurement stands against the new
/// one's: asked about likes that it learned it would seem twice as good as it is (.34 instead of .13 in the demo library).
ModelComparison compare(const TasteModels& now, const LastModel& last, const ProbeSplit& split);

/// Errors: Conflict with the figures if the new model is worse and must not be.
Expected<void> require_not_worse(const ModelComparison& comparison, WorseModel worse);

/// Errors: Internal where a viewer without a past would get scores that are no numbers.
Expected<void> require_finite(const TasteModels& models);

}  // namespace cineloom
