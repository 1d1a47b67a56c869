#pragma once

#include <span>
#include <vector>

#include "math/matrix.h"

/// From told sums to items, without looking at viewers again: what is done here costs no privacy.
namespace cineloom::private_items {

/// Ridge regression on what is said of items, whose noise differs from item to item.
class ContentPrior {
 public:
  /// `places` [items, d] as content_basis gives them, borrowed; d may be 0, then all items have the same prior.
  explicit ContentPrior(const Matrix& places) : places_(places) {}

  /// What was observed of each item: value + noise of the standard deviation given, > 0.
  struct Observed {
    std::vector<double> values;
    std::vector<double> noise;
    std::vector<double> before;  ///< what an earlier estimate says, in any unit; empty = there is none
  };
  /// Means of the posterior. `trust`: share of the values' variance, found by moments, that content explains.
  [[nodiscard]] std::vector<double> denoised(const Observed& observed, double trust) const;

 private:
  const Matrix& places_;
};

/// What was told in a sweep, in the basis of its rows.
struct ToldSweep {
  std::span<const double> items;    ///< [items, k]
  double items_noise = 0;
  std::vector<double> gram;         ///< [k, k], of all viewers
  std::span<const double> weights;  ///< of items
  Matrix before;                    ///< item factors that the rows were made by, or empty
};

struct ItemTerms {
  double unobserved_weight = 0.2;
  double regularization = 0.008;
  double trust = 0.5;
};

/// Items [items, k], in the basis of the told gram. `fame` [items], > 0; `viewers` > 0.
Matrix solve(const ToldSweep& told, std::span<const double> fame, double viewers, const ItemTerms& terms, const ContentPrior& prior);

/// How far an item's row reaches by its fame: observed over all that pulls at it, 0 .. 1.
std::vector<double> reach_of(std::span<const double> fame, double viewers, double unobserved_weight);

}  // namespace cineloom::private_items
