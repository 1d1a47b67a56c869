#pragma once

#include <span>

namespace cineloom {

double mean(std::span<const double> values);
/// Pearson's r of two series of the same length; 0 where one of them does not vary.
double pearson(std::span<const double> a, std::span<const double> b);

}  // namespace cineloom
