#include "vision/camera.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

namespace cineloom {
namespace {

constexpr float kCoherent = 0.55F;      ///< share of blocks that must follow for a step to speak for the camera
constexpr float kSlowCoherent = 0.35F;  ///< the same over a second, in which people move too
constexpr double kSlide = 0.010;        ///< of the picture's width over the shot; less is standing still
constexpr double kZoom = 0.006;         ///< the same at the picture's edge: half its growth
constexpr double kSlowest = 0.0015;     ///< of the width a second; what creeps more slowly is not seen as a movement
constexpr double kSteady = 0.6;         ///< share of the way that goes in one direction: a pan, not shaking
constexpr double kShaking = 0.09;       ///< way without direction, of the width a second
constexpr double kRush = 0.1;           ///< of the width: so far that even blocks that lost their match agree on where
constexpr double kRushSteady = 0.9;
constexpr double kHeight = 0.5625;      ///< of a picture, in widths: slides down count by what the eye sees of them

/// Movement over a shot in widths of the picture: across, down, and at the edge by zooming.
struct Travel {
  std::array<double, 3> net{};
  std::array<double, 3> way{};  ///< without regard to direction
  double seconds = 0;
};

void add(Travel& travel, const CameraStep& step) {
  const std::array<double, 3> moved{static_cast<double>(step.slide_x), kHeight * static_cast<double>(step.slide_y), 0.5 * static_cast<double>(step.zoom)};
  for (std::size_t part = 0; part < moved.size(); ++part) {
    travel.net[part] += moved[part];
    travel.way[part] += std::fabs(moved[part]);
  }
}

void scale(Travel& travel, double factor) {
  for (std::size_t part = 0; part < travel.net.size(); ++part) {
    travel.net[part] *= factor;
    travel.way[part] *= factor;
  }
}

double frames_of(std::span<const CameraStep> steps) {
  double frames = 0;
  for (const CameraStep& step : steps) frames += step.frames;
  return frames;
}

/// What the coherent steps say of a stretch of `seconds`; nothing where half of them are not.
std::optional<Travel> travel_of(std::span<const CameraStep> steps, float coherent, double seconds) {
  Travel travel{.seconds = seconds};
  double followed = 0;
  for (const CameraStep& step : steps) {
    if (step.coherence < coherent) continue;
    add(travel, step);
    followed += step.frames;
  }
  if (steps.empty() || followed * 2 < frames_of(steps)) return std::nullopt;
  // Steps that overlap say things twice, steps left out not at all.
  scale(travel, frames_of(steps) / followed);
  return travel;
}

/// A fast movement that most blocks lost, but whose direction never changes.
std::optional<Travel> rush_of(std::span<const CameraStep> steps, double seconds) {
  Travel all{.seconds = seconds};
  for (const CameraStep& step : steps) add(all, step);
  Travel rush{.seconds = seconds};
  for (const std::size_t part : {0UL, 1UL}) {
    const bool is_sure = std::fabs(all.net[part]) >= kRush && std::fabs(all.net[part]) >= kRushSteady * all.way[part];
    if (!is_sure) continue;
    rush.net[part] = all.net[part];
    rush.way[part] = all.way[part];
  }
  if (rush.way[0] == 0 && rush.way[1] == 0) return std::nullopt;
  return rush;
}

struct Naming {
  CameraMotion motion = CameraMotion::Static;
  double moved = 0;
};

/// The greatest steady movement.
Naming name_of(const Travel& travel) {
  constexpr std::array kRising{CameraMotion::PanLeft, CameraMotion::TiltUp, CameraMotion::ZoomIn};
  constexpr std::array kFalling{CameraMotion::PanRight, CameraMotion::TiltDown, CameraMotion::ZoomOut};
  constexpr std::array kLeast{kSlide, kSlide, kZoom};
  Naming naming;
  for (std::size_t part = 0; part < kLeast.size(); ++part) {
    const double moved = std::fabs(travel.net[part]);
    const bool is_steady = moved >= kSteady * travel.way[part] && moved >= kSlowest * travel.seconds;
    if (moved < kLeast[part] || moved <= naming.moved || !is_steady) continue;
    naming = {.motion = travel.net[part] > 0 ? kRising[part] : kFalling[part], .moved = moved};
  }
  return naming;
}

}  // namespace

CameraMotion name_camera_motion(std::span<const CameraStep> steps, std::span<const CameraStep> slow_steps, double frames_per_second) {
  const double seconds = frames_of(steps) / frames_per_second;
  std::optional<Travel> fast = travel_of(steps, kCoherent, seconds);
  const bool is_lost = !fast;
  if (is_lost) fast = rush_of(steps, seconds);
  std::optional<Travel> slow = travel_of(slow_steps, kSlowCoherent, seconds);
  if (slow && frames_of(slow_steps) > frames_of(steps)) scale(*slow, frames_of(steps) / frames_of(slow_steps));
  if (!fast && !slow) return CameraMotion::Unknown;
  const Naming by_fast = fast ? name_of(*fast) : Naming();
  const Naming by_slow = slow ? name_of(*slow) : Naming();
  const Naming& naming = by_slow.moved > by_fast.moved ? by_slow : by_fast;
  if (naming.motion != CameraMotion::Static) return naming.motion;
  if (is_lost) return CameraMotion::Unknown;
  return fast->way[0] + fast->way[1] > kShaking * seconds ? CameraMotion::Handheld : CameraMotion::Static;
}

}  // namespace cineloom
