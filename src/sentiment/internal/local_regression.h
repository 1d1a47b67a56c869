#pragma once

#include <span>
#include <vector>

#include "base/random.h"

namespace cineloom::sentiment {

/// A measurement at a share of the running time.
struct Sample {
  double at = 0;
  double value = 0;
};

struct Smoothed {
  double value = 0;
  double low = 0;
  double high = 0;
};

struct SmoothingOptions {
  int points = 100;         ///< >= 2, evenly from 0 to 1
  double half_width = 0.2;  ///< of the kernel, > 0; wider where less than kLeast samples are near
  int resamplings = 100;    ///< for the band, >= 20
  Seed seed = 1;
};

/// Local linear regression with a tricube kernel, and the band from the 5th to the 95th of a hundred: each resampling gives every
/// sample an exponential weight (Rubin 1981). Values stay within the samples' range. `samples` by place; zeros without any.
std::vector<Smoothed> smooth_with_band(std::span<const Sample> samples, const SmoothingOptions& options);

}  // namespace cineloom::sentiment
