#pragma once

#include <algorithm>

#include "domain/timeline.h"

namespace cineloom {

/// What two areas share over what both cover, 0 .. 1.
inline double overlap(const PictureArea& a, const PictureArea& b) {
  const double width = std::min(a.right, b.right) - std::max(a.left, b.left);
  const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const auto area = [](const PictureArea& box) { return (box.right - box.left) * (box.bottom - box.top); };
  return width * height / (area(a) + area(b) - width * height);
}

}  // namespace cineloom
