#include "recommend/ranking/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cineloom {
namespace {

constexpr double kMixed = 0.01;

}  // namespace

Shares mean_shares(std::span<const Shares> rows, std::span<const double> weights) {
  if (rows.empty()) return {};
  Shares sum(rows.front().size(), 0);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t category = 0; category < sum.size(); ++category) sum[category] += weights[row] * rows[row][category];
  }
  const double total = std::accumulate(sum.begin(), sum.end(), 0.0);
  if (total <= 0) return sum;
  for (double& share : sum) share /= total;
  return sum;
}

double miscalibration(const Shares& wanted, const Shares& given) {
  double divergence = 0;
  for (std::size_t category = 0; category < wanted.size(); ++category) {
    if (wanted[category] <= 0) continue;
    const double mixed = (1 - kMixed) * given[category] + kMixed * wanted[category];
    divergence += wanted[category] * std::log(wanted[category] / mixed);
  }
  return std::max(0.0, divergence);
}

double CalibrationTerm::worth(std::size_t position) const {
  Shares given(wanted_.size());
  for (std::size_t category = 0; category < given.size(); ++category) given[category] = (sum_[category] + shares_[position][category]) / (places_ + 1);
  return -strength_ * (places_ + 1) * miscalibration(wanted_, given);
}

void CalibrationTerm::choose(std::size_t position) {
  ++places_;
  for (std::size_t category = 0; category < sum_.size(); ++category) sum_[category] += shares_[position][category];
}

}  // namespace cineloom
