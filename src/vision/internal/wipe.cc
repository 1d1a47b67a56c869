#include "vision/internal/wipe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "vision/internal/blend.h"

namespace cineloom {
namespace {

constexpr float kMinDistance = 25;   // root mean square of ends that can be two scenes, 8-bit levels
constexpr float kMaxMisfit = 0.35F;  // of the distance, over the whole stretch
constexpr float kBegun = 0.04F;      // share of the way from which the edge counts as inside the picture
constexpr float kBacklash = 0.08F;   // of the way; movement in the pictures shakes the edge
constexpr float kWholeWay = 0.75F;   // that the edge must run inside the window: what crosses part of the picture is a thing, not a wipe

enum class Edge { Upright, Level, Round };
enum class Way { Forward, Backward };  // forward: from the left or the top

/// Which ring around the middle of the picture each cell lies in: cells of one ring are reached by a circle at once.
struct Rings {
  static constexpr int kCount = 24;
  std::array<std::uint8_t, kHalfWidth * kHalfHeight> of{};

  /// `squeeze`: how much wider a circle of the film is in a thumbnail than it is high; thumbnails are as wide as 16:9.
  Rings(const Region& region, double squeeze) {
    const double middle_x = (region.left + region.right) / 4.0 - 0.5;
    const double middle_y = (region.top + region.bottom) / 4.0 - 0.5;
    const auto distance = [&](double x, double y) { return std::hypot((x - middle_x) / squeeze, y - middle_y); };
    const double farthest = distance(region.left / 2.0, region.top / 2.0);
    for (int y = region.top / 2; y < region.bottom / 2; ++y) {
      for (int x = region.left / 2; x < region.right / 2; ++x) {
        const int ring = static_cast<int>(distance(x, y) / std::max(farthest, 1.0) * kCount);
        of[static_cast<std::size_t>(y * kHalfWidth + x)] = static_cast<std::uint8_t>(std::min(ring, kCount - 1));
      }
    }
  }
};
constexpr std::array kSqueezes{1.0, 4.0 / 3};  // films of 16:9 and of 4:3

/// What runs: an edge of one kind; rings only if it is round.
struct Runner {
  Edge edge = Edge::Upright;
  const Rings* rings = nullptr;
};

/// Squared differences of a frame to both ends, by line of cells: columns for an upright edge, rows for a level one, rings for a round one.
struct Profile {
  std::vector<double> to_left;
  std::vector<double> to_right;
};

using Lines = std::array<std::int32_t, kHalfWidth>;  // there are no more rows than columns

void add_line(const std::array<std::uint8_t, kHalfWidth * kHalfHeight>& frame, const std::array<std::uint8_t, kHalfWidth * kHalfHeight>& end,
              const Region& region, Edge edge, Lines& lines) {
  for (int y = region.top / 2; y < region.bottom / 2; ++y) {
    const std::uint8_t* a = frame.data() + y * kHalfWidth + region.left / 2;
    const std::uint8_t* b = end.data() + y * kHalfWidth + region.left / 2;
    const int width = region.right / 2 - region.left / 2;
    std::int32_t sum = 0;
    for (int x = 0; x < width; ++x) {
      const int square = (a[x] - b[x]) * (a[x] - b[x]);
      if (edge == Edge::Upright) lines[static_cast<std::size_t>(x)] += square;
      else sum += square;
    }
    if (edge == Edge::Level) lines[static_cast<std::size_t>(y - region.top / 2)] += sum;
  }
}

void add_rings(const std::array<std::uint8_t, kHalfWidth * kHalfHeight>& frame, const std::array<std::uint8_t, kHalfWidth * kHalfHeight>& end,
               const Region& region, const Rings& rings, Lines& lines) {
  for (int y = region.top / 2; y < region.bottom / 2; ++y) {
    for (int x = region.left / 2; x < region.right / 2; ++x) {
      const auto at = static_cast<std::size_t>(y * kHalfWidth + x);
      const int difference = frame[at] - end[at];
      lines[rings.of[at]] += difference * difference;
    }
  }
}

int lines_of(const Region& region, Edge edge) {
  if (edge == Edge::Round) return Rings::kCount;
  return edge == Edge::Upright ? region.right / 2 - region.left / 2 : region.bottom / 2 - region.top / 2;
}

Profile profile_of(const Thumbnail& left, const Thumbnail& frame, const Thumbnail& right, const Region& region, const Runner& runner) {
  const int count = lines_of(region, runner.edge);
  Lines to_left{};
  Lines to_right{};
  for (const auto plane : {&Thumbnail::small_luma, &Thumbnail::blue, &Thumbnail::red}) {
    for (const auto& [end, lines] : {std::pair{&left, &to_left}, {&right, &to_right}}) {
      if (runner.rings != nullptr) add_rings(frame.*plane, end->*plane, region, *runner.rings, *lines);
      else add_line(frame.*plane, end->*plane, region, runner.edge, *lines);
    }
  }
  return {.to_left = {to_left.begin(), to_left.begin() + count}, .to_right = {to_right.begin(), to_right.begin() + count}};
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
std::optional<BlendEvidence> follow(std::span<const PreparedFrame* const> window, std::int64_t first, const Region& region, const Runner& runner, Way way,
                                    float distance) {
  const double samples = (region.right - region.left) * (region.bottom - region.top) / 4.0;
  BlendEvidence evidence{.first = -1, .distance = distance, .is_wipe = true};
  float highest = 0;
  float lowest = 1;
  float misfit = 0;
  int frames = 0;
  for (std::size_t i = 1; i + 1 < window.size(); ++i) {
    const Place place = place_of(profile_of(window.front()->thumbnail, window[i]->thumbnail, window.back()->thumbnail, region, runner), way);
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

/// Irises open out of a tone or close into one; a circle between two pictures is mostly a thing that comes near.
bool is_tone(const Thumbnail& thumbnail, const Region& region) {
  constexpr int kSpread = 24;
  int lowest = 255;
  int highest = 0;
  for (int y = region.top / 2; y < region.bottom / 2; ++y) {
    for (int x = region.left / 2; x < region.right / 2; ++x) {
      const int value = thumbnail.small_luma[static_cast<std::size_t>(y * kHalfWidth + x)];
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
  }
  return highest - lowest < kSpread;
}

/// The window's frames between its ends, and what is asked of them.
class Search {
 public:
  Search(std::span<const PreparedFrame* const> window, std::int64_t first, const Region& region, float distance)
      : window_(window), first_(first), region_(region), distance_(distance) {}

  void try_runner(const Runner& runner) {
    const Thumbnail& middle = window_[window_.size() / 2]->thumbnail;
    const double samples = (region_.right - region_.left) * (region_.bottom - region_.top) / 4.0;
    const Profile profile = profile_of(window_.front()->thumbnail, middle, window_.back()->thumbnail, region_, runner);
    for (const Way way : {Way::Forward, Way::Backward}) {
      const Place place = place_of(profile, way);
      const bool is_inside = place.share > 0.15F && place.share < 0.85F && std::sqrt(place.left_over / samples) < kMaxMisfit * distance_;
      const auto found = is_inside ? follow(window_, first_, region_, runner, way, distance_) : std::nullopt;
      if (found && (!best || found->misfit < best->misfit)) best = found;
    }
  }

  std::optional<BlendEvidence> best;

 private:
  std::span<const PreparedFrame* const> window_;
  std::int64_t first_;
  const Region& region_;
  float distance_;
};

}  // namespace

std::optional<BlendEvidence> find_wipe(std::span<const PreparedFrame* const> window, std::int64_t first, const Region& region) {
  const Thumbnail& left = window.front()->thumbnail;
  const Thumbnail& right = window.back()->thumbnail;
  const Thumbnail& middle = window[window.size() / 2]->thumbnail;
  const float distance = mix(left, middle, right, region).distance;
  if (distance < kMinDistance) return std::nullopt;
  Search search(window, first, region, distance);
  for (const Edge edge : {Edge::Upright, Edge::Level}) search.try_runner({.edge = edge});
  if (is_tone(left, region) || is_tone(right, region)) {
    for (const double squeeze : kSqueezes) {
      const Rings rings(region, squeeze);
      search.try_runner({.edge = Edge::Round, .rings = &rings});
    }
  }
  std::optional<BlendEvidence> best = search.best;
  if (!best) return best;
  best->change = compare(*window.front(), *window.back(), region).typical;
  best->likeness = likeness(left, right, region);
  return best;
}

}  // namespace cineloom
