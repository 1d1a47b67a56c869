#include "sets/places.h"

namespace film {
namespace {

void draw_cog(cairo_t* cr, double x, double y, double radius, int teeth, Color paper) {
  for (int i = 0; i < teeth; ++i) {
    const Saved saved(cr);
    cairo_translate(cr, x, y);
    cairo_rotate(cr, i * 2 * kPi / teeth);
    polygon(cr, {{-4, -radius}, {4, -radius}, {2.6, -radius - 7}, {-2.6, -radius - 7}});
    fill(cr, paper);
  }
  circle(cr, x, y, radius);
  fill(cr, paper);
  for (int i = 0; i < 5; ++i) {
    const double a = i * 2 * kPi / 5;
    circle(cr, x + radius * 0.55 * std::cos(a), y + radius * 0.55 * std::sin(a), radius * 0.21);
    cut_out(cr);
  }
}

void draw_hanging_lamp(cairo_t* cr, double x, double length, Color paper) {
  cairo_move_to(cr, x, -60);
  cairo_line_to(cr, x, length);
  stroke(cr, paper, 1.2);
  const Saved saved(cr);
  cairo_translate(cr, x, length);
  cairo_scale(cr, 1.7, 1.7);
  draw_prop(cr, Prop::ColdLantern, {.paper = paper});
}

}  // namespace

void draw_workshop(cairo_t* cr, Color paper) {
  draw_cog(cr, 120, 120, 46, 14, paper);
  draw_cog(cr, 196, 172, 30, 10, paper);
  draw_cog(cr, 545, 110, 58, 16, paper);
  for (double y : {110.0, 175.0, 236.0}) {
    cairo_rectangle(cr, 400, y, 96, 5);
    fill(cr, paper);
    for (int i = 0; i < 4; ++i) {
      ellipse(cr, 414 + i * 23, y - 11, 7, 11);
      fill(cr, paper);
      ellipse(cr, 414 + i * 23, y - 10, 3, 6);
      cut_out(cr);
    }
  }
  cairo_rectangle(cr, -700, 286, 2200, 400);
  fill(cr, paper);
}

void draw_beams(cairo_t* cr, Color paper) {
  for (double x : {-60.0, 640.0}) {
    cairo_rectangle(cr, x, -100, 62, 600);
    fill(cr, paper);
  }
  cairo_rectangle(cr, -700, -200, 2100, 236);
  fill(cr, paper);
  curve(cr, {{0, 100}, {18, 58}, {70, 36}});
  stroke(cr, paper, 12);
  curve(cr, {{640, 100}, {622, 58}, {570, 36}});
  stroke(cr, paper, 12);
  int i = 0;
  for (double x : {70.0, 180.0, 260.0, 420.0, 500.0, 590.0}) draw_hanging_lamp(cr, x, 58 + (i++ % 3) * 20, paper);
}

void draw_altar(cairo_t* cr, Color paper) {
  cairo_rectangle(cr, -700, 300, 2100, 400);
  fill(cr, paper);
  polygon(cr, {{284, 302}, {292, 252}, {286, 246}, {286, 240}, {354, 240}, {354, 246}, {348, 252}, {356, 302}});
  fill(cr, paper);
  for (int i = 0; i < 4; ++i) {
    polygon(cr, {{299.0 + i * 14, 264}, {303.0 + i * 14, 257}, {307.0 + i * 14, 264}, {303.0 + i * 14, 290}});
    const Saved saved(cr);
    fill(cr, rgb(0xE08830));
  }
  curve(cr, {{292, 240}, {296, 228}, {310, 224}, {330, 224}, {344, 228}, {348, 240}});
  fill(cr, paper);
}

void draw_first_flame(cairo_t* cr, double seconds) {
  const double flicker = 1 + 0.05 * wobble(seconds, 9, 0);
  glow(cr, 320, 205, 190 * flicker, rgb(0xFF9030).with_alpha(0.6));
  glow(cr, 320, 208, 62 * flicker, rgb(0xFFD890).with_alpha(0.9));
  const double sway = 3 * wobble(seconds, 5, 1);
  blob(cr, {{320, 226}, {333, 212}, {329 + sway * 0.5, 194}, {320 + sway, 168 + 4 * wobble(seconds, 8, 2)}, {312 + sway * 0.4, 194}, {307, 212}});
  fill(cr, rgb(0xFFDF90));
  blob(cr, {{320, 226}, {327, 214}, {321 + sway * 0.5, 190}, {313, 214}});
  fill(cr, rgb(0xFFFFF4));
  Random random(6);
  for (int i = 0; i < 14; ++i) {
    const double t = std::fmod(random.unit() + seconds * random.between(0.2, 0.45), 1.0);
    const double x = 320 + random.between(-12, 12) + 16 * t * wobble(seconds, 2, i);
    circle(cr, x, 210 - 130 * t, 1.2 * (1 - t));
    fill(cr, rgb(0xFFC060).with_alpha(1 - t));
  }
}

}  // namespace film
