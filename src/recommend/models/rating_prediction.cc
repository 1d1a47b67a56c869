#include "recommend/models/rating_prediction.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "recommend/models/rating_sampler.h"

namespace cineloom {
namespace {

constexpr int kMostFactors = 256;

/// Sums of draws of one forecast.
struct Draws {
  double stars = 0;
  double squares = 0;
};

/// An item's period needs some ratings of its own to be told from its other periods.
int bins_for(const Interactions& ratings) {
  constexpr std::size_t kRatingsPerBin = 30;
  constexpr std::size_t kMostBins = 30;
  return static_cast<int>(std::clamp<std::size_t>(ratings.size() / static_cast<std::size_t>(std::max(ratings.items(), 1)) / kRatingsPerBin, 1, kMostBins));
}

std::set<float> different_stars(const Interactions& ratings) {
  std::set<float> stars;
  for (std::int32_t user = 0; user < ratings.users(); ++user) {
    for (const HistoryEntry& entry : ratings.history(user)) stars.insert(entry.value);
  }
  return stars;
}

RatingPredictionOptions completed(RatingPredictionOptions options, std::size_t ratings) {
  // Work is ratings times (factors + 1) times sweeps: about 1e8 a second on one core.
  constexpr double kWork = 5e9;
  constexpr int kBurnIn = 20;
  if (options.factors == 0) options.factors = automatic_rating_factors(ratings);
  if (options.burn_in == 0) options.burn_in = kBurnIn;
  if (options.sweeps == 0) options.sweeps = static_cast<int>(std::clamp(kWork / (static_cast<double>(ratings) * (options.factors + 1)), 60.0, 480.0));
  return options;
}

}  // namespace

Expected<std::vector<RatingForecast>> predict_ratings(const Interactions& ratings, std::span<const Interaction> queries, const RatingPredictionOptions& options,
                                                      Progress& progress, const CancelToken& cancel) {
  if (options.factors < 0 || options.factors > kMostFactors) return fail(ErrorCode::InvalidArgument, "factors must be 0 to 256");
  if (options.burn_in < 0 || options.sweeps < 0) return fail(ErrorCode::InvalidArgument, "sweeps must not be negative");
  const bool uses_time = options.time == RatingTime::Used;
  CINELOOM_TRY_ASSIGN(const RatingDesign design, design_ratings(ratings, queries,
                                                                {.uses_days = uses_time,
                                                                 .item_bins = uses_time ? bins_for(ratings) : 1,
                                                                 .user_features = options.user_features,
                                                                 .item_features = options.item_features}));
  const RatingPredictionOptions plan = completed(options, ratings.size());
  const std::set<float> stars = different_stars(ratings);
  const RatingLink link = stars.size() <= kMostRatingLevels ? RatingLink::OrderedProbit : RatingLink::Gaussian;
  RatingSampler sampler(design, {.factors = plan.factors, .link = link, .threads = plan.threads, .seed = plan.seed});
  std::vector<Draws> draws(queries.size());
  std::vector<float> scores(queries.size());
  progress.begin("learning", plan.burn_in + plan.sweeps, "sweeps");
  for (int sweep = 0; sweep < plan.burn_in + plan.sweeps; ++sweep) {
    CINELOOM_TRY(cancel.check());
    sampler.sweep();
    progress.advance();
    if (sweep < plan.burn_in) continue;
    sampler.score(design.queries, scores);
    for (std::size_t at = 0; at < scores.size(); ++at) {
      const RatingForecast drawn = sampler.forecast(static_cast<double>(scores[at]));
      draws[at].stars += drawn.stars;
      draws[at].squares += drawn.stars * drawn.stars + drawn.deviation * drawn.deviation;
    }
  }
  progress.finish();
  std::vector<RatingForecast> forecasts;
  for (const Draws& sum : draws) {
    const double mean = sum.stars / plan.sweeps;
    forecasts.push_back({.stars = std::clamp(mean, static_cast<double>(*stars.begin()), static_cast<double>(*stars.rbegin())),
                         .deviation = std::sqrt(std::max(0.0, sum.squares / plan.sweeps - mean * mean))});
  }
  return forecasts;
}

}  // namespace cineloom
