#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "recommend/ranking/list.h"

namespace cineloom {

/// Shares of categories, summing to 1 (or all 0: nothing is known).
using Shares = std::vector<double>;

/// Mean of shares with weights >= 0, scaled to sum to 1.
Shares mean_shares(std::span<const Shares> rows, std::span<const double> weights);

/// KL(wanted || given), with a hundredth of `wanted` mixed into `given` so that an empty category stays finite (Steck 2018).
/// 0 when a list gives just what is wanted.
double miscalibration(const Shares& wanted, const Shares& given);

/// Lets a list's categories follow what the viewer's past holds (Steck 2018): a candidate is worth `strength` (>= 0, in the
/// scores' unit) times the miscalibration it takes away, summed over the places filled so far.
class CalibrationTerm final : public ListTerm {
 public:
  /// `shares`: of each candidate, in the categories of `wanted`.
  CalibrationTerm(std::vector<Shares> shares, Shares wanted, double strength)
      : shares_(std::move(shares)), wanted_(std::move(wanted)), strength_(strength), sum_(wanted_.size(), 0) {}
  [[nodiscard]] double worth(std::size_t position) const override;
  void choose(std::size_t position) override;

 private:
  std::vector<Shares> shares_;
  Shares wanted_;
  double strength_;
  Shares sum_;      ///< over those chosen
  int places_ = 0;  ///< filled so far
};

}  // namespace cineloom
