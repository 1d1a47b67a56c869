#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "recommend/evaluation/fold.h"
#include "recommend/evaluation/list_metrics.h"
#include "recommend/evaluation/metric.h"
#include "recommend/models/rating_predictor.h"

namespace cineloom {

/// What one model gave for one fold: values by user (or rating), and what belongs to all lists together.
struct Measurement {
  std::vector<Metric> metrics;
  std::vector<std::vector<double>> values;  ///< [metric][case]; for stars the error of each rating: squared for rmse and mse; empty for metrics of all lists
  std::vector<double> totals;  ///< [metric]: mean over cases (root of it for rmse), or the value of all lists
  std::vector<std::int32_t> users;  ///< by case, position in the table
  std::vector<RatedPrediction> points;  ///< by case, of stars
  double interval_coverage = -1;  ///< share of ratings inside the 80 % interval; -1 = the model gives none
  double seconds = 0;  ///< wall, for asking
};

/// Writes a score for every item of the fold for one of its cases.
using ScoreCase = std::function<void(const RankingCase&, std::span<float>)>;

/// Asks all cases: ranks every candidate that is not in the history. Cases run in parallel; same values for any thread count.
/// Errors: InvalidArgument if a score is not finite; Cancelled.
Expected<Measurement> measure_ranking(const Fold& fold, const ScoreCase& score, std::span<const Metric> metrics, const ListContext& context, Progress& progress,
                                      const CancelToken& cancel);

/// Stars for items of one user of the fold.
using ForecastRatings = std::function<void(std::int32_t user, std::span<const std::int32_t> items, std::span<RatingForecast> forecasts)>;

/// The scale that forecasts are kept in.
struct StarScale {
  double low = 0.5;
  double high = 5;
};

/// Forecasts the held-out ratings. Errors: InvalidArgument if a forecast is not finite; Cancelled.
Expected<Measurement> measure_ratings(const Fold& fold, const ForecastRatings& forecast, std::span<const Metric> metrics, const StarScale& scale,
                                      Progress& progress, const CancelToken& cancel);

/// Means of forecasts and ratings in tenths of the scale.
std::vector<CalibrationBin> calibrate(std::span<const RatedPrediction> points, const StarScale& scale);

}  // namespace cineloom
