#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.h"
#include "privacy/gaussian_accountant.h"
#include "privacy/renyi_accountant.h"

/// What accountants are tested against: the defining integrals by plain summing, over configurations drawn at random.
namespace cineloom::privacy::testing {

struct Disagreement {
  double largest = 0;  ///< relative, of all configurations
  int unsafe = 0;      ///< configurations in which an accountant promised less loss than there is, or the exact one more than another
};

inline double normal_density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

/// delta of a Gaussian release: the integral of what N(mu, 1) has over e^epsilon N(0, 1), by Simpson's rule from where that begins.
inline double delta_by_integral(double mu, double epsilon) {
  constexpr int kPieces = 16000;
  const double from = epsilon / mu + mu / 2;
  const double width = std::max(from, mu) + 14 - from;
  const auto excess = [&](double x) { return normal_density(x - mu) - std::exp(epsilon) * normal_density(x); };
  double sum = excess(from) + excess(from + width);
  for (int i = 1; i < kPieces; ++i) sum += (i % 2 == 1 ? 4 : 2) * excess(from + width * i / kPieces);
  return sum * width / kPieces / 3;
}

/// mu .02 .. 5, epsilon below 10.
inline Disagreement compare_gaussian(int configurations, Seed seed) {
  Random random(seed);
  Disagreement found;
  for (int i = 0; i < configurations; ++i) {
    const double mu = 0.02 * std::pow(250, random.uniform());
    const double epsilon = random.uniform() * std::min(6 * mu, 10.0);
    const double truth = delta_by_integral(mu, epsilon);
    const double delta = gaussian_delta(mu, epsilon);
    found.largest = std::max(found.largest, std::abs(delta - truth) / truth);
    RenyiAccountant renyi;
    renyi.add({.rate = 1, .noise = 1 / mu});
    const double exact = gaussian_epsilon(mu, delta);
    const double slack = 1e-9;
    if (exact > renyi.epsilon(delta) + slack || exact > concentrated_epsilon(mu * mu / 2, delta) + slack) ++found.unsafe;
  }
  return found;
}

/// Divergence of a sampled release by the midpoint rule on steps of a sixtieth of the noise.
inline double divergence_by_integral(const SampledGaussian& release, double order) {
  const double step = std::min(release.noise / 60, release.noise * release.noise / 12);
  const double reach = 13 * release.noise;
  const double variance = release.noise * release.noise;
  const auto exponent = [&](double x) {
    const double ratio = std::log1p(release.rate * std::expm1(std::min((2 * x - 1) / (2 * variance), 700.0)));
    return order * ratio - x * x / (2 * variance);
  };
  double most = -1e300;
  for (double x = -reach; x < order + reach; x += step) most = std::max(most, exponent(x));
  double sum = 0;
  for (double x = -reach + step / 2; x < order + reach; x += step) sum += std::exp(exponent(x) - most);
  return (most + std::log(sum * step / (release.noise * std::sqrt(2 * std::numbers::pi)))) / (order - 1);
}

/// rate .001 .. .5, noise .6 .. 6, orders 1.25 .. 32, whole and not. What is too small for plain summing is left to the other tests.
inline Disagreement compare_sampled(int configurations, Seed seed) {
  Random random(seed);
  Disagreement found;
  for (int i = 0; i < configurations; ++i) {
    const SampledGaussian release{.rate = 0.001 * std::pow(500, random.uniform()), .noise = 0.6 * std::pow(10, random.uniform())};
    double order = 1.25 * std::pow(25.6, random.uniform());
    if (random.uniform() < 0.6) order = std::max(std::round(order), 2.0);
    const double truth = divergence_by_integral(release, order);
    if (truth < 1e-8) continue;
    const double divergence = renyi_divergence(release, order);
    found.largest = std::max(found.largest, std::abs(divergence - truth) / truth);
    if (divergence < truth * (1 - 1e-6) - 1e-12) ++found.unsafe;
  }
  return found;
}

}  // namespace cineloom::privacy::testing
