#include "vision/internal/camera_step.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cineloom {
namespace {

constexpr float kTextured = 2.5F;   ///< mean gradient under which a block's motion means nothing
constexpr std::size_t kFewest = 8;  ///< blocks that a motion of the whole picture must rest on

float median(std::vector<float>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Median growth seen from pairs of blocks far apart: independent of any slide.
float fit_zoom(const std::vector<BlockMatch>& blocks) {
  std::vector<float> growths;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    for (std::size_t j = i + 1; j < blocks.size(); ++j) {
      const int across = blocks[i].x - blocks[j].x;
      const int down = blocks[i].y - blocks[j].y;
      if (std::abs(across) >= 3 * kBlock) growths.push_back((blocks[i].dx - blocks[j].dx) / static_cast<float>(across));
      if (std::abs(down) >= 3 * kBlock) growths.push_back((blocks[i].dy - blocks[j].dy) / static_cast<float>(down));
    }
  }
  if (growths.empty()) return 0;
  // A trimmed mean: the motions of single blocks are coarse, their middle half together is finer than a median.
  const std::size_t trim = growths.size() / 4;
  const auto first = growths.begin() + static_cast<std::ptrdiff_t>(trim);
  const auto last = growths.end() - static_cast<std::ptrdiff_t>(trim);
  std::nth_element(growths.begin(), first, growths.end());
  if (last != growths.end()) std::nth_element(first, last, growths.end());
  std::sort(first, last);  // added up in order: sums of floats depend on it
  float sum = 0;
  for (std::size_t i = trim; i < growths.size() - trim; ++i) sum += growths[i];
  return sum / static_cast<float>(growths.size() - 2 * trim);
}

}  // namespace

CameraStep fit_camera(const BlockField& field, const Region& region, int frames) {
  CameraStep step{.frames = frames};
  std::vector<BlockMatch> blocks;
  for (int i = 0; i < field.count; ++i) {
    const BlockMatch& block = field.blocks[static_cast<std::size_t>(i)];
    if (block.texture >= kTextured && block.residual < 2 * block.texture) blocks.push_back(block);
  }
  if (blocks.size() < kFewest) return step;
  step.zoom = fit_zoom(blocks);
  std::vector<float> across;
  std::vector<float> down;
  for (const BlockMatch& block : blocks) {
    across.push_back(block.dx - step.zoom * static_cast<float>(block.x));
    down.push_back(block.dy - step.zoom * static_cast<float>(block.y));
  }
  const float slide_x = median(across);
  const float slide_y = median(down);
  std::size_t following = 0;
  for (const BlockMatch& block : blocks) {
    const float miss_x = block.dx - step.zoom * static_cast<float>(block.x) - slide_x;
    const float miss_y = block.dy - step.zoom * static_cast<float>(block.y) - slide_y;
    if (std::hypot(miss_x, miss_y) <= 1.25F) ++following;
  }
  step.slide_x = slide_x / static_cast<float>(region.right - region.left);
  step.slide_y = slide_y / static_cast<float>(region.bottom - region.top);
  step.coherence = static_cast<float>(following) / static_cast<float>(blocks.size());
  return step;
}

}  // namespace cineloom
