#pragma once

#include "base/random.h"

namespace cineloom {

/// Standard normal, about five times as fast as Random::normal(): the ziggurat of Marsaglia and
/// Tsang (2000) with 256 layers. The sampler draws a million a sweep.
double quick_normal(Random& random);

/// Gamma distribution with mean shape / rate; shape >= 1 (Marsaglia and Tsang 2000).
double draw_gamma(double shape, double rate, Random& random);

}  // namespace cineloom
