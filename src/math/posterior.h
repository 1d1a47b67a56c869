#pragma once

#include <span>
#include <vector>

namespace cineloom {

/// Bayesian linear regression with a Gaussian prior: weights w with prior N(0, diag(1/precision)) and observations
/// y = x.w + noise of unit variance. Rows are added and taken back one by one; both keep the exact posterior.
class Posterior {
 public:
  /// `precision`: one positive number per weight.
  explicit Posterior(std::span<const double> precision);

  void add(std::span<const float> x, double y) { update(x, y, 1); }
  void take_back(std::span<const float> x, double y) { update(x, y, -1); }
  /// Solves for the weights; call it after adding and before asking.
  void solve();

  /// Mean of the weights, as of the last solve().
  [[nodiscard]] const std::vector<double>& weights() const { return weights_; }
  /// x.w at the mean.
  [[nodiscard]] double predict(std::span<const float> x) const;
  /// x' A^-1 x: variance of the prediction in units of the noise variance, without the noise itself.
  [[nodiscard]] double variance(std::span<const float> x) const;

 private:
  void update(std::span<const float> x, double y, double sign);

  std::size_t size_;
  std::vector<double> precision_;  ///< A = prior + sum x x', row-major
  std::vector<double> target_;     ///< b = sum y x
  std::vector<double> factor_;     ///< lower Cholesky factor of A
  std::vector<double> weights_;
};

}  // namespace cineloom
