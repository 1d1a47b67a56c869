#include "vision/camera.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cineloom {
namespace {

constexpr float kCoherent = 0.55F;     ///< share of blocks that must follow for a step to speak for the camera
constexpr double kSlide = 0.03;        ///< of the picture's width or height a second; slower is left to the slow steps
constexpr double kZoom = 0.02;         ///< growth a second
constexpr double kCreepingSlide = 0.006;
constexpr double kCreepingZoom = 0.006;
constexpr double kSteady = 0.6;        ///< share of the way that goes in one direction: a pan, not shaking

/// Net movement a second, and the length of the way without regard to direction.
struct Travel {
  double net = 0;
  double way = 0;
  [[nodiscard]] bool is_steady(double least) const { return std::fabs(net) >= least && std::fabs(net) >= kSteady * way; }
};

Travel travel(const std::vector<CameraStep>& steps, float CameraStep::* part, double seconds) {
  Travel sum;
  for (const CameraStep& step : steps) {
    sum.net += static_cast<double>(step.*part);
    sum.way += std::fabs(static_cast<double>(step.*part));
  }
  return {sum.net / seconds, sum.way / seconds};
}

struct Thresholds {
  double slide;
  double zoom;
};

CameraMotion name_steps(std::span<const CameraStep> steps, double frames_per_second, const Thresholds& least) {
  std::vector<CameraStep> coherent;
  double seconds = 0;
  for (const CameraStep& step : steps) {
    if (step.coherence < kCoherent) continue;
    coherent.push_back(step);
    seconds += step.frames / frames_per_second;
  }
  if (coherent.empty() || coherent.size() * 2 < steps.size()) return CameraMotion::Unknown;
  const Travel across = travel(coherent, &CameraStep::slide_x, seconds);
  const Travel down = travel(coherent, &CameraStep::slide_y, seconds);
  const Travel zoom = travel(coherent, &CameraStep::zoom, seconds);
  // A zoom moves the edges by half its growth: compared on that scale, the larger movement gives the name.
  const double slide = std::max(std::fabs(across.net), std::fabs(down.net));
  if (zoom.is_steady(least.zoom) && std::fabs(zoom.net) / 2 > slide) { return zoom.net > 0 ? CameraMotion::ZoomIn : CameraMotion::ZoomOut; }
  if (across.is_steady(least.slide) && std::fabs(across.net) >= std::fabs(down.net)) { return across.net < 0 ? CameraMotion::PanRight : CameraMotion::PanLeft; }
  if (down.is_steady(least.slide)) return down.net < 0 ? CameraMotion::TiltDown : CameraMotion::TiltUp;
  if (across.way + down.way > 3 * kSlide) return CameraMotion::Handheld;
  return CameraMotion::Static;
}

}  // namespace

CameraMotion name_camera_motion(std::span<const CameraStep> steps, std::span<const CameraStep> slow_steps, double frames_per_second) {
  const CameraMotion motion = name_steps(steps, frames_per_second, {kSlide, kZoom});
  if (motion != CameraMotion::Static && motion != CameraMotion::Unknown) return motion;
  const CameraMotion creeping = name_steps(slow_steps, frames_per_second, {kCreepingSlide, kCreepingZoom});
  return creeping == CameraMotion::Unknown || creeping == CameraMotion::Handheld ? motion : creeping;
}

}  // namespace cineloom
