#include <algorithm>
#include <cmath>

#include "math/statistics.h"
#include "sentiment/arc.h"

namespace cineloom {
namespace {

constexpr int kPlaces = 50;
constexpr double kLeastShare = 0.1;
// An evening that is drawn by hand is not drawn to the minute.
constexpr int kMostShift = kPlaces / 20;

double between(std::span<const double> values, double at) {
  const double place = std::clamp(at, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto before = std::min(static_cast<std::size_t>(place), values.size() - 1);
  const auto after = std::min(before + 1, values.size() - 1);
  return std::lerp(values[before], values[after], place - static_cast<double>(before));
}

std::vector<double> sampled(std::span<const double> values, double shift) {
  std::vector<double> samples;
  samples.reserve(kPlaces);
  for (int i = 0; i < kPlaces; ++i) samples.push_back(between(values, static_cast<double>(i) / (kPlaces - 1) + shift));
  return samples;
}

/// The least valence (times `sign`) on the way from a place to the next one that is higher, in a direction.
double fall_from(const Arc& arc, std::size_t at, int step, double sign) {
  const double top = sign * arc[at].valence;
  double least = top;
  for (auto i = static_cast<std::ptrdiff_t>(at) + step; i >= 0 && i < std::ssize(arc); i += step) {
    const double value = sign * arc[static_cast<std::size_t>(i)].valence;
    if (value > top) break;
    least = std::min(least, value);
  }
  return top - least;
}

}  // namespace

std::vector<ArcTurn> arc_turns(const Arc& arc) {
  std::vector<ArcTurn> turns;
  if (arc.size() < 3) return turns;
  const auto [least, most] = std::ranges::minmax(arc, {}, &ArcPoint::valence);
  const double range = most.valence - least.valence;
  for (std::size_t i = 1; i + 1 < arc.size(); ++i) {
    const double before = arc[i].valence - arc[i - 1].valence;
    const double after = arc[i + 1].valence - arc[i].valence;
    const bool is_peak = before > 0 && after <= 0;
    const bool is_valley = before < 0 && after >= 0;
    if (!is_peak && !is_valley) continue;
    const double sign = is_peak ? 1 : -1;
    const double prominence = std::min(fall_from(arc, i, -1, sign), fall_from(arc, i, 1, sign));
    if (prominence < kLeastShare * range || prominence < (arc[i].high - arc[i].low) / 2) continue;
    turns.push_back({.at = arc[i].at, .is_peak = is_peak, .prominence = prominence});
  }
  return turns;
}

double arc_likeness(std::span<const double> wanted, const Arc& arc) {
  if (wanted.size() < 2 || arc.size() < 2) return 0;
  std::vector<double> valence;
  for (const ArcPoint& point : arc) valence.push_back(point.valence);
  const auto drawn = sampled(wanted, 0);
  double best = pearson(drawn, sampled(valence, 0));
  for (int shift = 1; shift <= kMostShift; ++shift) {
    for (const double way : {-1.0, 1.0}) best = std::max(best, pearson(drawn, sampled(valence, way * shift / kPlaces)));
  }
  return best;
}

}  // namespace cineloom
