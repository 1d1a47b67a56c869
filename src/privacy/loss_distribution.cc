#include "privacy/loss_distribution.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "base/assert.h"
#include "privacy/internal/fourier.h"

namespace cineloom::privacy {
namespace {

// Probability that may fall outside the window of a sum; counted as if everything were told.
constexpr double kOutside = 1e-14;
constexpr double kReach = 14;  // standard deviations; beyond lies 1e-44

/// Probability of low < x <= high for a normal number, with all digits in either tail.
double normal_mass(double low, double high) {
  if (low > 0) return normal_mass(-high, -low);
  return (std::erfc(-high / std::numbers::sqrt2) - std::erfc(-low / std::numbers::sqrt2)) / 2;
}

/// ln of mixture over N(0, s^2) at x, and the x at which it is t.
double mixture_ratio(const SampledGaussian& release, double x) {
  return std::log1p(release.rate * std::expm1((2 * x - 1) / (2 * release.noise * release.noise)));
}
double place_of_ratio(const SampledGaussian& release, double t) {
  const double odds = 1 + std::expm1(t) / release.rate;
  if (odds <= 0) return -std::numeric_limits<double>::infinity();
  return release.noise * release.noise * std::log(odds) + 0.5;
}

/// ln E[e^(order loss)] of one direction.
double log_moment(std::span<const double> shares, std::int64_t first, double step, double order) {
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] > 0) most = std::max(most, std::log(shares[i]) + order * step * static_cast<double>(first + static_cast<std::int64_t>(i)));
  }
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] > 0) sum += std::exp(std::log(shares[i]) + order * step * static_cast<double>(first + static_cast<std::int64_t>(i)) - most);
  }
  return most + std::log(sum);
}

/// Between what losses the sum of `times` falls but for kOutside, by Chernoff's bound.
std::pair<double, double> window_of(std::span<const double> shares, std::int64_t first, double step, long times) {
  double low = static_cast<double>(times) * step * static_cast<double>(first);
  double high = static_cast<double>(times) * step * static_cast<double>(first + static_cast<std::int64_t>(shares.size()) - 1);
  for (double order = 0.25; order <= 256; order *= 1.5) {
    high = std::min(high, (static_cast<double>(times) * log_moment(shares, first, step, order) - std::log(kOutside)) / order);
    low = std::max(low, -(static_cast<double>(times) * log_moment(shares, first, step, -order) - std::log(kOutside)) / order);
  }
  return {low, high};
}

}  // namespace

// A stretch of losses is split between its two ends so that both distributions keep their probability there: that never understates
// delta, and errs by the square of the step.
LossDistribution::Direction LossDistribution::direction(const SampledGaussian& release, Change change, double step) {
  const double reach = kReach * release.noise;
  const auto low = static_cast<std::int64_t>(std::floor(mixture_ratio(release, -reach) / step));
  const auto high = static_cast<std::int64_t>(std::ceil(mixture_ratio(release, 1 + reach) / step));
  const auto size = static_cast<std::size_t>(high - low);
  Direction made{
      .first = change == Change::Remove ? low : -high, .shares = std::vector<double>(size + 1, 0), .beyond = std::erfc(kReach / std::numbers::sqrt2)};
  double from = place_of_ratio(release, step * static_cast<double>(low));
  for (std::size_t i = 0; i < size; ++i) {
    const double to = place_of_ratio(release, step * static_cast<double>(low + static_cast<std::int64_t>(i) + 1));
    const double without = normal_mass(from / release.noise, to / release.noise);
    const double with = (1 - release.rate) * without + release.rate * normal_mass((from - 1) / release.noise, (to - 1) / release.noise);
    const bool is_remove = change == Change::Remove;
    const double p = is_remove ? with : without;
    const double q = is_remove ? without : with;
    const std::size_t lower = is_remove ? i : size - i - 1;
    const double lower_loss = step * static_cast<double>(made.first + static_cast<std::int64_t>(lower));
    const double upper_share = std::clamp((p - q * std::exp(lower_loss)) / -std::expm1(-step), 0.0, p);
    made.shares[lower + 1] += upper_share;
    made.shares[lower] += p - upper_share;
    from = to;
  }
  return made;
}

LossDistribution::Direction LossDistribution::repeated(const Direction& once, long times, double step) {
  if (times == 1) return once;
  const auto [low, high] = window_of(once.shares, once.first, step, times);
  const auto first = static_cast<std::int64_t>(std::floor(low / step)) - 1;
  const std::size_t length = std::bit_ceil(std::max(static_cast<std::size_t>((high - low) / step) + 4, once.shares.size()));
  std::vector<std::complex<double>> values(length);
  std::ranges::copy(once.shares, values.begin());
  fourier(values, Transform::Forward);
  for (auto& value : values) value = std::pow(value, static_cast<double>(times));
  fourier(values, Transform::Backward);
  // Sums live on a circle: the place of `first` on it is where the window begins.
  const auto circle = static_cast<std::int64_t>(length);
  const std::int64_t start = ((first - times * once.first) % circle + circle) % circle;
  Direction sum{.first = first, .shares = std::vector<double>(length), .beyond = static_cast<double>(times) * once.beyond + 2 * kOutside};
  for (std::size_t i = 0; i < length; ++i) sum.shares[i] = std::max(values[(static_cast<std::size_t>(start) + i) % length].real(), 0.0);
  return sum;
}

LossDistribution LossDistribution::of(const SampledGaussian& release, long times, double step) {
  CINELOOM_ASSERT(release.rate > 0 && release.rate <= 1 && release.noise > 0 && times >= 1 && step > 0);
  LossDistribution made;
  made.step_ = step;
  made.add_ = repeated(direction(release, Change::Add, step), times, step);
  made.remove_ = repeated(direction(release, Change::Remove, step), times, step);
  return made;
}

double LossDistribution::delta_of(const Direction& direction, double epsilon) const {
  double sum = direction.beyond;
  for (std::size_t i = 0; i < direction.shares.size(); ++i) {
    const double loss = step_ * static_cast<double>(direction.first + static_cast<std::int64_t>(i));
    if (loss > epsilon) sum += direction.shares[i] * -std::expm1(epsilon - loss);
  }
  return sum;
}

double LossDistribution::delta(double epsilon) const { return std::max(delta_of(add_, epsilon), delta_of(remove_, epsilon)); }

double LossDistribution::epsilon(double delta_wanted) const {
  if (std::max(add_.beyond, remove_.beyond) > delta_wanted) return std::numeric_limits<double>::infinity();
  if (delta(0) <= delta_wanted) return 0;
  double low = 0;
  double high = 1;
  while (delta(high) > delta_wanted) high *= 2;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (delta(middle) <= delta_wanted ? high : low) = middle;
  }
  return high;
}

double discrete_laplace_delta(double a, int times, double epsilon) {
  const double up = 1 / (1 + std::exp(-a));  // probability of the loss a
  double sum = 0;
  for (int ups = 0; ups <= times; ++ups) {
    const double loss = a * (2 * ups - times);
    if (loss <= epsilon) continue;
    const double log_share =
        std::lgamma(times + 1) - std::lgamma(ups + 1) - std::lgamma(times - ups + 1) + ups * std::log(up) + (times - ups) * std::log1p(-up);
    sum += std::exp(log_share) * -std::expm1(epsilon - loss);
  }
  return sum;
}

}  // namespace cineloom::privacy
