#include "vision/internal/face_grid.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "vision/internal/areas.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostSpots = 500;  ///< compared with one another
constexpr float kLargest = 7;            ///< logarithm of a box in strides: beyond it nothing is a face

struct Grid {
  int stride = 1;
  int columns = 1;
  int rows = 1;
  const float* classes = nullptr;
  const float* objects = nullptr;  ///< null = there are none
  const float* boxes = nullptr;
  const float* points = nullptr;   ///< null = there are none

  [[nodiscard]] std::size_t cells() const { return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows); }
};

/// The grids without their numbers: what the slot asks for.
std::vector<Grid> grids_of(const NetSlot& slot) {
  std::vector<Grid> grids;
  for (const int stride : slot.strides) grids.push_back({.stride = stride, .columns = slot.input.width / stride, .rows = slot.input.height / stride});
  return grids;
}

double score_at(const Grid& grid, std::size_t cell) {
  const double of_class = std::clamp(static_cast<double>(grid.classes[cell]), 0.0, 1.0);
  if (grid.objects == nullptr) return of_class;
  return std::sqrt(of_class * std::clamp(static_cast<double>(grid.objects[cell]), 0.0, 1.0));
}

/// From samples of the net's picture to shares of the frame.
class Scale {
 public:
  Scale(const NetSlot& slot, const NetPicture& picture) : width_(slot.input.width * picture.used_width), height_(slot.input.height * picture.used_height) {}
  [[nodiscard]] double x(double sample) const { return std::clamp(sample / width_, 0.0, 1.0); }
  [[nodiscard]] double y(double sample) const { return std::clamp(sample / height_, 0.0, 1.0); }

 private:
  double width_;
  double height_;
};

FaceSpot spot_at(const Grid& grid, std::size_t cell, const Scale& scale) {
  const auto column = static_cast<double>(cell % static_cast<std::size_t>(grid.columns));
  const auto row = static_cast<double>(cell / static_cast<std::size_t>(grid.columns));
  const float* box = grid.boxes + 4 * cell;
  const double x = (column + static_cast<double>(box[0])) * grid.stride;
  const double y = (row + static_cast<double>(box[1])) * grid.stride;
  const double width = std::exp(static_cast<double>(std::min(box[2], kLargest))) * grid.stride / 2;
  const double height = std::exp(static_cast<double>(std::min(box[3], kLargest))) * grid.stride / 2;
  FaceSpot spot{.box = {scale.x(x - width), scale.y(y - height), scale.x(x + width), scale.y(y + height)}, .confidence = score_at(grid, cell), .points = {}};
  if (grid.points == nullptr) return spot;
  spot.points.emplace();
  for (std::size_t i = 0; i < spot.points->size(); ++i) {
    const float* point = grid.points + 10 * cell + 2 * i;
    (*spot.points)[i] = {scale.x((column + static_cast<double>(point[0])) * grid.stride), scale.y((row + static_cast<double>(point[1])) * grid.stride)};
  }
  return spot;
}

bool is_usable(const FaceSpot& spot) {
  const bool has_area = spot.box.right > spot.box.left && spot.box.bottom > spot.box.top;  // false also for what is no number
  return has_area &&
         (!spot.points || std::ranges::all_of(*spot.points, [](const FramePoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); }));
}

std::vector<FaceSpot> without_doubles(std::vector<FaceSpot> spots, double most_overlap) {
  std::ranges::stable_sort(spots, std::ranges::greater(), &FaceSpot::confidence);
  if (spots.size() > kMostSpots) spots.erase(spots.begin() + kMostSpots, spots.end());
  std::vector<FaceSpot> kept;
  for (FaceSpot& spot : spots) {
    const bool is_double = std::ranges::any_of(kept, [&](const FaceSpot& surer) { return overlap(surer.box, spot.box) > most_overlap; });
    if (!is_double) kept.push_back(std::move(spot));
  }
  return kept;
}

}  // namespace

bool fits_face_grid(const NetSlot& slot, const std::vector<std::vector<float>>& outputs) {
  if (outputs.size() != slot.output_names().size()) return false;
  const std::vector<Grid> grids = grids_of(slot);
  std::size_t next = 0;
  const auto have = [&](const std::vector<std::string>& names, std::size_t numbers) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (outputs[next++].size() != grids[i].cells() * numbers) return false;
    }
    return true;
  };
  return have(slot.outputs.classes, 1) && have(slot.outputs.boxes, 4) && have(slot.outputs.objects, 1) && have(slot.outputs.points, 10);
}

std::vector<FaceSpot> read_face_grid(const NetSlot& slot, const std::vector<std::vector<float>>& outputs, const NetPicture& picture) {
  std::vector<FaceSpot> spots;
  if (!fits_face_grid(slot, outputs)) return spots;
  const Scale scale(slot, picture);
  std::vector<Grid> grids = grids_of(slot);
  const std::size_t count = grids.size();
  for (std::size_t i = 0; i < count; ++i) {
    Grid& grid = grids[i];
    std::size_t next = 2 * count + i;
    grid.classes = outputs[i].data();
    grid.boxes = outputs[count + i].data();
    if (!slot.outputs.objects.empty()) grid.objects = outputs[std::exchange(next, next + count)].data();
    if (!slot.outputs.points.empty()) grid.points = outputs[next].data();
    for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
      if (!(score_at(grid, cell) >= slot.least())) continue;
      if (FaceSpot spot = spot_at(grid, cell, scale); is_usable(spot)) spots.push_back(std::move(spot));
    }
  }
  return without_doubles(std::move(spots), slot.overlap);
}

}  // namespace cineloom
