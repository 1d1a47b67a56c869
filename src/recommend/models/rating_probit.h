#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "recommend/models/scorer.h"

namespace cineloom {

/// The standard normal distribution function; absolute error below 1e-6 within 6 deviations.
double normal_cdf(double x);
/// Its inverse for p in (0, 1); relative error below 2e-9 (Acklam's rational approximation).
double quick_normal_quantile(double p);

/// Mean and deviation of the level when a score with unit normal noise falls between cut points:
/// levels rising, cuts one less, rising.
RatingForecast expected_level(std::span<const float> levels, std::span<const double> cuts, double score);

/// One Metropolis step for the cut points given all scores and the levels they fell into, after
/// Albert and Chib (2001): proposes from the normal approximation at the likelihood's top. The
/// likelihood is taken over scores counted in narrow bins.
std::vector<double> draw_cut_points(std::span<const double> cuts, std::span<const float> scores, std::span<const std::uint8_t> levels, Random& random);

/// Draws the noise of a score, given that score + noise fell into `level`.
float draw_between(std::span<const double> cuts, std::size_t level, float score, Random& random);

}  // namespace cineloom
