#pragma once

#include <span>

#include "recommend/recommender.h"

namespace cineloom {

struct EvaluationOptions {
  double test_share = 0.1;  ///< of the ratings, drawn at random, 0 .. 1
  Seed seed = 1;
  TrainOptions train;
};

/// Trains on part of the ratings and predicts the rest; the baseline knows mean, viewer and film biases only and is fitted
/// on the same part. Errors: InvalidArgument if either part is empty; Cancelled.
Expected<RatingEvaluation> evaluate_ratings(std::span<const Film> films, std::span<const Event> events, const EvaluationOptions& options, Progress& progress,
                                            const CancelToken& cancel);

}  // namespace cineloom
