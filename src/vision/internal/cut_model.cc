#include "vision/internal/cut_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace cineloom {
namespace {

using Measure = float Difference::*;

/// One measure of change: `floor` keeps noise out of the logarithms; the weights are those of log(change across the
/// gap) and of log(change across the gap / largest change near by). See "Model" in README.md.
struct Term {
  Measure measure;
  float floor;
  double weight_of_change;
  double weight_of_ratio;
};

constexpr double kBias = -1.084;
constexpr std::array kTerms = {
    Term{&Difference::residual, 0.3F, 0.550, 0.746},
    Term{&Difference::typical, 0.3F, 0.044, 0.531},
    Term{&Difference::grid, 0.006F, 1.191, 1.063},
    Term{&Difference::histogram, 0.003F, 0.627, 0.764},
};

/// Pairs of frames before and behind the gap, as (frames behind it, lag): up to two odd frames on one side of it leave
/// one of these pairs alike.
struct Straddle {
  std::int64_t behind;
  std::int64_t lag;
};
constexpr std::array kStraddles = {Straddle{0, 1}, Straddle{0, 2}, Straddle{0, 3}, Straddle{1, 2}, Straddle{1, 3}, Straddle{2, 3}};

float across(std::span<const FrameFeatures> frames, std::int64_t at, Measure measure) {
  float least = std::numeric_limits<float>::max();
  for (const Straddle& pair : kStraddles) {
    const std::int64_t newer = at + pair.behind;
    if (newer - pair.lag < 0 || std::cmp_greater_equal(newer, frames.size())) continue;
    least = std::min(least, frames[static_cast<std::size_t>(newer)].behind[static_cast<std::size_t>(pair.lag - 1)].*measure);
  }
  return least;
}

/// Largest change from one frame to the next near the gap, not across it.
float near_by(std::span<const FrameFeatures> frames, std::int64_t at, std::int64_t reach, Measure measure) {
  const std::int64_t begin = std::max<std::int64_t>(1, at - reach);
  const std::int64_t end = std::min(static_cast<std::int64_t>(frames.size()), at + reach + 1);
  float most = 0;
  for (std::int64_t i = begin; i < end; ++i) {
    if (i != at) most = std::max(most, frames[static_cast<std::size_t>(i)].behind[0].*measure);
  }
  return most;
}

}  // namespace

float straddling_change(std::span<const FrameFeatures> frames, std::int64_t at) {
  // Residuals are 8-bit levels, histogram distances 0 .. 1: the factor makes both count about the same.
  return across(frames, at, &Difference::residual) + 100 * across(frames, at, &Difference::grid);
}

double cut_log_odds(std::span<const FrameFeatures> frames, std::int64_t at, std::int64_t reach) {
  double odds = kBias;
  for (const Term& term : kTerms) {
    const float change = across(frames, at, term.measure) + term.floor;
    const float usual = near_by(frames, at, reach, term.measure) + term.floor;
    odds += term.weight_of_change * std::log(change) + term.weight_of_ratio * std::log(change / usual);
  }
  return odds;
}

}  // namespace cineloom
