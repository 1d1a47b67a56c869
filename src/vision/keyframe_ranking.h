#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "vision/thumbnail.h"

namespace cineloom {

/// A picture in a few numbers: two pictures of one set-up are near each other.
using PictureSketch = std::array<std::uint8_t, 64>;

PictureSketch sketch_of(const Thumbnail& thumbnail);

/// What counts of a keyframe when the film's keyframes are put in order.
struct RankedPicture {
  double worth = 0;      ///< of its sharpness and exposure, > 0
  double face = 0;       ///< confidence in the surest face, 0 .. 1
  double place = 0;      ///< in the film, 0 .. 1: what lies in the last third might tell how it ends
  PictureSketch sketch{};
};

/// The rank of each picture, 0 = to be shown first. The first two dozen are picked one by one, each for its quality and for how unlike it is to
/// those before it; the others follow by quality.
std::vector<int> rank_pictures(std::span<const RankedPicture> pictures);

}  // namespace cineloom
