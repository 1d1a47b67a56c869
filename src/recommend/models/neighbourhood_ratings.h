#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "math/sparse_matrix.h"
#include "recommend/models/rating_biases.h"

namespace cineloom {

/// Whose likeness counts: users who rate alike, or items that are rated alike.
enum class NeighbourSide { Users, Items };

struct NeighbourRatingsOptions {
  NeighbourSide side = NeighbourSide::Items;
  int neighbours = 40;      ///< asked per forecast, 1 .. 10000
  double shrinkage = 100;   ///< common ratings' weight of the belief that two have nothing in common, >= 0
  double caution = 0.5;     ///< likeness's weight of the belief that neighbours say nothing, >= 0; 0 = the weighted mean as it is
  RatingBiasesOptions biases;
};

/// Stars from neighbours (Koren 2010):
///
///   r^(u,i) = b(u,i) + sum over the k nearest v who rated i of s(u,v) (r(v,i) - b(v,i)) / (sum of s(u,v) + caution)
///
/// b(u,i) = mean + user bias + item bias; s = Pearson's r of what is left beyond the biases, over common items, times
/// (n - 1) / (n - 1 + shrinkage); only likenesses above 0 count. Items may take the users' place.
class NeighbourRatings final : public RatingPredictor {
 public:
  /// Errors: InvalidArgument without ratings, for positions outside the shape or options out of range; Cancelled.
  static Expected<NeighbourRatings> fit(std::span<const Interaction> ratings, std::int32_t users, std::int32_t items, const NeighbourRatingsOptions& options,
                                        Progress& progress, const CancelToken& cancel);

  [[nodiscard]] std::string_view name() const override { return options_.side == NeighbourSide::Items ? "item-knn" : "user-knn"; }
  [[nodiscard]] RatingForecast predict(std::int32_t user, std::int32_t item) const override;

 private:
  NeighbourRatingsOptions options_;
  RatingBiases biases_;
  SparseMatrix alike_;   ///< [side, side] likenesses above 0
  SparseMatrix by_other_; ///< [other side, side] ratings beyond the biases
};

}  // namespace cineloom
