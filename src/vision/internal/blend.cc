#include "vision/internal/blend.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "vision/internal/wipe.h"

namespace cineloom {
namespace {

constexpr float kMinDistance = 8;        ///< root mean square of ends that can be two scenes, 8-bit levels
constexpr float kMaxMiddleMisfit = 0.4F; ///< of the distance; a first, cheap look at the middle frame
constexpr float kMaxMisfit = 0.35F;      ///< of the distance, over the whole stretch
constexpr float kBegun = 0.07F;          ///< share of the new picture from which a frame counts as blended
constexpr float kBacklash = 0.08F;       ///< a running blend may step back by this much, for noise and motion

struct Sums {
  std::int64_t end_end = 0;
  std::int64_t middle_end = 0;
  std::int64_t middle_middle = 0;
};

void add_plane(const std::uint8_t* left, const std::uint8_t* middle, const std::uint8_t* right, const Region& region, Sums& sums) {
  for (int y = region.top / 2; y < region.bottom / 2; ++y) {
    int end_end = 0;
    int middle_end = 0;
    int middle_middle = 0;
    for (int x = region.left / 2; x < region.right / 2; ++x) {
      const int at = y * kHalfWidth + x;
      const int end = right[at] - left[at];
      const int here = middle[at] - left[at];
      end_end += end * end;
      middle_end += here * end;
      middle_middle += here * here;
    }
    sums.end_end += end_end;
    sums.middle_end += middle_end;
    sums.middle_middle += middle_middle;
  }
}

}  // namespace

Mixture mix(const Thumbnail& left, const Thumbnail& middle, const Thumbnail& right, const Region& region) {
  Sums sums;
  add_plane(left.small_luma.data(), middle.small_luma.data(), right.small_luma.data(), region, sums);
  add_plane(left.blue.data(), middle.blue.data(), right.blue.data(), region, sums);
  add_plane(left.red.data(), middle.red.data(), right.red.data(), region, sums);
  Mixture mixture;
  if (sums.end_end == 0) return mixture;
  const double count = (region.right - region.left) * (region.bottom - region.top) / 4.0;
  const double share = static_cast<double>(sums.middle_end) / static_cast<double>(sums.end_end);
  const double left_over = static_cast<double>(sums.middle_middle) - share * static_cast<double>(sums.middle_end);
  mixture.share = static_cast<float>(share);
  mixture.misfit = static_cast<float>(std::sqrt(std::max(0.0, left_over) / count));
  mixture.distance = static_cast<float>(std::sqrt(static_cast<double>(sums.end_end) / count));
  return mixture;
}

float likeness(const Thumbnail& a, const Thumbnail& b, const Region& region) {
  std::int64_t count = 0, sum_a = 0, sum_b = 0, sum_aa = 0, sum_bb = 0, sum_ab = 0;
  for (int y = region.top / 2; y < region.bottom / 2; ++y) {
    for (int x = region.left / 2; x < region.right / 2; ++x) {
      const int left = a.small_luma[static_cast<std::size_t>(y * kHalfWidth + x)];
      const int right = b.small_luma[static_cast<std::size_t>(y * kHalfWidth + x)];
      ++count;
      sum_a += left;
      sum_b += right;
      sum_aa += left * left;
      sum_bb += right * right;
      sum_ab += left * right;
    }
  }
  const auto covariance = [count](std::int64_t sum_xy, std::int64_t sum_x, std::int64_t sum_y) {
    return static_cast<double>(count * sum_xy - sum_x * sum_y) / static_cast<double>(count * count);
  };
  const double variance = covariance(sum_aa, sum_a, sum_a) * covariance(sum_bb, sum_b, sum_b);
  return variance < 1 ? 0.0F : static_cast<float>(covariance(sum_ab, sum_a, sum_b) / std::sqrt(variance));
}

std::optional<BlendEvidence> find_blend(std::span<const PreparedFrame* const> window, std::int64_t first, const Region& region) {
  const Thumbnail& left = window.front()->thumbnail;
  const Thumbnail& right = window.back()->thumbnail;
  const Mixture middle = mix(left, window[window.size() / 2]->thumbnail, right, region);
  if (middle.distance < kMinDistance || middle.share < 0.2F || middle.share > 0.8F) return std::nullopt;
  if (middle.misfit > kMaxMiddleMisfit * middle.distance) return find_wipe(window, first, region);

  BlendEvidence evidence{.first = -1, .distance = middle.distance};
  float misfit = 0;
  float highest = 0;
  int blended = 0;
  for (std::size_t i = 1; i + 1 < window.size(); ++i) {
    const Mixture here = mix(left, window[i]->thumbnail, right, region);
    if (here.share < highest - kBacklash) return std::nullopt;
    highest = std::max(highest, here.share);
    if (here.share < kBegun || here.share > 1 - kBegun) continue;
    if (evidence.first < 0) evidence.first = first + static_cast<std::int64_t>(i);
    evidence.last = first + static_cast<std::int64_t>(i);
    misfit += here.misfit;
    ++blended;
  }
  if (blended == 0) return std::nullopt;
  evidence.misfit = misfit / static_cast<float>(blended) / middle.distance;
  if (evidence.misfit > kMaxMisfit) return std::nullopt;
  evidence.change = compare(*window.front(), *window.back(), region).typical;
  evidence.likeness = likeness(left, right, region);
  return evidence;
}

}  // namespace cineloom
