#include "privacy/audit.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cineloom::privacy {
namespace {

/// P[Bin(n, q) = k] for k = 0 .. n.
std::vector<double> binomial_shares(int n, double q) {
  std::vector<double> shares;
  for (int k = 0; k <= n; ++k) {
    shares.push_back(std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(q) + (n - k) * std::log1p(-q)));
  }
  return shares;
}

}  // namespace

double audit_significance(const AuditGuesses& guesses, double epsilon, double delta) {
  const double q = 1 / (1 + std::exp(-epsilon));
  const std::vector<double> shares = binomial_shares(guesses.guesses, q);
  double at_least = 0;
  for (int k = guesses.right; k <= guesses.guesses; ++k) at_least += shares[static_cast<std::size_t>(k)];
  // What delta may add: the best slope of the probability of falling short by at most i.
  double slope = 0;
  double short_by = 0;
  for (int i = 1; i <= guesses.right; ++i) {
    short_by += shares[static_cast<std::size_t>(guesses.right - i)];
    slope = std::max(slope, short_by / i);
  }
  return std::min(at_least + 2 * guesses.canaries * delta * slope, 1.0);
}

double audited_epsilon(const AuditGuesses& guesses, double delta, double significance) {
  if (audit_significance(guesses, 0, delta) > significance) return 0;
  double low = 0;
  double high = 1;
  while (high < 100 && audit_significance(guesses, high, delta) <= significance) high *= 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (audit_significance(guesses, middle, delta) <= significance ? low : high) = middle;
  }
  return low;
}

}  // namespace cineloom::privacy
