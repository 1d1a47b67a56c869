#include "puppets/pose.h"

namespace film {
namespace {

constexpr double kHip = -38;
constexpr double kShoulder = -66;

void draw_scarf(cairo_t* cr, const Air& air) {
  const double fly = 10 + 32 * air.wind;
  const auto wave = [&](double along) { return wobble(air.seconds, 3.4, along * 0.11) * (0.6 + along * 0.09); };
  const double drop = 30 * (1 - air.wind);
  curve(cr, {{0, kShoulder - 3},
             {-fly * 0.35, kShoulder - 3 + drop * 0.25 + wave(10)},
             {-fly * 0.7, kShoulder - 1 + drop * 0.6 + wave(25)},
             {-fly, kShoulder + 1 + drop + wave(40)}});
  set_color(cr, air.paper);
  cairo_set_line_width(cr, 5.4);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
  cairo_stroke(cr);
  for (const double t : {0.3, 0.5, 0.7, 0.9}) {  // its pattern
    const double x = -fly * t, y = kShoulder - 3 + t * t * (drop + 4) + wave(40 * t) * t;
    ellipse(cr, x, y, 0.6, 1.4, 10);
    fill(cr, air.cut.with_alpha(0.85));
  }
  for (double k : {-1.8, -0.6, 0.6, 1.8}) {
    cairo_move_to(cr, -fly + 1, kShoulder + 1 + drop + wave(40) + k);
    cairo_line_to(cr, -fly - 4, kShoulder + 1.6 + drop + wave(47) + k * 1.5);
    stroke(cr, air.paper, 0.6);
  }
}

void draw_coat(cairo_t* cr, const Air& air) {
  const double sway = wobble(air.seconds, 2.2, 0.7) * 1.2 * (0.5 + air.wind);
  blob(cr, {{-5, kShoulder - 2},
            {5, kShoulder - 2},
            {7.5, kShoulder + 12},
            {9, kHip},
            {15 - sway, kHip + 14},
            {2, kHip + 17},
            {-16 - sway * 2, kHip + 14},
            {-9.5, kHip},
            {-7.5, kShoulder + 12}});
  fill(cr, air.paper);
  for (int i = 0; i < 7; ++i) {  // the lace of the hem
    const double x = -12.5 + i * 4.1 - sway;
    const double y = kHip + 12.2 + 2.4 * std::sin((i + 0.5) / 7.0 * kPi);
    ellipse(cr, x, y, 0.8, 1.3);
    fill(cr, air.cut);
    circle(cr, x + 2.05, y - 2.6, 0.5);
    fill(cr, air.cut);
  }
  for (double y : {10.0, 16.0, 22.0}) {
    circle(cr, 4.4, kShoulder + y, 0.75);
    fill(cr, air.cut);
  }
}

void draw_hood(cairo_t* cr, const Air& air) {
  const double flop = wobble(air.seconds, 2.6, 2.1) * 1.5;
  blob(cr, {{6.5, -11.6},
            {0, -16},
            {-8, -17},
            {-15, -21 + flop},
            {-21, -19 + flop * 1.6},
            {-17, -14 + flop},
            {-12.6, -6},
            {-11.5, 4},
            {-7.5, 11},
            {-1, 12.5},
            {2, 8},
            {2.5, -2}});
  fill(cr, air.paper);
  circle(cr, -22.5, -18.2 + flop * 1.7, 2.4);
  fill(cr, air.paper);
  curve(cr, {{5.6, -10}, {3.2, -5}, {2.6, 2}, {1.2, 7}, {-1.4, 10.5}});
  stroke(cr, air.cut.with_alpha(0.8), 0.55);
  for (int i = 0; i < 5; ++i) {
    circle(cr, 2.6 - i * 0.15 - (i > 2 ? (i - 2) * 0.9 : 0) - 2.2, -7.5 + i * 3.9, 0.6);
    fill(cr, air.cut.with_alpha(0.8));
  }
}

void draw_face(cairo_t* cr, const Pose& pose, const Air& air) {
  const double m = pose.mouth * 1.5;
  cairo_move_to(cr, 1, -12);
  cairo_curve_to(cr, 7, -12, 10.5, -8.5, 10.2, -4.6);
  cairo_curve_to(cr, 10, -2.4, 10.4, -1.6, 13.6, 1.3);  // nose, turned up
  cairo_curve_to(cr, 14, 2.2, 12.6, 2.9, 11, 3.0);
  cairo_curve_to(cr, 11.2, 3.8, 12.2, 4.2, 11.8, 5.0);  // upper lip
  cairo_line_to(cr, 9.8, 5.6);
  cairo_line_to(cr, 9.7, 5.8 + m * 0.7);
  cairo_curve_to(cr, 11.6, 6.0 + m, 11.6, 7.2 + m, 10.1, 7.8 + m);  // lower lip
  cairo_curve_to(cr, 11.2, 9.2 + m, 10.4, 11.4 + m, 7.4, 11.8 + m);
  cairo_curve_to(cr, 3, 12.2 + m * 0.5, 1, 11, 0, 9);
  cairo_close_path(cr);
  fill(cr, air.paper);
  const double open = 1.0 - pose.lids;
  if (open > 0.2) {
    blob(cr, {{5.2, -1.5}, {7.0, -1.5 - 1.7 * open}, {8.9, -1.0}, {7.2, -0.2 + 0.3 * open}});
    fill(cr, air.cut);
    circle(cr, 7.5, -1.6, 0.85 * open);
    fill(cr, air.paper);
  } else {
    curve(cr, {{5.2, -1.2}, {7, -0.2}, {8.8, -0.9}});
    stroke(cr, air.cut, 0.5);
  }
  curve(cr, {{5.4, -4.7 - pose.extra}, {7.4, -5.6 - pose.extra}, {9.0, -5.0}});
  stroke(cr, air.cut.with_alpha(0.7), 0.45);
}

void draw_head(cairo_t* cr, const Pose& pose, const Air& air) {
  const Saved saved(cr);
  cairo_translate(cr, 1, kShoulder - 3);
  cairo_rotate(cr, radians(pose.head));
  limb(cr, 4, 6, 7);
  fill(cr, air.paper);
  cairo_translate(cr, 0.5, -12);
  draw_face(cr, pose, air);
  draw_hood(cr, air);
}

}  // namespace

void draw_mira(cairo_t* cr, const Pose& pose, Prop prop, const Air& air) {
  const Saved saved(cr);
  cairo_translate(cr, 0, pose.sink);
  for (const bool is_near : {false, true}) {
    const Saved leg(cr);
    cairo_translate(cr, is_near ? 2 : -2, kHip);
    draw_leg(cr, 38, is_near ? pose.near_thigh : pose.far_thigh, is_near ? pose.near_knee : pose.far_knee, 5.2, air.paper);
  }
  cairo_translate(cr, 0, kHip);
  cairo_rotate(cr, radians(pose.lean));
  cairo_translate(cr, 0, -kHip);
  {
    const Saved arm(cr);
    cairo_translate(cr, -1, kShoulder + 2);
    draw_arm(cr, 32, pose.far_arm, pose.far_elbow, 5, air.paper);
  }
  draw_scarf(cr, air);
  draw_coat(cr, air);
  draw_head(cr, pose, air);
  ellipse(cr, 0, kShoulder - 3, 7, 3.4, -8);
  fill(cr, air.paper);
  cairo_translate(cr, 1.5, kShoulder + 2);
  draw_arm(cr, 32, pose.near_arm, pose.near_elbow, 5.4, air.paper);
  cairo_rotate(cr, radians(-pose.lean));
  draw_prop(cr, prop, air);
}

}  // namespace film
