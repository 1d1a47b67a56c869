#pragma once

#include "base/random.h"

namespace cineloom {

/// The x below which a standard normal number falls with probability p, 0 < p < 1. Relative error below 1e-12 (Acklam's rational
/// approximation and one step of Halley).
double normal_quantile(double p);

/// A number of the gamma distribution with scale 1, shape > 0 (Marsaglia and Tsang 2000).
double draw_gamma(Random& random, double shape);
/// A number of the beta distribution, both parameters > 0.
double draw_beta(Random& random, double a, double b);

}  // namespace cineloom
