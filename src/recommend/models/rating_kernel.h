#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "recommend/models/rating_design.h"

namespace cineloom {

/// So many factors are drawn from one pass over the ratings.
inline constexpr std::size_t kRatingLanes = 8;

/// One row's values of a block of factors.
struct alignas(kRatingLanes * sizeof(float)) RatingLanes {
  std::array<float, kRatingLanes> values{};
};

/// What a group's ratings say about a block of its factors while all else stands still.
struct alignas(64) RatingEvidence {
  std::array<RatingLanes, kRatingLanes> squares;  ///< sum of design design'
  RatingLanes products;                           ///< sum of residual design
  RatingLanes shift;                              ///< how far the factors have moved since
};

/// Takes the last block's `shift` out of the residuals of one group's ratings, residual -=
/// old_design[other] . shift, and gathers evidence on the next block, whose design is
/// design[other]. `squares` and `products` of the result are new, `shift` is zero.
RatingEvidence gather_rating_evidence(std::span<const std::int32_t> other, std::span<float> residuals, const RatingLanes* old_design, const RatingLanes& shift,
                                      const RatingLanes* design);

/// The same, one rating after the other: what gather_rating_evidence is tested against.
RatingEvidence gather_rating_evidence_plainly(std::span<const std::int32_t> other, std::span<float> residuals, const RatingLanes* old_design,
                                              const RatingLanes& shift, const RatingLanes* design);

/// scores += users[user group] . items[item group] by place.
void add_products(std::span<const RatingPlace> places, const RatingLanes* users, const RatingLanes* items, std::span<float> scores);

/// residual -= design[other] . shift alone.
void take_out_shift(std::span<const std::int32_t> other, std::span<float> residuals, const RatingLanes* design, const RatingLanes& shift);

/// Evidence on one weight that rows share, by row: products and squares already times the row's
/// value of the feature.
struct RatingPull {
  float product = 0;
  float square = 0;
};
/// Sums the pulls of `rows`.
RatingPull sum_pulls(std::span<const std::int32_t> rows, const RatingPull* pulls);
/// The rows' products after the weight moved by `move`.
void move_pulls(std::span<const std::int32_t> rows, RatingPull* pulls, float move);

}  // namespace cineloom
