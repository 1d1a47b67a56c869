#pragma once

#include <cstdint>

#include "draw/paint.h"

namespace film {

/// Planes of a 4:2:0 picture; strides in bytes.
struct Planes {
  std::uint8_t* luma;
  std::uint8_t* blue;
  std::uint8_t* red;
  int luma_stride, blue_stride, red_stride;
};

/// BT.709, limited range, in whole numbers.
void to_planes(const SurfacePtr& picture, const Planes& planes);

}  // namespace film
