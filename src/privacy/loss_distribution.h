#pragma once

#include <cstdint>
#include <vector>

#include "privacy/renyi_accountant.h"

namespace cineloom::privacy {

/// How likely each privacy loss ln(P/Q) of a release is, on a grid: adds releases up nearly exactly, at the cost of a Fourier transform
/// (Koskela et al. 2020, Doroshenko et al. 2022). Losses are rounded up, so epsilon and delta are never too small.
class LossDistribution {
 public:
  /// Of `times` releases with Poisson sampling, with (add) or without (remove) a viewer whichever is worse. `step`: of the grid; smaller
  /// is tighter and slower.
  static LossDistribution of(const SampledGaussian& release, long times, double step = 1e-4);

  /// The least delta for this epsilon.
  [[nodiscard]] double delta(double epsilon) const;
  /// The least epsilon for this delta; infinity where losses without bound are likelier than delta.
  [[nodiscard]] double epsilon(double delta) const;

 private:
  /// Losses of one direction: probability `shares[i]` of the loss (first + i) step.
  struct Direction {
    std::int64_t first = 0;
    std::vector<double> shares;
    double beyond = 0;  ///< probability of losses above the grid: counts as if everything were told
  };
  enum class Change { Add, Remove };
  static Direction direction(const SampledGaussian& release, Change change, double step);
  static Direction repeated(const Direction& once, long times, double step);
  [[nodiscard]] double delta_of(const Direction& direction, double epsilon) const;

  double step_ = 0;
  Direction add_;
  Direction remove_;
};

/// delta of `times` releases of discrete Laplace noise, P(x) ~ e^(-a |x|) over whole numbers of sensitivity 1, exactly: each loss is a or -a.
double discrete_laplace_delta(double a, int times, double epsilon);

}  // namespace cineloom::privacy
