#include "puppets/pose.h"

namespace film {
namespace {

constexpr double kHip = -78;

void draw_thin_leg(cairo_t* cr, double thigh, double knee, Color paper) {
  const Saved saved(cr);
  cairo_rotate(cr, radians(-thigh));
  limb(cr, 14, 8, 2.6);
  fill(cr, paper);
  limb(cr, 38, 3.0, 1.8);
  fill(cr, paper);
  cairo_translate(cr, 0, 38);
  circle(cr, 0, 0, 1.9);
  fill(cr, paper);
  cairo_rotate(cr, radians(knee));
  limb(cr, 38, 1.9, 1.4);
  fill(cr, paper);
  cairo_translate(cr, 0, 38);
  cairo_rotate(cr, radians(thigh - knee));
  for (double toe : {11.0, 7.5, -6.0}) {
    cairo_move_to(cr, 0, 0);
    cairo_line_to(cr, toe, toe == 7.5 ? 3 : 2);
    stroke(cr, paper, 1.3);
  }
}

void draw_feathers(cairo_t* cr, const Air& air) {
  for (int row = 0; row < 3; ++row) {
    for (int i = 0; i < 5 - row; ++i) {
      const double x = -20 + i * 7.4 + row * 3.4;
      const double y = kHip - 12 + row * 5.2 - i * 1.2;
      curve(cr, {{x, y}, {x - 3, y + 3.2}, {x - 7, y + 4}});
      stroke(cr, air.cut.with_alpha(0.75), 0.7);
    }
  }
}

void draw_wing(cairo_t* cr, const Pose& pose, double side, const Air& air) {
  const Saved saved(cr);
  // Seen from the side, the near wing lies lower and the far one higher.
  cairo_translate(cr, 4, kHip - 14);
  const double beat = std::sin(pose.extra * 2 * kPi - (side < 0 ? 0.25 : 0));
  cairo_rotate(cr, radians(-14 * side));
  cairo_scale(cr, pose.wings, (side > 0 ? 0.5 + 0.3 * beat : -0.55 + 0.45 * beat) * pose.wings);
  cairo_move_to(cr, 12, 0);
  cairo_curve_to(cr, 16, 40, 2, 62, -12, 92);
  for (int i = 0; i < 8; ++i) {  // the fingers of the wing
    const double x = -16 - i * 6.4;
    const double y = 92 - i * 10.5;
    cairo_curve_to(cr, x + 2, y + 6, x - 2, y + 5, x - 4.6, y - 1);
    cairo_line_to(cr, x - 0.5, y - 14);
  }
  cairo_curve_to(cr, -46, 6, -30, 0, -18, 0);
  cairo_close_path(cr);
  fill(cr, air.paper);
  for (int i = 0; i < 5; ++i) {
    cairo_move_to(cr, 2 - i * 6, 18 + i);
    cairo_line_to(cr, -8 - i * 7.6, 64 - i * 9);
    stroke(cr, air.cut.with_alpha(0.5), 0.9);
  }
}

void draw_body(cairo_t* cr, const Air& air) {
  blob(cr,
       {{20, kHip - 20}, {14, kHip - 4}, {0, kHip + 3}, {-20, kHip + 2}, {-44, kHip + 10}, {-36, kHip - 2}, {-22, kHip - 16}, {0, kHip - 26}, {14, kHip - 28}});
  fill(cr, air.paper);
}

void draw_beak(cairo_t* cr, const Pose& pose, Color paper) {
  polygon(cr, {{4, -3.4}, {12, -1.8}, {34, 2.2}, {10, 2.2}, {4, 2.4}});
  fill(cr, paper);
  const Saved saved(cr);
  cairo_translate(cr, 5, 1.6);
  cairo_rotate(cr, radians(16 * pose.mouth));
  polygon(cr, {{-1, 0}, {27, 0.6}, {8, 2.6}, {-1, 2.8}});
  fill(cr, paper);
}

void draw_head(cairo_t* cr, const Pose& pose, const Air& air) {
  const double sway = wobble(air.seconds, 2.4, 0.5) * 1.6;
  blob(cr, {{6, -4}, {0, -6.4}, {-7, -4.6}, {-9, 0}, {-4, 4.4}, {4, 3.2}});
  fill(cr, air.paper);
  for (double k : {0.0, 1.0, 2.0}) {  // the crest
    curve(cr, {{-3, -4.6 + k}, {-14, -6 + k * 2.4 + sway * 0.4}, {-25 + k * 4, -3 + k * 4 + sway}});
    stroke(cr, air.paper, 1.3);
  }
  draw_beak(cr, pose, air.paper);
  const double open = 1 - pose.lids;
  if (open > 0.2) {
    ellipse(cr, 0.6, -1.6, 2.1, 2.1 * open);
    fill(cr, air.cut);
    circle(cr, 1.3, -1.6, 0.95 * open);
    fill(cr, air.paper);
  } else {
    curve(cr, {{-1.6, -1.8}, {0.6, -0.6}, {2.8, -1.6}});
    stroke(cr, air.cut, 0.6);
  }
  circle(cr, 0.7, -1.6, 3.4);  // the monocle
  stroke(cr, air.cut.with_alpha(0.85), 0.45);
  curve(cr, {{-0.6, 1.6}, {-3, 8}, {-8, 13}});
  stroke(cr, air.cut.with_alpha(0.7), 0.35);
}

Point head_place(const Pose& pose) { return {mix(24, 34, pose.neck), mix(kHip - 46, kHip - 92, pose.neck)}; }

void draw_neck(cairo_t* cr, const Pose& pose, const Air& air) {
  const Point head = head_place(pose);
  cairo_move_to(cr, 12, kHip - 18);
  cairo_curve_to(cr, 44 - pose.neck * 6, kHip - 16, 2 + pose.neck * 6, head.y + 26, head.x, head.y);
  stroke(cr, air.paper, 7.4);
  for (double k : {0.0, 1.0, 2.0}) {
    curve(cr, {{20 - k * 3, kHip - 20 + k * 3}, {23 - k * 4, kHip - 8 + k * 3}, {21 - k * 5, kHip + 4 + k}});
    stroke(cr, air.paper, 1.4);
  }
}

void draw_bow_tie(cairo_t* cr, const Pose& pose, const Air& air) {
  const Point head = head_place(pose);
  const Saved saved(cr);
  cairo_translate(cr, head.x - 4.5, head.y + 12);
  cairo_rotate(cr, radians(20));
  polygon(cr, {{0, 0}, {6, -3.6}, {6, 3.6}, {0, 0}, {-6, 3.6}, {-6, -3.6}});
  fill(cr, air.cut);
}

}  // namespace

void draw_quill(cairo_t* cr, const Pose& pose, Prop prop, const Air& air) {
  const Saved saved(cr);
  cairo_translate(cr, 0, pose.sink);
  for (const bool is_near : {false, true}) {
    const Saved leg(cr);
    cairo_translate(cr, is_near ? -2 : -8, kHip);
    draw_thin_leg(cr, is_near ? pose.near_thigh : pose.far_thigh, is_near ? pose.near_knee : pose.far_knee, air.paper);
  }
  cairo_translate(cr, 0, kHip);
  cairo_rotate(cr, radians(pose.lean));
  cairo_translate(cr, 0, -kHip);
  if (pose.wings > 0.05) draw_wing(cr, pose, -1, air);
  draw_neck(cr, pose, air);
  draw_body(cr, air);
  if (pose.wings > 0.05) draw_wing(cr, pose, 1, air);
  else draw_feathers(cr, air);
  draw_bow_tie(cr, pose, air);
  const Point head = head_place(pose);
  cairo_translate(cr, head.x, head.y);
  cairo_rotate(cr, radians(pose.head));
  draw_head(cr, pose, air);
  cairo_translate(cr, 29, 3);
  cairo_rotate(cr, radians(-pose.head - pose.lean));
  draw_prop(cr, prop, air);
}

}  // namespace film
