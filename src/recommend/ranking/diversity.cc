#include "recommend/ranking/diversity.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cineloom {
namespace {

constexpr double kTaken = -std::numeric_limits<double>::infinity();
// Below this a candidate is a copy of those chosen: its conditional volume is rounding.
constexpr double kNoVolume = 1e-9;

}  // namespace

void SamenessTerm::choose(std::size_t position) {
  for (std::size_t i = 0; i < closest_.size(); ++i) closest_[i] = std::max(closest_[i], likeness_(i, position));
}

// Row i of the Cholesky factor of L grows by one entry per choice; volume[i] is the squared length that is left of i.
std::vector<std::size_t> pick_determinantal(std::span<const double> scores, const Likeness& likeness, double sharpness, std::size_t count) {
  std::vector<std::size_t> chosen;
  if (scores.empty()) return chosen;
  const double most = std::ranges::max(scores);
  std::vector<double> quality;
  for (const double score : scores) quality.push_back(std::exp(sharpness * (score - most) / 2));
  std::vector<double> volume(scores.size(), 1);
  std::vector<std::vector<double>> factors(scores.size());
  while (chosen.size() < std::min(count, scores.size())) {
    const auto worth = [&](std::size_t i) { return volume[i] <= kNoVolume ? kTaken : std::log(volume[i]) + 2 * std::log(quality[i]); };
    std::size_t best = 0;
    for (std::size_t i = 1; i < scores.size(); ++i) {
      if (worth(i) > worth(best)) best = i;
    }
    if (worth(best) == kTaken) break;
    chosen.push_back(best);
    const double length = std::sqrt(volume[best]);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (volume[i] <= kNoVolume || i == best) continue;
      double shared = likeness(i, best);
      for (std::size_t k = 0; k < factors[best].size(); ++k) shared -= factors[best][k] * factors[i][k];
      factors[i].push_back(shared / length);
      volume[i] -= factors[i].back() * factors[i].back();
    }
    volume[best] = 0;
  }
  return chosen;
}

}  // namespace cineloom
