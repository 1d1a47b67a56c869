#pragma once

#include "direct/timeline.h"

namespace film {

/// How a figure stands at one moment of its shot.
struct Moment {
  double x = 0;
  double y = 0;
  double facing = 1;  ///< passes through 0 while the figure turns round
  double flame = 1;
  double size = 1;
  Pose pose;
};

/// Plays a role: keys, steps, breath, blinking, and the gestures of whoever speaks.
Moment act(const Role& role, const TimedShot& shot, double seconds);

/// Where, in stage units, the figure is at its widest and tallest.
struct Bounds {
  double left, top, right, bottom;
};
Bounds bounds_of(const Role& role, const Moment& moment);

Framing camera_at(const TimedShot& shot, double seconds);

}  // namespace film
