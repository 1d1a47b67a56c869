#include "puppets/pose.h"

namespace film {
namespace {

void draw_hat_or_hair(cairo_t* cr, int who, Color paper) {
  switch (who % 4) {
    case 0:  // a sailor's cap
      blob(cr, {{-9, -7}, {0, -13}, {9, -8}, {14, -5.5}, {8, -5}, {-9, -4}});
      break;
    case 1:  // a bonnet
      blob(cr, {{6, -10}, {-2, -14}, {-11, -8}, {-11, 4}, {-5, 9}, {2, 8}, {1, -4}});
      break;
    case 2:  // a bun
      blob(cr, {{5, -9}, {-4, -11}, {-13, -13}, {-14, -6}, {-9, 2}, {-3, 6}, {0, -4}});
      break;
    default:  // a bowler
      blob(cr, {{-13, -6}, {-8, -7}, {-7, -14}, {0, -17}, {7, -14}, {8, -7}, {13, -6}, {0, -4.5}});
      break;
  }
  fill(cr, paper);
}

void draw_face(cairo_t* cr, int who, Color paper) {
  const double nose = 12 + (who * 7 % 5) * 0.9;
  cairo_move_to(cr, -2, -9);
  cairo_curve_to(cr, 6, -10, 9, -6, 9, -3);
  cairo_curve_to(cr, 10, -1, nose, 1, nose, 2);
  cairo_curve_to(cr, nose - 1, 3.4, 10, 3, 9.4, 3.6);
  cairo_curve_to(cr, 11, 5, 10, 6, 9, 6.4);
  cairo_curve_to(cr, 10.4, 9, 8, 11, 4, 11);
  cairo_line_to(cr, -4, 11);
  cairo_curve_to(cr, -10, 6, -11, -6, -2, -9);
  fill(cr, paper);
  if (who % 3 == 0) {  // a beard
    blob(cr, {{0, 5}, {9, 6.4}, {11, 12}, {6, 20}, {0, 15}});
    fill(cr, paper);
  }
}

void draw_clothes(cairo_t* cr, bool is_skirt, Color paper, Color cut) {
  if (is_skirt) {
    blob(cr, {{-5, -74}, {5, -74}, {8, -56}, {7, -46}, {19, -4}, {0, -1}, {-19, -4}, {-8, -46}, {-8, -58}});
    fill(cr, paper);
    for (int i = 0; i < 8; ++i) {
      circle(cr, -14 + i * 4, -8, 1);
      fill(cr, cut.with_alpha(0.7));
    }
    return;
  }
  blob(cr, {{-7, -74}, {6, -74}, {10, -58}, {9, -40}, {11, -30}, {-11, -30}, {-10, -44}, {-10, -60}});
  fill(cr, paper);
}

}  // namespace

void draw_neighbour(cairo_t* cr, int who, const Pose& pose, Prop prop, const Air& air) {
  const Saved saved(cr);
  const double size = std::array{1.12, 0.98, 1.04, 1.2, 0.8, 1.06, 0.76, 1.1}[who % 8];
  cairo_scale(cr, size, size);
  const bool is_skirt = who % 4 == 1 || who % 4 == 2;
  if (!is_skirt) {
    for (const bool is_near : {false, true}) {
      const Saved leg(cr);
      cairo_translate(cr, is_near ? 3 : -3, -38);
      draw_leg(cr, 38, is_near ? pose.near_thigh : pose.far_thigh, is_near ? pose.near_knee : pose.far_knee, 6.5, air.paper);
    }
  }
  cairo_translate(cr, 0, -38 + pose.sink);
  cairo_rotate(cr, radians(pose.lean + wobble(air.seconds, 1.1, who) * 1.2));
  cairo_translate(cr, 0, 38);
  draw_clothes(cr, is_skirt, air.paper, air.cut);
  {
    const Saved head(cr);
    cairo_translate(cr, 0.5, -74);
    cairo_rotate(cr, radians(pose.head + wobble(air.seconds, 0.9, who * 2) * 2));
    limb(cr, 4, 7, 8);
    fill(cr, air.paper);
    cairo_translate(cr, 1, -11);
    draw_face(cr, who, air.paper);
    draw_hat_or_hair(cr, who, air.paper);
  }
  cairo_translate(cr, 1, -69);
  draw_arm(cr, 36, pose.near_arm, pose.near_elbow, 6, air.paper);
  draw_prop(cr, prop, air);
}

void draw_boat(cairo_t* cr, int which, bool is_under_sail, const Air& air) {
  const Saved saved(cr);
  cairo_move_to(cr, 8, -12);
  cairo_line_to(cr, 4, -132);
  stroke(cr, air.paper, 3);
  if (is_under_sail) {
    const double belly = 10 + 4 * wobble(air.seconds, 1.5, which);
    cairo_move_to(cr, 3, -126);
    cairo_curve_to(cr, -30 - belly, -100, -56 - belly, -60, -58, -36);
    cairo_curve_to(cr, -40, -30, -16, -30, 4, -34);
    cairo_close_path(cr);
    fill(cr, air.paper.with_alpha(0.94));
    for (int i = 0; i < 3; ++i) {
      curve(cr, {{1, -104.0 + i * 22}, {-18 - i * 9.0, -96.0 + i * 20}, {-28 - i * 12.0, -84.0 + i * 18}});
      stroke(cr, air.cut.with_alpha(0.6), 1);
    }
    polygon(cr, {{12, -118}, {58, -34}, {12, -36}});
    fill(cr, air.paper.with_alpha(0.94));
  } else {
    curve(cr, {{6, -112}, {-24, -96}, {-56, -40}});
    stroke(cr, air.paper, 4.5);
    for (const Point p : {Point{-66, -30}, Point{68, -34}}) {
      cairo_move_to(cr, 4, -128);
      cairo_line_to(cr, p.x, p.y);
      stroke(cr, air.paper, 0.9);
    }
  }
  blob(cr, {{-74, -36}, {-40, -27}, {0, -25}, {44, -28}, {82, -42}, {66, -14}, {40, 0}, {-44, 0}, {-66, -14}});
  fill(cr, air.paper);
  curve(cr, {{-66, -29}, {-30, -20}, {20, -18}, {70, -32}});
  stroke(cr, air.cut.with_alpha(0.55), 1.1);
  circle(cr, 62, -26, 1.8);
  fill(cr, air.cut);
}

}  // namespace film
