#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "base/random.h"
#include "recommend/data/interactions.h"
#include "recommend/models/rating_design.h"
#include "recommend/models/scorer.h"

namespace cineloom {

/// Whether the time of a rating says something: days of users, days of all, periods of items.
enum class RatingTime { Ignored, Used };

struct RatingPredictionOptions {
  int factors = 0;  ///< k, 0 .. 256; 0 = chosen by the number of ratings, 7 .. 31
  int burn_in = 0;  ///< sweeps thrown away, >= 0; 0 = 20
  int sweeps = 0;   ///< sweeps averaged over, >= 0; 0 = chosen by the work a sweep is, 60 .. 480
  RatingTime time = RatingTime::Used;
  SparseMatrix user_features;  ///< [users, any] or empty
  SparseMatrix item_features;  ///< [items, any] or empty
  Seed seed = 1;
  int threads = 0;  ///< 0 = all cores
};

/// The most exact stars we can give for known pairs of user and item: Bayesian time SVD++, implicit
/// on both sides, averaged over all sweeps; an ordered probit where there are no more than 32
/// different stars, a normal distribution elsewhere. The pairs are given beforehand and only their
/// own user, item and time are looked at (`value` is not); ids of queries enter no implicit set.
/// For users as they come, BayesianFactorization. Forecasts in the order of `queries`, clipped to
/// the stars of `ratings`. Errors: InvalidArgument for no ratings, queries outside the matrix,
/// features of the wrong height, options out of range; Cancelled.
Expected<std::vector<RatingForecast>> predict_ratings(const Interactions& ratings, std::span<const Interaction> queries, const RatingPredictionOptions& options,
                                                      Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
