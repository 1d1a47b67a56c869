#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

namespace film {

inline constexpr double kPi = std::numbers::pi;

inline double clamp01(double t) { return std::clamp(t, 0.0, 1.0); }
inline double mix(double a, double b, double t) { return a + (b - a) * t; }
inline double radians(double degrees) { return degrees * kPi / 180.0; }

/// Slow, fast, slow: 0 at 0, 1 at 1, flat at both ends.
inline double ease(double t) {
  t = clamp01(t);
  return t * t * (3.0 - 2.0 * t);
}

/// Draws back a little, moves, overshoots and settles: the gesture of a living limb.
inline double gesture(double t) {
  t = clamp01(t);
  const double swing = std::sin(t * 2.0 * kPi) * 0.09 * (1.0 - t);
  return ease(t) - swing + std::sin(t * kPi) * 0.05 * t;
}

/// A smooth wobble in [-1, 1] that never visibly repeats: two waves without a common period.
inline double wobble(double seconds, double speed, double phase) {
  return 0.6 * std::sin(seconds * speed + phase) + 0.4 * std::sin(seconds * speed * 1.618 + phase * 2.3);
}

}  // namespace film
