#pragma once

#include <array>
#include <vector>

#include "domain/timeline.h"
#include "media/media_reader.h"
#include "vision/nets/net_slot.h"

namespace cineloom {

/// A picture as a net wants it, and which part of it the frame fills from the upper left corner; the rest is black.
struct NetPicture {
  std::vector<float> values;  ///< 3 * width * height, in the input's layout
  double used_width = 1;      ///< share, 0 .. 1
  double used_height = 1;
};

enum class Fit { Whole, Stretched };  ///< Whole keeps the shape of things, Stretched fills the net's picture

/// The frame at the size of the input. `aspect`: width of the picture over its height as it is shown.
NetPicture fit_picture(const FrameView& frame, double aspect, const NetInput& input, Fit fit);

/// A place in a frame: shares of its width and height.
struct FramePoint {
  double x = 0;
  double y = 0;
};

/// Eyes, tip of the nose, corners of the mouth, each pair left to right as seen.
using FacePoints = std::array<FramePoint, 5>;

/// The face turned, scaled and moved so that its five points come nearest to the places at which nets for faces expect them (those of
/// 112 x 112 pictures that such nets are commonly trained with).
NetPicture align_face(const FrameView& frame, double aspect, const FacePoints& points, const NetInput& input);

/// Where the points of an upright face lie in its box.
FacePoints usual_points(const PictureArea& box);

}  // namespace cineloom
