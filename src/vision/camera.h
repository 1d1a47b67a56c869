#pragma once

#include <span>

#include "domain/timeline.h"
#include "vision/frame_features.h"

namespace cineloom {

/// Names how the camera moves in one shot. Unknown where the picture has too little texture or its parts move apart:
/// no answer is better than a wrong one. `steps` span a fraction of a second, `slow_steps` about one: what stands still
/// in the former may creep in the latter, and what is too fast for the latter is seen in the former.
CameraMotion name_camera_motion(std::span<const CameraStep> steps, std::span<const CameraStep> slow_steps, double frames_per_second);

}  // namespace cineloom
