#pragma once

#include <array>

#include "draw/ease.h"
#include "draw/paint.h"

namespace film {

/// How the joints of a paper figure stand. Angles in degrees; positive swings forward, in the
/// direction the figure faces. All zero: standing upright, arms hanging.
struct Pose {
  double lean = 0;         ///< the trunk
  double head = 0;         ///< nod down
  double neck = 0;         ///< heron: 0 folded .. 1 stretched
  double near_arm = 0;     ///< shoulder
  double near_elbow = 10;  ///< bend
  double far_arm = 0;
  double far_elbow = 10;
  double near_thigh = 0;
  double near_knee = 0;
  double far_thigh = 0;
  double far_knee = 0;
  double sink = 0;   ///< hips lowered, world units
  double mouth = 0;  ///< 0 closed .. 1 open
  double lids = 0;   ///< 0 open .. 1 closed
  double wings = 0;  ///< heron: 0 folded .. 1 spread
  double extra = 0;  ///< beat of the wings, size of the moon's smile
};

inline constexpr std::array kJoints{&Pose::lean,      &Pose::head,       &Pose::neck,      &Pose::near_arm,  &Pose::near_elbow, &Pose::far_arm,
                                    &Pose::far_elbow, &Pose::near_thigh, &Pose::near_knee, &Pose::far_thigh, &Pose::far_knee,   &Pose::sink,
                                    &Pose::mouth,     &Pose::lids,       &Pose::wings,     &Pose::extra};

inline Pose between(const Pose& a, const Pose& b, double t) {
  Pose result;
  for (auto joint : kJoints) result.*joint = mix(a.*joint, b.*joint, t);
  return result;
}

/// What a figure holds.
enum class Prop { None, Lantern, ColdLantern, Pole, Match, Candle, Ladder };

/// The light a figure stands in and the moment it is drawn at.
struct Air {
  Color paper = rgb(0x07060B);  ///< the figure itself
  Color cut = rgb(0xE8B060);    ///< what shines through its cuts
  double seconds = 0;
  double wind = 0.4;     ///< how far cloth flies, 0 .. 1
  double flame = 1;      ///< strength of a carried flame
  bool has_glow = true;  ///< whether carried flames light the air around them
};

/// Swings the legs of a walking figure; `phase` in turns, one turn is two steps.
inline void walk(Pose& pose, double phase, double amount) {
  const double turn = phase * 2 * kPi;
  const double s = std::sin(turn);
  pose.near_thigh += 26 * s * amount;
  pose.far_thigh += -26 * s * amount;
  pose.near_knee += (14 + 26 * std::max(0.0, std::cos(turn))) * amount;
  pose.far_knee += (14 + 26 * std::max(0.0, -std::cos(turn))) * amount;
  pose.far_arm += 16 * s * amount;
  pose.lean += 4 * amount;
  pose.sink += 1.6 * std::abs(s) * amount;
}

/// Each figure stands with its feet at (0, 0), looks to the right and is drawn at its own size:
/// Mira is 100 units tall, Tobin 128, Quill up to 190; the moon is a disc of radius 100.
void draw_mira(cairo_t* cr, const Pose& pose, Prop prop, const Air& air);
void draw_tobin(cairo_t* cr, const Pose& pose, Prop prop, const Air& air);
void draw_quill(cairo_t* cr, const Pose& pose, Prop prop, const Air& air);
void draw_moon(cairo_t* cr, const Pose& pose, const Air& air);
/// One of eight townspeople, 80 to 125 units tall.
void draw_neighbour(cairo_t* cr, int who, const Pose& pose, Prop prop, const Air& air);
/// A fishing boat about 150 units long, keel at (0, 0).
void draw_boat(cairo_t* cr, int which, bool is_under_sail, const Air& air);
/// What hangs from a hand; the hand is at (0, 0), down is down.
void draw_prop(cairo_t* cr, Prop prop, const Air& air);
/// A swung two-part limb from (0, 0); leaves the user space at the wrist.
void draw_arm(cairo_t* cr, double length, double shoulder, double elbow, double width, Color paper);
void draw_leg(cairo_t* cr, double length, double hip, double knee, double width, Color paper);

}  // namespace film
