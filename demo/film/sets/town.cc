#include "sets/scenery.h"

namespace film {
namespace {

void draw_window(cairo_t* cr, double x, double y, double width, double height, Color light, Color paper) {
  cairo_new_sub_path(cr);
  cairo_arc(cr, x, y - height + width / 2, width / 2, kPi, 2 * kPi);
  cairo_line_to(cr, x + width / 2, y);
  cairo_line_to(cr, x - width / 2, y);
  cairo_close_path(cr);
  fill(cr, light);
  cairo_move_to(cr, x, y);
  cairo_line_to(cr, x, y - height);
  cairo_move_to(cr, x - width / 2, y - height * 0.45);
  cairo_line_to(cr, x + width / 2, y - height * 0.45);
  stroke(cr, paper, 1.1);
}

void draw_roof(cairo_t* cr, double x, double eaves, double width, double height, Color paper) {
  const double half = width / 2 + 6;
  cairo_move_to(cr, x - half, eaves + 3);
  cairo_curve_to(cr, x - half * 0.7, eaves - height * 0.3, x - half * 0.2, eaves - height * 0.8, x, eaves - height);
  cairo_curve_to(cr, x + half * 0.2, eaves - height * 0.8, x + half * 0.7, eaves - height * 0.3, x + half, eaves + 3);
  cairo_close_path(cr);
  fill(cr, paper);
  for (int row = 1; row < 4; ++row) {  // scalloped tiles
    const double y = eaves - height * row * 0.17;
    const int count = 7 - row * 2;
    for (int i = 0; i < count; ++i) {
      const double at = x + (i - (count - 1) / 2.0) * width * 0.13;
      cairo_new_sub_path(cr);
      cairo_arc(cr, at, y, width * 0.045, 0.1, kPi - 0.1);
      const Saved saved(cr);
      cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
      stroke(cr, {0, 0, 0, 0.5}, 0.9);
    }
  }
}

}  // namespace

void draw_house(cairo_t* cr, Random& random, double x, double ground, double width, double height, Color paper, Color window) {
  const double roof = width * random.between(0.75, 1.25);
  cairo_rectangle(cr, x - width / 2, ground - height, width, height + 60);
  fill(cr, paper);
  const double chimney = x + width * random.between(-0.32, 0.2);
  cairo_rectangle(cr, chimney, ground - height - roof * 0.85, width * 0.13, roof * 0.7);
  fill(cr, paper);
  draw_roof(cr, x, ground - height, width, roof, paper);
  const int columns = width > 70 ? 3 : 2;
  for (double y = ground - height + 34; y < ground - 8; y += 40) {
    for (int i = 0; i < columns; ++i) {
      const double at = x + (i - (columns - 1) / 2.0) * width / (columns + 0.3);
      const double lit = random.unit() < 0.62 ? 1.0 : 0.18;
      draw_window(cr, at, y, 12, 20, window.with_alpha(window.alpha * lit), paper);
    }
  }
  draw_window(cr, x, ground - height - roof * 0.22, 9, 14, window, paper);
}

void draw_street_lamp(cairo_t* cr, double x, double ground, Color paper) {
  cairo_move_to(cr, x, ground + 4);
  cairo_line_to(cr, x, ground - 128);
  stroke(cr, paper, 3.2);
  for (double y : {0.0, -14.0, -60.0, -118.0}) {
    ellipse(cr, x, ground + y, y == 0 ? 8 : 4, 2.6);
    fill(cr, paper);
  }
  for (double side : {-1.0, 1.0}) {  // scrolls of iron
    curve(cr, {{x, ground - 108}, {x + side * 13, ground - 116}, {x + side * 14, ground - 126}, {x + side * 8, ground - 127}, {x + side * 8, ground - 121}});
    stroke(cr, paper, 1.4);
  }
  polygon(cr, {{x - 10, ground - 152}, {x + 10, ground - 152}, {x + 6, ground - 130}, {x - 6, ground - 130}});
  stroke(cr, paper, 1.8);
  polygon(cr, {{x - 13, ground - 151}, {x + 13, ground - 151}, {x + 4, ground - 162}, {x, ground - 170}, {x - 4, ground - 162}});
  fill(cr, paper);
}

void draw_hills(cairo_t* cr, std::uint64_t seed, double height, double roughness, Color paper) {
  Random random(seed);
  const double a = random.between(0, 6), b = random.between(0, 6);
  cairo_move_to(cr, -700, 700);
  for (double x = -700; x <= 1500; x += 8) {
    const double y = height + roughness * (std::sin(x * 0.008 + a) + 0.5 * std::sin(x * 0.021 + b));
    cairo_line_to(cr, x, y);
  }
  cairo_line_to(cr, 1500, 700);
  cairo_close_path(cr);
  fill(cr, paper);
}

void draw_cloud(cairo_t* cr, Random& random, double x, double y, double size, Color tissue) {
  cairo_move_to(cr, x - size, y);
  double at = x - size;
  while (at < x + size) {
    const double step = size * random.between(0.3, 0.66);
    const double rise = size * 0.17 * std::sin(clamp01((at - x + size) / (2 * size)) * kPi) + 4;
    cairo_curve_to(cr, at, y - rise * 1.3, at + step, y - rise * 1.3, at + step, y - rise * 0.4);
    at += step;
  }
  cairo_curve_to(cr, at + 10, y + 6, x, y + 9, x - size, y);
  cairo_close_path(cr);
  fill(cr, tissue);
}

}  // namespace film
