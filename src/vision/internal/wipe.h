#pragma once

#include <optional>
#include <span>

#include "vision/internal/compare.h"

namespace cineloom {

/// Asks whether a straight edge runs over the picture, upright or level, with the last frame of `window` behind it and the first
/// one before it. `first` is the ordinal of window[0]. Nothing if it does not, or if the ends are alike.
std::optional<BlendEvidence> find_wipe(std::span<const PreparedFrame* const> window, std::int64_t first, const Region& region);

}  // namespace cineloom
