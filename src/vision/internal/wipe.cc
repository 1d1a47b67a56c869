#include "vision/internal/wipe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "vision/internal/blend.h"

namespace cineloom {
namespace {

constexpr float kMinDistance = 25;   // root mean square of ends that can be two scenes, 8-bit levels
constexpr float kMaxMisfit = 0.35F;  // of the distance, over the whole stretch
constexpr float kBegun = 0.04F;      // share of the way from which the edge counts as inside the picture
constexpr float kBacklash = 0.08F;   // of the way; movement in the pictures shakes the edge
constexpr float kWholeWay = 0.75F;   // that the edge must run inside the window: what crosses part of the picture is a thing, not a wipe

enum class Edge { Upright, Level };
enum class Way { Forward, Backward };  // forward: from the left or the top

/// Squared differences of a frame to both ends, by line of cells: columns for an upright edge, rows for a level one.
struct Profile {
  std::vector<double> to_left;
  std::vector<double> to_right;
};

void add_line(const std::array<std::uint8_t, kHalfWidth * kHalfHeight>& frame, const std::array<std::uint8_t, kHalfWidth * kHalfHeight>& end,
              const Region& region, Edge edge, std::vector<double>& lines) {
  for (int y = region.top / 2; y < region.bottom / 2; ++y) {
    for (int x = region.left / 2; x < region.right / 2; ++x) {
      const auto at = static_cast<std::size_t>(y * kHalfWidth + x);
      const int difference = frame[at] - end[at];
      lines[static_cast<std::size_t>(edge == Edge::Upright ? x - region.left / 2 : y - region.top / 2)] += difference * difference;
    }
  }
}

Profile profile_of(const Thumbnail& left, const Thumbnail& frame, const Thumbnail& right, const Region& region, Edge edge) {
  const int count = edge == Edge::Upright ? region.right / 2 - region.left / 2 : region.bottom / 2 - region.top / 2;
  Profile profile{.to_left = std::vector<double>(static_cast<std::size_t>(count), 0), .to_right = std::vector<double>(static_cast<std::size_t>(count), 0)};
  for (const auto plane : {&Thumbnail::small_luma, &Thumbnail::blue, &Thumbnail::red}) {
    add_line(frame.*plane, left.*plane, region, edge, profile.to_left);
    add_line(frame.*plane, right.*plane, region, edge, profile.to_right);
  }
  return profile;
}

/// Where the edge stands, as a share of its way, and what is left over, squared and summed.
struct Place {
  float share = 0;
  double left_over = 0;
};

Place place_of(Profile profile, Way way) {
  if (way == Way::Backward) {
    std::ranges::reverse(profile.to_left);
    std::ranges::reverse(profile.to_right);
  }
  double left_over = 0;
  for (const double line : profile.to_left) left_over += line;
  Place best{.share = 0, .left_over = left_over};
  for (std::size_t line = 0; line < profile.to_left.size(); ++line) {
    left_over += profile.to_right[line] - profile.to_left[line];
    if (left_over < best.left_over) best = {static_cast<float>(line + 1) / static_cast<float>(profile.to_left.size()), left_over};
  }
  return best;
}

/// The stretch over which the edge of this kind runs, or nothing.
std::optional<BlendEvidence> follow(std::span<const PreparedFrame* const> window, std::int64_t first, const Region& region, Edge edge, Way way,
                                    float distance) {
  const double samples = (region.right - region.left) * (region.bottom - region.top) / 4.0;
  BlendEvidence evidence{.first = -1, .distance = distance, .is_wipe = true};
  float highest = 0;
  float lowest = 1;
  float misfit = 0;
  int frames = 0;
  for (std::size_t i = 1; i + 1 < window.size(); ++i) {
    const Place place = place_of(profile_of(window.front()->thumbnail, window[i]->thumbnail, window.back()->thumbnail, region, edge), way);
    if (place.share < highest - kBacklash) return std::nullopt;
    highest = std::max(highest, place.share);
    if (place.share < kBegun || place.share > 1 - kBegun) continue;
    lowest = std::min(lowest, place.share);
    if (evidence.first < 0) evidence.first = first + static_cast<std::int64_t>(i);
    evidence.last = first + static_cast<std::int64_t>(i);
    misfit += static_cast<float>(std::sqrt(place.left_over / samples)) / distance;
    ++frames;
  }
  evidence.misfit = frames == 0 ? 1 : misfit / static_cast<float>(frames);
  const float step = frames == 0 ? 1 : (highest - lowest) / static_cast<float>(frames);
  if (frames < 3 || highest - lowest < kWholeWay - 2 * step || evidence.misfit > kMaxMisfit) return std::nullopt;
  return evidence;
}

}  // namespace

std::optional<BlendEvidence> find_wipe(std::span<const PreparedFrame* const> window, std::int64_t first, const Region& region) {
  const Thumbnail& left = window.front()->thumbnail;
  const Thumbnail& right = window.back()->thumbnail;
  const Thumbnail& middle = window[window.size() / 2]->thumbnail;
  const float distance = mix(left, middle, right, region).distance;
  if (distance < kMinDistance) return std::nullopt;
  const double samples = (region.right - region.left) * (region.bottom - region.top) / 4.0;
  std::optional<BlendEvidence> best;
  for (const Edge edge : {Edge::Upright, Edge::Level}) {
    const Profile profile = profile_of(left, middle, right, region, edge);
    for (const Way way : {Way::Forward, Way::Backward}) {
      const Place place = place_of(profile, way);
      const bool is_inside = place.share > 0.15F && place.share < 0.85F && std::sqrt(place.left_over / samples) < kMaxMisfit * distance;
      const auto found = is_inside ? follow(window, first, region, edge, way, distance) : std::nullopt;
      if (found && (!best || found->misfit < best->misfit)) best = found;
    }
  }
  if (!best) return best;
  best->change = compare(*window.front(), *window.back(), region).typical;
  best->likeness = likeness(left, right, region);
  return best;
}

}  // namespace cineloom
