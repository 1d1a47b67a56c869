#include "puppets/pose.h"

namespace film {
namespace {

constexpr double kHip = -48;
constexpr double kShoulder = -86;

void draw_coat(cairo_t* cr, const Air& air) {
  const double sway = wobble(air.seconds, 1.7, 0.2) * 1.5;
  blob(cr, {{-9, kShoulder - 1},
            {4, kShoulder - 3},
            {10, kShoulder + 10},
            {13, kHip - 6},
            {11, kHip + 8},
            {12, kHip + 26},
            {0, kHip + 29},
            {-15 - sway, kHip + 34},
            {-13, kHip + 4},
            {-12, kShoulder + 14}});
  fill(cr, air.paper);
  for (int i = 0; i < 4; ++i) {
    circle(cr, 8 + i * 0.6, kShoulder + 20 + i * 8, 1.1);
    fill(cr, air.cut);
  }
  polygon(cr, {{-8, kHip + 4}, {-2, kHip + 3}, {-2, kHip + 10}, {-8, kHip + 11}});  // a patch
  stroke(cr, air.cut.with_alpha(0.8), 0.7);
  for (double x : {-6.8, -4.8, -2.8}) {
    cairo_move_to(cr, x, kHip + 2.4);
    cairo_line_to(cr, x, kHip + 4.6);
    stroke(cr, air.cut.with_alpha(0.8), 0.5);
  }
}

void draw_hat(cairo_t* cr, const Air& air) {
  blob(cr, {{-15, -9}, {0, -11.5}, {14.5, -9.2}, {13, -7.4}, {0, -8.4}, {-14, -7}});
  fill(cr, air.paper);
  polygon(cr, {{-9.5, -9}, {-11, -27}, {-6, -30}, {1, -28.4}, {7, -30.6}, {11, -28}, {9.5, -9}});
  fill(cr, air.paper);
  for (int i = 0; i < 6; ++i) {  // the ribbon
    const double x = -7.6 + i * 3.05;
    polygon(cr, {{x - 1, -13}, {x, -14.6}, {x + 1, -13}, {x, -11.4}});
    fill(cr, air.cut);
  }
  curve(cr, {{4, -28}, {6.5, -24}, {5.4, -20.5}});  // a dent
  stroke(cr, air.cut.with_alpha(0.6), 0.6);
}

void draw_beard(cairo_t* cr, const Pose& pose, const Air& air) {
  const double sway = wobble(air.seconds, 1.9, 1.1) * 0.8;
  const double m = pose.mouth * 2.2;
  blob(cr, {{-2, 1},
            {4, 5},
            {9.5, 6.2 + m * 0.3},
            {13.2, 8 + m},
            {14.5, 13 + m},
            {12 + sway, 20 + m},
            {14 + sway, 25 + m},
            {9 + sway, 31 + m},
            {7 + sway, 27},
            {3, 29},
            {1, 23},
            {-3, 22},
            {-4, 14},
            {-7, 10},
            {-6, 2}});
  fill(cr, air.paper);
  for (int i = 0; i < 3; ++i) {
    const double x = 2.0 + i * 3.2;
    curve(cr, {{x - 1, 11.0 + m}, {x + 0.4, 15.5 + m}, {x - 0.3 + sway, 21 + m * 0.9}});
    stroke(cr, air.cut.with_alpha(0.55), 0.55);
  }
}

void draw_face(cairo_t* cr, const Pose& pose, const Air& air) {
  cairo_move_to(cr, 0, -11);
  cairo_curve_to(cr, 7, -11, 9.6, -8, 9.6, -4.8);
  cairo_curve_to(cr, 11, -5.4, 12.2, -3.4, 11, -2.6);  // brow
  cairo_curve_to(cr, 16.5, -2.4, 18.6, 0.8, 17.4, 3);  // a nose to be proud of
  cairo_curve_to(cr, 16, 5.2, 12.4, 4.4, 11, 3.6);
  cairo_curve_to(cr, 15.5, 4.6, 17, 7, 16.6, 8.4);  // moustache
  cairo_curve_to(cr, 13, 7.6, 10.5, 8, 8, 8.5);
  cairo_line_to(cr, -8, 10);
  cairo_curve_to(cr, -12, 4, -12, -6, -8, -10);
  cairo_close_path(cr);
  fill(cr, air.paper);
  const double open = 1 - pose.lids;
  if (open > 0.2) {
    blob(cr, {{5.4, -1.4}, {7.2, -1.4 - 1.7 * open}, {9.2, -1.0}, {7.3, 0}});
    fill(cr, air.cut);
    circle(cr, 7.8, -1.4, 0.85 * open);
    fill(cr, air.paper);
  } else {
    curve(cr, {{5.2, -1.4}, {7.2, -0.2}, {9.3, -1.1}});
    stroke(cr, air.cut, 0.6);
  }
  curve(cr, {{4.6, -4.2 - pose.extra}, {7.4, -5.6 - pose.extra}, {9.8, -4.2}});
  stroke(cr, air.cut.with_alpha(0.8), 0.9);
  curve(cr, {{-4.2, -2.6}, {-6.2, -1}, {-5.6, 2}, {-4, 2.4}});
  stroke(cr, air.cut.with_alpha(0.6), 0.6);
}

void draw_head(cairo_t* cr, const Pose& pose, const Air& air) {
  const Saved saved(cr);
  cairo_translate(cr, 2, kShoulder - 1);
  cairo_rotate(cr, radians(pose.head));
  limb(cr, 5, 9, 10);
  fill(cr, air.paper);
  cairo_translate(cr, 3, -12);
  draw_face(cr, pose, air);
  draw_beard(cr, pose, air);
  draw_hat(cr, air);
}

void draw_ladder(cairo_t* cr, const Air& air) {
  const Saved saved(cr);
  cairo_translate(cr, -26, 0);
  cairo_rotate(cr, radians(11));
  for (double x : {-7.0, 7.0}) {
    cairo_move_to(cr, x, 2);
    cairo_line_to(cr, x * 0.8, -190);
    stroke(cr, air.paper, 2.6);
  }
  for (int i = 1; i < 12; ++i) {
    cairo_move_to(cr, -7, -i * 15.5);
    cairo_line_to(cr, 7, -i * 15.5 + 1);
    stroke(cr, air.paper, 2);
  }
}

}  // namespace

void draw_tobin(cairo_t* cr, const Pose& pose, Prop prop, const Air& air) {
  const Saved saved(cr);
  if (prop == Prop::Ladder) draw_ladder(cr, air);
  cairo_translate(cr, 0, pose.sink);
  for (const bool is_near : {false, true}) {
    const Saved leg(cr);
    cairo_translate(cr, is_near ? 2.5 : -3, kHip);
    draw_leg(cr, 48, is_near ? pose.near_thigh : pose.far_thigh, is_near ? pose.near_knee : pose.far_knee, 7, air.paper);
  }
  cairo_translate(cr, 0, kHip);
  cairo_rotate(cr, radians(pose.lean + 5));
  cairo_translate(cr, 0, -kHip);
  {
    const Saved arm(cr);
    cairo_translate(cr, -3, kShoulder + 4);
    draw_arm(cr, 44, pose.far_arm, pose.far_elbow, 7, air.paper);
  }
  draw_coat(cr, air);
  draw_head(cr, pose, air);
  cairo_translate(cr, -1, kShoulder + 4);
  draw_arm(cr, 44, pose.near_arm, pose.near_elbow, 7.6, air.paper);
  cairo_rotate(cr, radians(-pose.lean - 5));
  draw_prop(cr, prop, air);
}

}  // namespace film
