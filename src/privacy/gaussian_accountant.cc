#include "privacy/gaussian_accountant.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "base/assert.h"

namespace cineloom::privacy {
namespace {

constexpr int kHalvings = 200;

/// The end of [low, high] at which `is_enough` (rising from false to true) has become true.
template <class Test>
double least(double low, double high, Test is_enough) {
  for (int i = 0; i < kHalvings && low < high; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (is_enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

double log_normal_cdf(double x) {
  constexpr double kTail = -30;  // erfc still has all its digits there
  if (x > kTail) return std::log(std::erfc(-x / std::numbers::sqrt2) / 2);
  // Mills' ratio by its asymptotic series, whose next term is below 1e-13 here.
  const double square = 1 / (x * x);
  const double series = 1 - square * (1 - 3 * square * (1 - 5 * square * (1 - 7 * square * (1 - 9 * square))));
  return -x * x / 2 - std::log(-x * std::sqrt(2 * std::numbers::pi)) + std::log(series);
}

double gaussian_delta(double mu, double epsilon) {
  if (mu <= 0) return 0;
  const double above = log_normal_cdf(mu / 2 - epsilon / mu);
  const double below = log_normal_cdf(-mu / 2 - epsilon / mu);
  return std::exp(above) * -std::expm1(std::min(epsilon + below - above, 0.0));
}

double gaussian_epsilon(double mu, double delta) {
  CINELOOM_ASSERT(delta > 0 && delta < 1);
  if (gaussian_delta(mu, 0) <= delta) return 0;
  double high = 1;
  while (gaussian_delta(mu, high) > delta) high *= 2;
  return least(0, high, [&](double epsilon) { return gaussian_delta(mu, epsilon) <= delta; });
}

Expected<double> gaussian_noise(const PrivacyLoss& loss) {
  if (!(loss.epsilon > 0 && loss.epsilon <= 1000))
    return fail(ErrorCode::InvalidArgument, fmt::format("epsilon: expected above 0 and at most 1000, found {}", loss.epsilon));
  if (!(loss.delta > 0 && loss.delta < 1)) return fail(ErrorCode::InvalidArgument, fmt::format("delta: expected above 0 and below 1, found {}", loss.delta));
  const auto is_enough = [&](double noise) { return gaussian_delta(1 / noise, loss.epsilon) <= loss.delta; };
  double high = 1;
  while (!is_enough(high)) high *= 2;
  return least(0, high, is_enough);
}

double concentrated_epsilon(double rho, double delta) { return rho + 2 * std::sqrt(rho * -std::log(delta)); }

double concentrated_rho(double noise) { return 1 / (2 * noise * noise); }

void GaussianAccountant::add(double noise, int times) {
  CINELOOM_ASSERT(noise > 0 && times >= 0);
  squares_ += times / (noise * noise);
}

double GaussianAccountant::mu() const { return std::sqrt(squares_); }
double GaussianAccountant::epsilon(double delta) const { return gaussian_epsilon(mu(), delta); }
double GaussianAccountant::delta(double epsilon) const { return gaussian_delta(mu(), epsilon); }

}  // namespace cineloom::privacy
