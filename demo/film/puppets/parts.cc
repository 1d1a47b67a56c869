#include "puppets/pose.h"

namespace film {
namespace {

void draw_flame(cairo_t* cr, double x, double y, double size, const Air& air) {
  const double sway = wobble(air.seconds, 9, 1.3) * size * 0.12;
  const double tall = size * (1 + 0.12 * wobble(air.seconds, 13, 0.4));
  blob(cr, {{x, y}, {x + size * 0.3, y - tall * 0.35}, {x + sway, y - tall}, {x - size * 0.3, y - tall * 0.35}});
  fill(cr, rgb(0xFFE9A8));
  blob(cr, {{x, y}, {x + size * 0.16, y - tall * 0.25}, {x + sway * 0.5, y - tall * 0.55}, {x - size * 0.16, y - tall * 0.25}});
  fill(cr, rgb(0xFFFFFF));
}

void draw_lantern(cairo_t* cr, bool is_lit, const Air& air) {
  circle(cr, 0, 2.2, 2.4);
  stroke(cr, air.paper, 0.8);
  const double power = is_lit ? air.flame : 0;
  if (power > 0.01 && air.has_glow) {
    const double flicker = 1 + 0.06 * wobble(air.seconds, 11, 0.2);
    glow(cr, 0, 12, 95 * flicker, rgb(0xFF9A3C).with_alpha(0.55 * power));
    glow(cr, 0, 12, 30 * flicker, rgb(0xFFD27A).with_alpha(0.8 * power));
  }
  polygon(cr, {{-4.2, 8}, {4.2, 8}, {5, 17}, {-5, 17}});
  fill(cr, blend(rgb(0x2A2430), rgb(0xFFC766), power));
  if (power > 0.01) draw_flame(cr, 0, 16.4, 6.5 * power, air);
  polygon(cr, {{0, 3.6}, {5.8, 8.4}, {-5.8, 8.4}});
  fill(cr, air.paper);
  polygon(cr, {{-6, 16.6}, {6, 16.6}, {5, 19.4}, {-5, 19.4}});
  fill(cr, air.paper);
  for (double x : {-4.6, -1.6, 1.6, 4.6}) {
    cairo_move_to(cr, x * 0.88, 8);
    cairo_line_to(cr, x, 17);
    stroke(cr, air.paper, 0.7);
  }
}

void draw_pole(cairo_t* cr, const Air& air) {
  cairo_move_to(cr, -6, 40);
  cairo_line_to(cr, 7, -74);
  stroke(cr, air.paper, 1.5);
  curve(cr, {{7, -74}, {10, -79}, {14, -76}, {12, -72}});
  stroke(cr, air.paper, 1.2);
  if (air.has_glow) glow(cr, 7, -76, 16, rgb(0xFFB24A).with_alpha(0.8 * air.flame));
  draw_flame(cr, 7, -74, 4.5, air);
}

void draw_candle(cairo_t* cr, double size, const Air& air) {
  if (air.has_glow) glow(cr, 0, -5, 12 * size, rgb(0xFFA040).with_alpha(0.6 * air.flame));
  cairo_move_to(cr, 0, 3);
  cairo_line_to(cr, 0, -4);
  stroke(cr, air.paper, 1.2);
  draw_flame(cr, 0, -4, 5, air);
}

}  // namespace

void draw_prop(cairo_t* cr, Prop prop, const Air& air) {
  const Saved saved(cr);
  switch (prop) {
    case Prop::Lantern: return draw_lantern(cr, true, air);
    case Prop::ColdLantern: return draw_lantern(cr, false, air);
    case Prop::Pole: return draw_pole(cr, air);
    case Prop::Match: return draw_candle(cr, 3.5, air);
    case Prop::Candle: return draw_candle(cr, 2.6, air);
    case Prop::Ladder:
    case Prop::None: return;
  }
}

void draw_arm(cairo_t* cr, double length, double shoulder, double elbow, double width, Color paper) {
  cairo_rotate(cr, radians(-shoulder));
  limb(cr, length * 0.5, width, width * 0.72);
  fill(cr, paper);
  cairo_translate(cr, 0, length * 0.5);
  cairo_rotate(cr, radians(-elbow));
  limb(cr, length * 0.42, width * 0.72, width * 0.46);
  fill(cr, paper);
  cairo_translate(cr, 0, length * 0.46);
  ellipse(cr, 0, 0.4, width * 0.34, width * 0.52);
  fill(cr, paper);
  curve(cr, {{width * 0.2, -0.6}, {width * 0.55, 0.4}, {width * 0.5, 1.6}});
  stroke(cr, paper, width * 0.2);
  cairo_rotate(cr, radians(shoulder + elbow));
}

void draw_leg(cairo_t* cr, double length, double hip, double knee, double width, Color paper) {
  const Saved saved(cr);
  cairo_rotate(cr, radians(-hip));
  limb(cr, length * 0.5, width, width * 0.8);
  fill(cr, paper);
  cairo_translate(cr, 0, length * 0.5);
  cairo_rotate(cr, radians(knee));
  limb(cr, length * 0.44, width * 0.85, width * 0.62);
  fill(cr, paper);
  cairo_translate(cr, 0, length * 0.44);
  cairo_rotate(cr, radians((hip - knee) * 0.6));
  blob(cr, {{-width * 0.55, -2}, {width * 0.4, -2.2}, {width * 1.5, length * 0.045}, {width * 1.4, length * 0.065}, {-width * 0.6, length * 0.065}});
  fill(cr, paper);
}

}  // namespace film
