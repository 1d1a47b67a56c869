#pragma once

#include <optional>
#include <span>

#include "vision/internal/compare.h"

namespace cineloom {

/// How well one frame is a mixture (1 - share) * left + share * right.
struct Mixture {
  float share = 0;     ///< least squares, not clipped
  float misfit = 0;    ///< root mean square of what is left over
  float distance = 0;  ///< root mean square between left and right
};

Mixture mix(const Thumbnail& left, const Thumbnail& middle, const Thumbnail& right, const Region& region);

/// Correlation of two frames' luma, -1 .. 1; 0 if one of them is a single tone.
float likeness(const Thumbnail& a, const Thumbnail& b, const Region& region);

/// Asks whether the frames between the first and the last of `window` are a running blend of the two, or else a wipe.
/// `first` is the ordinal of window[0]. Nothing if they are not, or if the ends are alike.
std::optional<BlendEvidence> find_blend(std::span<const PreparedFrame* const> window, std::int64_t first, const Region& region);

}  // namespace cineloom
