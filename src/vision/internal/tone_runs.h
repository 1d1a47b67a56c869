#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vision/frame_features.h"

namespace cineloom {

/// Frames [first, last] of a single tone: black, white or any other.
struct ToneRun {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

inline constexpr float kSingleTone = 4;  ///< deviation of luma below which nothing is to be seen

std::vector<ToneRun> find_tone_runs(std::span<const FrameFeatures> frames);

}  // namespace cineloom
