#pragma once

#include "story/shot.h"

namespace film::poses {

inline constexpr Pose stand{};
inline constexpr Pose look_up{.lean = -4, .head = -24, .near_arm = 8};
inline constexpr Pose look_down{.lean = 3, .head = 17};
inline constexpr Pose hold{.near_arm = 34, .near_elbow = 56};
inline constexpr Pose hold_high{.lean = -2, .head = -6, .near_arm = 84, .near_elbow = 30};
inline constexpr Pose offer{.lean = 8, .near_arm = 66, .near_elbow = 16};
inline constexpr Pose plead{.lean = 6, .head = -8, .near_arm = 58, .near_elbow = 52, .far_arm = 46, .far_elbow = 60};
inline constexpr Pose point{.lean = -3, .near_arm = 96, .near_elbow = 2};
inline constexpr Pose shrug{.head = 6, .near_arm = 30, .near_elbow = 92, .far_arm = 34, .far_elbow = 84};
inline constexpr Pose asleep{.lean = -9, .head = 20, .near_arm = 24, .near_elbow = 74, .lids = 1};
inline constexpr Pose grave{.lean = 4, .head = 10, .near_arm = 10, .near_elbow = 24};
inline constexpr Pose blow{.lean = 10, .head = 14, .near_arm = 46, .near_elbow = 88, .mouth = 0.5};
inline constexpr Pose laugh{.lean = -10, .head = -16, .near_arm = 26, .near_elbow = 96, .mouth = 0.8, .lids = 1};
inline constexpr Pose on_one_leg{.neck = 0.15, .near_thigh = 38, .near_knee = 96};
inline constexpr Pose proud{.lean = -6, .head = -12, .neck = 0.75, .near_thigh = 38, .near_knee = 96};
inline constexpr Pose peer{.lean = 9, .head = 24, .neck = 0.45};
inline constexpr Pose flying{.lean = 8, .neck = 0.1, .near_thigh = -72, .far_thigh = -66, .wings = 1};
inline constexpr Pose crouch{
    .lean = 26, .head = -14, .near_arm = 40, .near_elbow = 60, .near_thigh = 46, .near_knee = 78, .far_thigh = 20, .far_knee = 74, .sink = 12};
inline constexpr Pose sit{
    .lean = 6, .head = 12, .near_arm = 34, .near_elbow = 46, .near_thigh = 88, .near_knee = 82, .far_thigh = 80, .far_knee = 74, .sink = 20};
inline constexpr Pose sleepy_moon{.lids = 0.85, .extra = 0.2};
inline constexpr Pose awake_moon{.lids = 0.2, .extra = 0.5};
inline constexpr Pose happy_moon{.lids = 0.05, .extra = 1};

}  // namespace film::poses

namespace film {

Role mira(std::vector<Key> keys, Prop prop = Prop::None);
Role tobin(std::vector<Key> keys, Prop prop = Prop::None);
Role quill(std::vector<Key> keys, Prop prop = Prop::None);
/// The moon with her middle at (x, y) and the radius of her disc.
Role moon(double radius, std::vector<Key> keys);
Role neighbour(int which, double x, double facing, Pose pose = {}, Prop prop = Prop::None);
Role boat(int which, std::vector<Key> keys, double size);
Role sail(int which, std::vector<Key> keys, double size);

/// Framings that keep a face or a figure where a painter would put it.
Framing close_on_mira(double x, double zoom = 3.3);
Framing close_on_tobin(double x, double zoom = 3.0);
Framing close_on_quill(double x, double neck, double facing, double zoom = 2.7);
Framing medium(double x, double zoom = 1.9);

/// Cut-paper lettering, one line centred on (x, y) with capitals `height` high.
void draw_lettering(cairo_t* cr, const char* text, double x, double y, double height, Color paper);
void draw_flourish(cairo_t* cr, double x, double y, double width, Color paper);

Scene harbour_at_dusk();
Scene quay_at_night();
Scene first_flame();
Scene heron_in_the_marsh();
Scene moon_in_the_pool();
Scene tide_and_flight();
Scene dawn_on_the_quay();
Scene night_of_looking_up();

}  // namespace film
