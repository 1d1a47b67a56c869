#pragma once

#include <span>
#include <vector>

#include "math/rounded_rows.h"
#include "recommend/internal/taste.h"

namespace cineloom {

/// Films' factors of stars and of liking in bytes: finds the few of many films whose scores may move far when a viewer's taste becomes
/// another, by reading a tenth of what asking them all reads. Immutable; any thread may ask.
class ShiftIndex {
 public:
  ShiftIndex() = default;
  explicit ShiftIndex(const TasteModels& models);

  /// Every film whose score the factors move by `least[film]` or more from one taste of the models to the other, and some that come near, by
  /// rising position; infinity = not asked about.
  [[nodiscard]] std::vector<ReachingRow> films_moved(const Taste& from, const Taste& to, std::span<const float> least) const;

 private:
  RoundedRows rows_;
  std::size_t star_factors_ = 0;
  float like_scale_ = 1;  ///< brings both kinds of factors to one size, since a film's bytes share a step
};

}  // namespace cineloom
