#include "vision/internal/cascade_scan.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "vision/thumbnail.h"

namespace cineloom {
namespace {

using internal::SplitIntegral;

constexpr double kSizeStep = 1.25;
constexpr std::int32_t kStep = 2;  // rows and columns between two windows, in the picture made small
constexpr double kAlike = 0.2;  // of two windows: how far their edges may lie apart, as a share of their size
constexpr std::int32_t kPadding = 64;  // entries behind the last row that a vector may read

/// One size of the picture with its sums.
class Integral {
 public:
  /// `shape` has room for it: that of the largest size, so that the corners of features lie at the same distances in all.
  Integral(std::vector<std::int32_t>& sums, std::vector<std::uint32_t>& squares, const SplitIntegral& shape, int width, int height)
      : view_(shape), width_(width), height_(height), sums_(&sums), squares_(&squares) {
    const auto entries = static_cast<std::size_t>(2 * view_.odd + kPadding);
    sums.assign(entries, 0);
    squares.assign(entries, 0);
    view_.sums = sums.data();
    view_.squares = squares.data();
  }

  void fill(const std::uint8_t* samples) {
    for (int y = 0; y < height_; ++y) {
      std::int32_t sum = 0;
      std::uint32_t square = 0;
      for (int x = 0; x < width_; ++x) {
        const std::uint8_t value = samples[static_cast<std::ptrdiff_t>(y) * width_ + x];
        sum += value;
        square += static_cast<std::uint32_t>(value) * value;
        const auto here = static_cast<std::size_t>(view_.at(x + 1, y + 1));
        const auto above = static_cast<std::size_t>(view_.at(x + 1, y));
        (*sums_)[here] = (*sums_)[above] + sum;
        (*squares_)[here] = (*squares_)[above] + square;
      }
    }
  }

  [[nodiscard]] const SplitIntegral& view() const { return view_; }

 private:
  SplitIntegral view_;
  int width_;
  int height_;
  std::vector<std::int32_t>* sums_;
  std::vector<std::uint32_t>* squares_;
};

void lay_offsets(const FaceCascade& cascade, const SplitIntegral& integral, std::vector<std::int32_t>& offsets) {
  offsets.clear();
  offsets.reserve(internal::kCorners * (1 + 3 * cascade.features.size()));
  const auto add = [&](const FaceCascade::Rectangle& part) {
    for (const int y : {part.y, part.y + part.height}) {
      for (const int x : {part.x, part.x + part.width}) offsets.push_back(integral.at(x, y));
    }
  };
  add({.x = 1, .y = 1, .width = cascade.width - 2, .height = cascade.height - 2});
  for (const FaceCascade::Feature& feature : cascade.features) std::ranges::for_each(feature.rectangles, add);
}

SplitIntegral shape_of(const PlaneView& plane) { return {.stride = (plane.width + 2) / 2, .odd = (plane.width + 2) / 2 * (plane.height + 1)}; }

bool are_alike(const CascadeHit& a, const CascadeHit& b) {
  const double slack = kAlike * (std::min(a.width, b.width) + std::min(a.height, b.height)) / 2;
  return std::abs(a.x - b.x) <= slack && std::abs(a.y - b.y) <= slack && std::abs(a.x + a.width - b.x - b.width) <= slack &&
         std::abs(a.y + a.height - b.y - b.height) <= slack;
}

/// Joins windows that are alike, also over others between them, to their mean.
std::vector<CascadeHit> join_windows(const std::vector<CascadeHit>& windows, int least_votes) {
  std::vector<std::size_t> group(windows.size());
  std::iota(group.begin(), group.end(), 0);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (group[i] != group[j] && are_alike(windows[i], windows[j])) std::ranges::replace(group, std::size_t{group[i]}, std::size_t{group[j]});
    }
  }
  std::vector<CascadeHit> joined(windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i) {
    CascadeHit& sum = joined[group[i]];
    sum = {sum.x + windows[i].x, sum.y + windows[i].y, sum.width + windows[i].width, sum.height + windows[i].height, sum.votes + 1};
  }
  std::erase_if(joined, [&](const CascadeHit& hit) { return hit.votes < std::max(1, least_votes); });
  for (CascadeHit& hit : joined) hit = {hit.x / hit.votes, hit.y / hit.votes, hit.width / hit.votes, hit.height / hit.votes, hit.votes};
  std::ranges::stable_sort(joined, std::ranges::greater(), &CascadeHit::votes);
  return joined;
}

/// Of two hits, one inside the other, the one with more votes is the face.
std::vector<CascadeHit> without_nested(const std::vector<CascadeHit>& hits) {
  std::vector<CascadeHit> kept;
  for (const CascadeHit& hit : hits) {
    const double x = hit.x + hit.width / 2;
    const double y = hit.y + hit.height / 2;
    const auto covers = [&](const CascadeHit& other) {
      return (x >= other.x && x <= other.x + other.width && y >= other.y && y <= other.y + other.height) ||
             (other.x + other.width / 2 >= hit.x && other.x + other.width / 2 <= hit.x + hit.width && other.y + other.height / 2 >= hit.y &&
              other.y + other.height / 2 <= hit.y + hit.height);
    };
    if (std::ranges::none_of(kept, covers)) kept.push_back(hit);
  }
  return kept;
}

}  // namespace

void CascadeScanner::scan_size(const PlaneView& plane, double factor, std::vector<CascadeHit>& windows) {
  const int width = static_cast<int>(std::lround(plane.width / factor));
  const int height = static_cast<int>(std::lround(plane.height / factor));
  small_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  shrink(plane, width, height, small_.data());
  Integral integral(sums_, squares_, shape_of(plane), width, height);
  integral.fill(small_.data());
  const std::int32_t count = (width - cascade_->width) / kStep + 1;
  passed_.resize(static_cast<std::size_t>(count));
  for (int y = 0; y + cascade_->height <= height; y += kStep) {
    internal::run_cascade(*cascade_, integral.view(), offsets_.data(), integral.view().at(0, y), count, passed_.data());
    for (std::int32_t i = 0; i < count; ++i) {
      if (passed_[static_cast<std::size_t>(i)] != 0)
        windows.push_back({kStep * i * factor, y * factor, cascade_->width * factor, cascade_->height * factor, 1});
    }
  }
}

std::vector<CascadeHit> CascadeScanner::scan(const PlaneView& plane, int least_votes) {
  const SplitIntegral shape = shape_of(plane);
  if (std::exchange(laid_for_, std::pair(shape.stride, shape.odd)) != std::pair(shape.stride, shape.odd)) { lay_offsets(*cascade_, shape, offsets_); }
  std::vector<CascadeHit> windows;
  for (double factor = 1; plane.width >= cascade_->width * factor && plane.height >= cascade_->height * factor; factor *= kSizeStep) {
    scan_size(plane, factor, windows);
  }
  return without_nested(join_windows(windows, least_votes));
}

}  // namespace cineloom
