#pragma once

#include <span>

#include "domain/timeline.h"
#include "vision/frame_features.h"

namespace cineloom {

/// Names how the camera moves in one shot. Unknown where the picture has too little texture or its parts move apart:
/// no answer is better than a wrong one.
CameraMotion name_camera_motion(std::span<const CameraStep> steps, double frames_per_second);

}  // namespace cineloom
