#include "math/distributions.h"

#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "base/assert.h"

namespace cineloom {
namespace {

constexpr double kTail = 0.02425;  // below it the approximation changes its form

double polynomial(std::span<const double> coefficients, double x) {
  double sum = 0;
  for (const double coefficient : coefficients) sum = sum * x + coefficient;
  return sum;
}

double rough_tail(double p) {
  constexpr std::array kAbove = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783};
  constexpr std::array kBelow = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1.0};
  const double q = std::sqrt(-2 * std::log(p));
  return polynomial(kAbove, q) / polynomial(kBelow, q);
}

double rough_quantile(double p) {
  constexpr std::array kAbove = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                                 1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239};
  constexpr std::array kBelow = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1.0};
  if (p < kTail) return rough_tail(p);
  if (p > 1 - kTail) return -rough_tail(1 - p);
  const double q = p - 0.5;
  return polynomial(kAbove, q * q) * q / polynomial(kBelow, q * q);
}

}  // namespace

double normal_quantile(double p) {
  CINELOOM_ASSERT(p > 0 && p < 1);
  const double x = rough_quantile(p);
  const double error = 0.5 * std::erfc(-x / std::numbers::sqrt2) - p;
  const double step = error * std::sqrt(2 * std::numbers::pi) * std::exp(x * x / 2);
  return x - step / (1 + x * step / 2);
}

double draw_gamma(Random& random, double shape) {
  CINELOOM_ASSERT(shape > 0);
  // Below 1 the method does not hold: draw for shape + 1 and bring it down.
  if (shape < 1) return draw_gamma(random, shape + 1) * std::pow(1 - random.uniform(), 1 / shape);
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random.normal();
    const double v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(1 - random.uniform()) < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
  }
}

double draw_beta(Random& random, double a, double b) {
  const double first = draw_gamma(random, a);
  const double second = draw_gamma(random, b);
  // Both can vanish for tiny parameters; the limit is then a coin with chance a / (a + b).
  if (first + second > 0) return first / (first + second);
  return random.uniform() * (a + b) < a ? 1 : 0;
}

}  // namespace cineloom
