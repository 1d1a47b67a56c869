#pragma once

#include <vector>

#include "vision/nets/net_picture.h"
#include "vision/nets/vision_nets.h"

namespace cineloom {

/// The faces in the outputs of a detector as YuNet (Wu, Peng, Yu 2023), in the order of NetSlot::output_names(): each cell of each grid
/// says whether it holds the middle of a face, and where its box and points lie. Of boxes that overlap the surest stays; the surest first.
/// Outputs of the wrong size, and numbers that are none, give no face.
std::vector<FaceSpot> read_face_grid(const NetSlot& slot, const std::vector<std::vector<float>>& outputs, const NetPicture& picture);

/// Whether outputs have the sizes that the slot's strides ask for.
bool fits_face_grid(const NetSlot& slot, const std::vector<std::vector<float>>& outputs);

}  // namespace cineloom
