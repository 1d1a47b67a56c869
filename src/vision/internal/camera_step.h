#pragma once

#include "vision/frame_features.h"
#include "vision/internal/compare.h"

namespace cineloom {

/// Fits one slide and one zoom to the blocks' motion, by medians so that actors do not pull the camera with them.
CameraStep fit_camera(const BlockField& field, const Region& region, int frames);

}  // namespace cineloom
