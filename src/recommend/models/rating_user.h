#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/random.h"
#include "math/matrix.h"
#include "recommend/data/interactions.h"
#include "recommend/models/scorer.h"

namespace cineloom {

/// One draw of everything that is shared by users. Width w = factors + 1; a user's weights are
/// [factors, bias].
struct RatingSample {
  double mean = 0;                       ///< of all stars
  double noise_precision = 1;            ///< 1 / variance of a rating around its score
  std::vector<double> prior_means;       ///< [w] of users' weights
  std::vector<double> prior_precisions;  ///< [w], > 0
  std::vector<double> item_spread;  ///< [w] variance of items' factors around their mean, for items without ratings
  Matrix items;     ///< [items, w]: factors, bias
  Matrix implicit;  ///< [items, w]: what having rated an item says of a user, before division by
                    ///< sqrt(history)
};

/// What users are folded in with.
struct RatingBounds {
  float least = 0;
  float most = 0;
  double widening = 1;  ///< factor of deviations
};

/// By how much a user's stars may differ from another's: those of item i by no more than constant + factors * item_reach(i), up or down
/// around the constant.
struct RatingShift {
  double constant = 0;
  double factors = 0;  ///< >= 0
};

/// A user as posterior given the items: exact Bayesian regression of the history in each sample.
/// Borrows samples and counts.
class RatingUser {
 public:
  RatingUser(std::span<const RatingSample> samples, std::span<const std::int32_t> item_ratings, const RatingBounds& bounds,
             std::span<const HistoryEntry> history);

  [[nodiscard]] std::size_t history_size() const { return history_.size(); }
  /// Expected stars, on the scale.
  [[nodiscard]] double stars(std::int32_t item) const;
  /// Stars of all items at once.
  void stars(std::span<float> all) const;
  /// The same not cut off at the ends of the scale: what films are ranked by, so that two that
  /// would please beyond it still differ.
  [[nodiscard]] double unclipped_stars(std::int32_t item) const;
  void unclipped_stars(std::span<float> all) const;
  /// Thompson sampling: unclipped stars of all items if the user were a draw from what is possible.
  /// `scale` of the draw around the mean, >= 0; the same seed gives the same draw.
  void draw(Seed seed, double scale, std::span<float> all) const;
  /// Stars and their deviation: noise, what is not known of the user, and what is not known of the
  /// items. 80 % of ratings lie within 1.2816 deviations (measured on held-out ratings by the fit).
  [[nodiscard]] RatingForecast forecast(std::int32_t item) const;
  /// The same user had history entry `entry` never been: exact, and a rank-one update instead of a
  /// new fold-in.
  [[nodiscard]] RatingUser without(std::size_t entry) const;
  /// From another user of the same model to this one, in unclipped stars.
  [[nodiscard]] RatingShift shift_from(const RatingUser& other) const;
  /// The same as numbers [BayesianFactorization::all_factors] whose product with an item's is what its stars move by beside the constant.
  void factor_shift_from(const RatingUser& other, std::span<float> shift) const;

 private:
  struct Fold {
    std::vector<float> weights;      ///< [w] posterior mean
    std::vector<double> covariance;  ///< [w, w]
    std::vector<double> target;      ///< [w] precision times mean
    std::vector<double> implicit;    ///< [w] sum of the history's implicit rows
  };
  void fold(const RatingSample& sample, Fold& fold) const;
  void leave_out(const RatingSample& sample, const HistoryEntry& entry, Fold& fold) const;
  [[nodiscard]] double on_scale(double sum) const;

  std::span<const RatingSample> samples_;
  std::span<const std::int32_t> item_ratings_;
  RatingBounds bounds_;
  std::vector<HistoryEntry> history_;
  std::vector<Fold> folds_;
};

}  // namespace cineloom
