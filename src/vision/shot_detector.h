#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "domain/timeline.h"
#include "vision/frame_features.h"

namespace cineloom {

/// Where one shot becomes the next. All numbers are ordinals of frames.
struct Boundary {
  std::int64_t at = 0;     ///< first frame of the new shot; the middle of a gradual transition
  std::int64_t first = 0;  ///< first frame of the transition; a cut: at
  std::int64_t last = 0;   ///< last frame of the transition; a cut: at
  TransitionKind kind = TransitionKind::Cut;
  double confidence = 0;   ///< 0 .. 1
};

/// Finds cuts, dissolves and fades in order of time. A single tone before the first picture and after the last one is
/// no shot of its own; a fade out of it is then given as the first entry with `at` 0. No input fails.
std::vector<Boundary> detect_boundaries(std::span<const FrameFeatures> frames, double frames_per_second);

}  // namespace cineloom
