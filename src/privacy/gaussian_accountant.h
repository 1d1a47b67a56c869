#pragma once

#include "base/expected.h"

namespace cineloom::privacy {

/// What a release promises: whatever one viewer's data is, no answer becomes more than e^epsilon times as likely, but for delta.
struct PrivacyLoss {
  double epsilon = 0;
  double delta = 0;
};

/// Releases with Gaussian noise, added up exactly: k of them with noise s_i times their sensitivity are one with 1/s^2 = sum 1/s_i^2
/// (Dong, Roth and Su 2022), whose epsilon and delta are known in closed form (Balle and Wang 2018).
class GaussianAccountant {
 public:
  /// `noise`: standard deviation over L2 sensitivity, > 0; infinity = nothing was released.
  void add(double noise, int times = 1);
  /// mu = 1/s of the one release that all are worth; 0 = nothing was released.
  [[nodiscard]] double mu() const;
  /// The least epsilon for this delta, 0 < delta < 1.
  [[nodiscard]] double epsilon(double delta) const;
  /// The least delta for this epsilon, >= 0.
  [[nodiscard]] double delta(double epsilon) const;

 private:
  double squares_ = 0;  // sum of 1/s^2
};

/// delta(epsilon) of one Gaussian release with mu = sensitivity / noise: Phi(mu/2 - eps/mu) - e^eps Phi(-mu/2 - eps/mu).
double gaussian_delta(double mu, double epsilon);
/// The least epsilon with gaussian_delta <= delta.
double gaussian_epsilon(double mu, double delta);
/// The least noise over sensitivity that keeps one release, or all together, inside the loss.
/// Errors: InvalidArgument unless 0 < epsilon <= 1000 and 0 < delta < 1.
Expected<double> gaussian_noise(const PrivacyLoss& loss);

/// epsilon of zero-concentrated privacy rho (Bun and Steinke 2016), rho + 2 sqrt(rho ln(1/delta)): an upper bound, for comparison.
double concentrated_epsilon(double rho, double delta);
/// rho = 1 / (2 s^2) of a Gaussian release with noise s over its sensitivity.
double concentrated_rho(double noise);

/// ln of the standard normal distribution function, also where it underflows.
double log_normal_cdf(double x);

}  // namespace cineloom::privacy
