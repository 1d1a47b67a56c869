#pragma once

#include <cstdint>
#include <span>

#include "vision/frame_features.h"

namespace cineloom {

/// How strongly the gap before frame `at` (>= 1) looks like something changed: the smallest difference over the pairs
/// of frames that straddle it. A flash or a bad frame leaves one such pair alike, a cut none.
float straddling_change(std::span<const FrameFeatures> frames, std::int64_t at);

/// Log odds that a shot ends before frame `at`. `reach` = frames each side that count as its neighbourhood.
double cut_log_odds(std::span<const FrameFeatures> frames, std::int64_t at, std::int64_t reach);

}  // namespace cineloom
