#include "math/statistics.h"

#include <cmath>
#include <numeric>

#include "base/assert.h"

namespace cineloom {

double mean(std::span<const double> values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double pearson(std::span<const double> a, std::span<const double> b) {
  CINELOOM_ASSERT(a.size() == b.size());
  const double mean_a = mean(a);
  const double mean_b = mean(b);
  double product = 0;
  double square_a = 0;
  double square_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += (a[i] - mean_a) * (b[i] - mean_b);
    square_a += (a[i] - mean_a) * (a[i] - mean_a);
    square_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  // The mean of equal values may be off by its last bit.
  const auto varies = [&](double square, double middle) { return square > 1e-24 * static_cast<double>(a.size()) * (1 + middle * middle); };
  return varies(square_a, mean_a) && varies(square_b, mean_b) ? product / std::sqrt(square_a * square_b) : 0;
}

}  // namespace cineloom
