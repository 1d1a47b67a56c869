#pragma once

#include <span>
#include <vector>

namespace cineloom::privacy {

/// A release with Gaussian noise of which every viewer is part with probability `rate`, each time drawn anew (Poisson sampling).
struct SampledGaussian {
  double rate = 1;   ///< 0 .. 1; 1 = everybody
  double noise = 1;  ///< standard deviation over L2 sensitivity, > 0
};

/// Renyi divergence of the given order (> 1) between the outputs with and without a viewer, the larger of both directions. Exact: the
/// binomial sum for whole orders, quadrature of the defining integral for others (Mironov, Talwar and Zhang 2019).
double renyi_divergence(const SampledGaussian& release, double order);
/// The same by quadrature for every order: what the sum is tested against.
double renyi_divergence_by_quadrature(const SampledGaussian& release, double order);
/// What a viewer's answer is compared with: another answer, or one drawn without asking them.
enum class Neighbour { OtherAnswer, NoAnswer };

/// Of randomised response among `answers` (>= 2): the truth, but with probability `lie`, 0 < lie < 1, a uniform one. Order infinity gives
/// the epsilon that holds without delta.
double renyi_divergence_of_response(double lie, int answers, double order, Neighbour neighbour);

/// Adds up Renyi divergences order by order and turns them into epsilon (Canonne, Kamath and Steinke 2020). For what cannot be added up
/// exactly; Gaussian noise without sampling belongs into GaussianAccountant, which is never larger.
class RenyiAccountant {
 public:
  /// `orders` > 1.
  explicit RenyiAccountant(std::vector<double> orders = default_orders());

  void add(const SampledGaussian& release, long times = 1);
  /// Divergences by order, as many as there are orders.
  void add(std::span<const double> divergences, long times = 1);
  [[nodiscard]] double epsilon(double delta) const;
  [[nodiscard]] double best_order(double delta) const;
  [[nodiscard]] std::span<const double> divergences() const { return divergences_; }

  /// 1.1, 1.2, .. 10.9, 11, 12, .. 63.
  static std::vector<double> default_orders();

 private:
  std::vector<double> orders_;
  std::vector<double> divergences_;
};

}  // namespace cineloom::privacy
