#include "privacy/renyi_accountant.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/assert.h"

namespace cineloom::privacy {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// ln(e^a + e^b).
double log_sum(double a, double b) {
  const auto [low, high] = std::minmax(a, b);
  return high == -kInfinity ? high : high + std::log1p(std::exp(low - high));
}

double log_binomial(double n, double k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }

// E[(1 - q + q e^((2x - 1) / 2s^2))^a] over x ~ N(0, s^2), by the binomial theorem.
double log_moment_of_whole_order(const SampledGaussian& release, double order) {
  double sum = -kInfinity;
  for (double k = 0; k <= order; ++k) {
    const double share = log_binomial(order, k) + k * std::log(release.rate) + (order - k) * std::log1p(-release.rate);
    sum = log_sum(sum, share + k * (k - 1) / (2 * release.noise * release.noise));
  }
  return sum;
}

// The trapezoid rule converges faster than any power of the step on such integrands, whose nearest singularity lies pi s^2 off the axis.
double log_moment_by_quadrature(const SampledGaussian& release, double order) {
  const double variance = release.noise * release.noise;
  const double step = std::min(release.noise / 16, std::numbers::pi * variance / 8);
  const double reach = 14 * release.noise;
  double sum = -kInfinity;
  for (double x = -reach; x <= order + reach; x += step) {
    const double ratio = log_sum(std::log1p(-release.rate), std::log(release.rate) + (2 * x - 1) / (2 * variance));
    sum = log_sum(sum, order * ratio - x * x / (2 * variance));
  }
  return sum + std::log(step / (release.noise * std::sqrt(2 * std::numbers::pi)));
}

/// Between two distributions over the same few answers, all with some probability.
double divergence_of_shares(std::span<const double> p, std::span<const double> q, double order) {
  double sum = -kInfinity;
  double most = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    most = std::max(most, std::log(p[i] / q[i]));
    sum = log_sum(sum, order * std::log(p[i]) + (1 - order) * std::log(q[i]));
  }
  return std::isinf(order) ? most : sum / (order - 1);
}

/// epsilon for a divergence of one order.
double epsilon_of(double order, double divergence, double delta) {
  if (!std::isfinite(divergence)) return kInfinity;
  // Pinsker's way: so little divergence that delta alone covers it.
  if (delta * delta + std::expm1(-divergence) > 0) return 0;
  return std::max(divergence + std::log1p(-1 / order) - std::log(delta * order) / (order - 1), 0.0);
}

}  // namespace

double renyi_divergence_by_quadrature(const SampledGaussian& release, double order) {
  return std::max(log_moment_by_quadrature(release, order) / (order - 1), 0.0);
}

double renyi_divergence(const SampledGaussian& release, double order) {
  CINELOOM_ASSERT(order > 1 && release.noise > 0 && release.rate >= 0 && release.rate <= 1);
  if (release.rate == 0) return 0;
  if (release.rate == 1) return order / (2 * release.noise * release.noise);
  if (order == std::floor(order)) return std::max(log_moment_of_whole_order(release, order) / (order - 1), 0.0);
  return renyi_divergence_by_quadrature(release, order);
}

double renyi_divergence_of_response(double lie, int answers, double order, Neighbour neighbour) {
  CINELOOM_ASSERT(order > 1 && lie > 0 && lie < 1 && answers >= 2);
  const double other = lie / answers;
  const double truth = 1 - lie + other;
  const auto count = static_cast<std::size_t>(answers);
  std::vector<double> told(count, other);
  told.front() = truth;
  std::vector<double> compared(count, neighbour == Neighbour::NoAnswer ? 1.0 / answers : other);
  if (neighbour == Neighbour::OtherAnswer) compared.back() = truth;
  return std::max(divergence_of_shares(told, compared, order), divergence_of_shares(compared, told, order));
}

RenyiAccountant::RenyiAccountant(std::vector<double> orders) : orders_(std::move(orders)), divergences_(orders_.size(), 0) {}

std::vector<double> RenyiAccountant::default_orders() {
  std::vector<double> orders;
  for (int tenths = 11; tenths < 110; ++tenths) orders.push_back(tenths / 10.0);
  for (int order = 11; order < 64; ++order) orders.push_back(order);
  return orders;
}

void RenyiAccountant::add(const SampledGaussian& release, long times) {
  for (std::size_t i = 0; i < orders_.size(); ++i) divergences_[i] += static_cast<double>(times) * renyi_divergence(release, orders_[i]);
}

void RenyiAccountant::add(std::span<const double> divergences, long times) {
  CINELOOM_ASSERT(divergences.size() == orders_.size());
  for (std::size_t i = 0; i < orders_.size(); ++i) divergences_[i] += static_cast<double>(times) * divergences[i];
}

double RenyiAccountant::epsilon(double delta) const {
  double best = kInfinity;
  for (std::size_t i = 0; i < orders_.size(); ++i) best = std::min(best, epsilon_of(orders_[i], divergences_[i], delta));
  return best;
}

double RenyiAccountant::best_order(double delta) const {
  const double best = epsilon(delta);
  for (std::size_t i = 0; i < orders_.size(); ++i) {
    if (epsilon_of(orders_[i], divergences_[i], delta) <= best) return orders_[i];
  }
  return orders_.empty() ? kInfinity : orders_.front();
}

}  // namespace cineloom::privacy
