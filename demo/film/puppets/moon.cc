#include "puppets/pose.h"

namespace film {
namespace {

const Color kShade = rgb(0x8A7BA0);
const Color kInk = rgb(0x4A3F66);

void draw_eye(cairo_t* cr, double x, const Pose& pose) {
  const double open = 1 - pose.lids;
  const double lid = -9 * open;
  curve(cr, {{x - 17, -10}, {x, -10 + lid + 7 * pose.lids}, {x + 17, -10}});
  stroke(cr, kInk, 3);
  if (open > 0.25) {
    ellipse(cr, x, -10 + lid * 0.35, 6.4, 6.4 * open);
    fill(cr, kInk);
    circle(cr, x + 2, -13 + lid * 0.3, 1.9 * open);
    fill(cr, rgb(0xFFFFFF));
  }
  for (int i = -2; i <= 2; ++i) {  // lashes, up when awake and down when asleep
    const double from = -10 + (lid + 7 * pose.lids) * (1 - i * i / 5.5);
    cairo_move_to(cr, x + i * 7.5, from);
    cairo_line_to(cr, x + i * 9.4, from - 6 * open + 6 * pose.lids);
    stroke(cr, kInk, 1.6);
  }
}

void draw_mouth(cairo_t* cr, const Pose& pose) {
  const double smile = 3 + 5 * pose.extra;
  const double open = pose.mouth * 9;
  cairo_move_to(cr, -14, 36);
  cairo_curve_to(cr, -6, 32, -3, 33, 0, 35);
  cairo_curve_to(cr, 3, 33, 6, 32, 14, 36);
  cairo_curve_to(cr, 8, 38 + smile + open, -8, 38 + smile + open, -14, 36);
  fill(cr, kInk);
  curve(cr, {{-20, 33 - smile * 0.7}, {-14, 36}, {0, 37 + smile * 0.4}, {14, 36}, {20, 33 - smile * 0.7}});
  stroke(cr, kInk, 1.6);
}

void draw_lace(cairo_t* cr) {
  for (int i = 0; i < 40; ++i) {
    const double a = i * 2 * kPi / 40;
    circle(cr, 91 * std::cos(a), 91 * std::sin(a), i % 2 ? 1.6 : 2.8);
    fill(cr, kShade.with_alpha(0.55));
  }
  circle(cr, 0, 0, 84);
  stroke(cr, kShade.with_alpha(0.5), 1.2);
}

void draw_craters(cairo_t* cr) {
  ellipse(cr, -52, 30, 17, 13);
  fill(cr, rgb(0xE7B9A6).with_alpha(0.4));
  ellipse(cr, 52, 30, 17, 13);
  fill(cr, rgb(0xE7B9A6).with_alpha(0.4));
  for (const Point p : {Point{-30, -60}, Point{40, -56}, Point{62, -18}, Point{-66, -14}, Point{10, 66}}) {
    circle(cr, p.x, p.y, 6 + std::abs(p.x) * 0.06);
    fill(cr, kShade.with_alpha(0.2));
  }
}

}  // namespace

void draw_moon(cairo_t* cr, const Pose& pose, const Air& air) {
  const Saved saved(cr);
  const double pulse = 1 + 0.015 * wobble(air.seconds, 1.3, 0);
  glow(cr, 0, 0, 330 * pulse, rgb(0x9FB4E8).with_alpha(0.40 * air.flame));
  glow(cr, 0, 0, 190 * pulse, rgb(0xFFF0C8).with_alpha(0.55 * air.flame));
  cairo_rotate(cr, radians(pose.head));
  cairo_pattern_t* disc = cairo_pattern_create_radial(-25, -30, 10, 0, 0, 100);
  const Color bright = blend(rgb(0xC9B98F), rgb(0xFFFBE8), air.flame);
  const Color edge = blend(rgb(0x8E7F78), rgb(0xF3DDA6), air.flame);
  cairo_pattern_add_color_stop_rgb(disc, 0, bright.red, bright.green, bright.blue);
  cairo_pattern_add_color_stop_rgb(disc, 1, edge.red, edge.green, edge.blue);
  cairo_set_source(cr, disc);
  circle(cr, 0, 0, 100);
  cairo_fill(cr);
  cairo_pattern_destroy(disc);
  draw_craters(cr);
  draw_lace(cr);
  draw_eye(cr, -32, pose);
  draw_eye(cr, 32, pose);
  curve(cr, {{-40, -34 - pose.sink}, {-28, -39 - pose.sink}, {-14, -32}, {-7, -14}, {-6, 6}, {-9, 16}, {0, 20}, {8, 16}});
  stroke(cr, kInk.with_alpha(0.8), 2.2);
  curve(cr, {{16, -33}, {28, -39 - pose.sink}, {42, -34 - pose.sink}});
  stroke(cr, kInk.with_alpha(0.8), 2.2);
  draw_mouth(cr, pose);
}

}  // namespace film
