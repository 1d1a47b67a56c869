#include "feedback/calibration.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "math/distributions.h"

namespace cineloom {
namespace {

constexpr double kBinWidth = 0.5;

using FirstRatings = std::map<std::pair<ViewerId, FilmId>, const Event*>;

FirstRatings first_ratings(std::span<const Event> events) {
  FirstRatings first;
  for (const Event& event : events) {
    if (event.kind != EventKind::Rate || !event.value || !std::isfinite(*event.value)) continue;
    const Event*& known = first[{event.viewer, event.film}];
    if (known == nullptr || std::pair(event.at, event.id) < std::pair(known->at, known->id)) known = &event;
  }
  return first;
}

/// Wilson's interval of a share, 95 %.
void fill_interval(Calibration& calibration) {
  if (calibration.rated == 0) return;
  const double z = normal_quantile(0.975);
  const double count = calibration.rated;
  const double middle = (calibration.coverage + z * z / (2 * count)) / (1 + z * z / count);
  const double reach = z / (1 + z * z / count) * std::sqrt(calibration.coverage * (1 - calibration.coverage) / count + z * z / (4 * count * count));
  calibration.coverage_low = std::max(0.0, middle - reach);
  calibration.coverage_high = std::min(1.0, middle + reach);
}

std::vector<ReliabilityBin> bins_of(std::span<const ForecastPair> pairs) {
  std::map<int, ReliabilityBin> bins;
  for (const ForecastPair& pair : pairs) {
    // 5 stars belong to the highest bin, not to one of their own.
    const int place = std::min(static_cast<int>(pair.forecast.stars / kBinWidth), 9);
    ReliabilityBin& bin = bins[place];
    bin.low = place * kBinWidth;
    bin.high = bin.low + kBinWidth;
    ++bin.count;
    bin.mean_predicted += (pair.forecast.stars - bin.mean_predicted) / bin.count;
    bin.mean_actual += (pair.actual - bin.mean_actual) / bin.count;
  }
  std::vector<ReliabilityBin> all;
  for (const auto& [place, bin] : bins) all.push_back(bin);
  return all;
}

}  // namespace

std::vector<ForecastPair> pair_forecasts(std::span<const Forecast> forecasts, std::span<const Event> events) {
  const FirstRatings ratings = first_ratings(events);
  std::vector<ForecastPair> pairs;
  for (const Forecast& forecast : forecasts) {
    const auto rating = ratings.find({forecast.viewer, forecast.film});
    if (rating == ratings.end() || rating->second->at < forecast.at) continue;
    pairs.push_back({.forecast = forecast, .actual = *rating->second->value, .rated_at = rating->second->at});
  }
  std::ranges::stable_sort(pairs, {}, &ForecastPair::rated_at);
  return pairs;
}

Calibration calibrate(std::span<const Forecast> forecasts, std::span<const Event> events) {
  Calibration calibration{.locked = static_cast<int>(forecasts.size()), .bins = {}, .points = pair_forecasts(forecasts, events)};
  calibration.rated = static_cast<int>(calibration.points.size());
  calibration.bins = bins_of(calibration.points);
  if (calibration.rated == 0) return calibration;
  double squares = 0;
  int inside = 0;
  for (const ForecastPair& pair : calibration.points) {
    const double error = pair.forecast.stars - pair.actual;
    squares += error * error;
    calibration.mae += std::abs(error) / calibration.rated;
    calibration.bias += error / calibration.rated;
    inside += pair.forecast.low <= pair.actual && pair.actual <= pair.forecast.high ? 1 : 0;
  }
  calibration.rmse = std::sqrt(squares / calibration.rated);
  calibration.coverage = static_cast<double>(inside) / calibration.rated;
  fill_interval(calibration);
  return calibration;
}

}  // namespace cineloom
