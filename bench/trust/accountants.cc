#include <fmt/format.h>

#include "parts.h"
#include "privacy/testing/integrals.h"

namespace cineloom::bench {

void measure_accountants(Report& report) {
  constexpr int kEach = 5000;
  const auto gaussian = privacy::testing::compare_gaussian(kEach, 11);
  const auto sampled = privacy::testing::compare_sampled(kEach, 12);
  report.add({.key = "accountant_gaussian_error",
              .value = gaussian.largest,
              .unit = "relative",
              .n = kEach,
              .note = "delta of Gaussian releases against Simpson's rule",
              .bound = Bound{.must = 1e-8, .aim = 1e-9}});
  report.add({.key = "accountant_sampled_error",
              .value = sampled.largest,
              .unit = "relative",
              .n = kEach,
              .note = "Renyi divergence of sampled releases against the midpoint rule",
              .bound = Bound{.must = 1e-4, .aim = 1e-6}});
  report.add({.key = "accountant_unsafe",
              .value = static_cast<double>(gaussian.unsafe + sampled.unsafe),
              .n = 2 * kEach,
              .note = "configurations with less loss promised than there is, or more by the exact accountant than by another",
              .bound = Bound{.must = 0, .aim = 0}});
}

}  // namespace cineloom::bench
