#include "sets/scenery.h"

namespace film {
namespace {

void leaf(cairo_t* cr, Point at, double degrees, double length, Color paper) {
  const Saved saved(cr);
  cairo_translate(cr, at.x, at.y);
  cairo_rotate(cr, radians(degrees));
  cairo_move_to(cr, 0, 0);
  cairo_curve_to(cr, length * 0.3, -length * 0.34, length * 0.8, -length * 0.2, length, 0);
  cairo_curve_to(cr, length * 0.8, length * 0.2, length * 0.3, length * 0.34, 0, 0);
  fill(cr, paper);
  if (length < 7) return;
  ellipse(cr, length * 0.36, -length * 0.07, length * 0.14, length * 0.04, -12);
  cut_out(cr);
  ellipse(cr, length * 0.36, length * 0.07, length * 0.14, length * 0.04, 12);
  cut_out(cr);
  circle(cr, length * 0.68, 0, length * 0.05);
  cut_out(cr);
}

void blade(cairo_t* cr, Random& random, Point root, double height, Color paper) {
  const double bend = random.between(-0.28, 0.28) * height;
  const double width = random.between(1.6, 3.6);
  const Point tip{root.x + bend, root.y - height};
  cairo_move_to(cr, root.x - width, root.y);
  cairo_curve_to(cr, root.x - width, root.y - height * 0.5, tip.x - bend * 0.5, tip.y + height * 0.2, tip.x, tip.y);
  cairo_curve_to(cr, tip.x - bend * 0.3, tip.y + height * 0.25, root.x + width, root.y - height * 0.5, root.x + width, root.y);
  fill(cr, paper);
}

void bulrush(cairo_t* cr, Random& random, Point root, double height, Color paper) {
  const double bend = random.between(-0.12, 0.12) * height;
  curve(cr, {root, {root.x + bend * 0.3, root.y - height * 0.5}, {root.x + bend, root.y - height}});
  stroke(cr, paper, 1.5);
  const double angle = std::atan2(bend * 0.7, height * 0.5) * 180 / kPi;
  ellipse(cr, root.x + bend * 0.9, root.y - height * 0.9, 3.4, 12, angle);
  fill(cr, paper);
}

}  // namespace

void cut_out(cairo_t* cr) {
  const Saved saved(cr);
  cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
  cairo_set_source_rgba(cr, 0, 0, 0, 0.85);
  cairo_fill(cr);
}

void draw_lace_branch(cairo_t* cr, Random& random, Point root, double degrees, double length, Color paper) {
  Point at = root;
  double angle = degrees;
  const int steps = static_cast<int>(length / 9);
  const double turn = random.between(-4, 4);
  for (int i = 0; i < steps; ++i) {
    const double rest = 1.0 - static_cast<double>(i) / steps;
    const Point next{at.x + 9 * std::cos(radians(angle)), at.y + 9 * std::sin(radians(angle))};
    cairo_move_to(cr, at.x, at.y);
    cairo_line_to(cr, next.x, next.y);
    stroke(cr, paper, 0.8 + 3.4 * rest * std::min(1.0, length / 160));
    const double size = (8 + 9 * rest) * random.between(0.8, 1.2);
    leaf(cr, next, angle - random.between(38, 62), size, paper);
    leaf(cr, next, angle + random.between(38, 62), size, paper);
    if (length > 70 && i % 5 == 3) { draw_lace_branch(cr, random, next, angle + (i % 2 ? 36 : -36), length * rest * 0.55, paper); }
    at = next;
    angle += turn + random.between(-4, 4);
  }
  leaf(cr, at, angle, 13, paper);
}

void draw_reeds(cairo_t* cr, Random& random, double from, double to, double ground, double height, int count, Color paper) {
  for (int i = 0; i < count; ++i) {
    const Point root{random.between(from, to), ground + random.between(-2, 6)};
    const double tall = height * random.between(0.55, 1.1);
    if (i % 4 == 0) bulrush(cr, random, root, tall, paper);
    else blade(cr, random, root, tall, paper);
  }
}

void draw_willow(cairo_t* cr, Random& random, double x, double ground, double height, Color paper) {
  cairo_move_to(cr, x - 15, ground + 8);
  cairo_curve_to(cr, x - 4, ground - height * 0.4, x - 14, ground - height * 0.6, x - 26, ground - height);
  cairo_line_to(cr, x + 22, ground - height * 0.96);
  cairo_curve_to(cr, x + 6, ground - height * 0.6, x + 10, ground - height * 0.3, x + 20, ground + 8);
  fill(cr, paper);
  for (int i = 0; i < 3; ++i) {
    ellipse(cr, x - 4 + i * 3, ground - height * (0.3 + i * 0.16), 2.2, 7, 8);
    cut_out(cr);
  }
  for (int i = 0; i < 26; ++i) {
    const double side = random.between(-1, 1);
    const Point top{x + side * height * 0.3, ground - height * random.between(0.94, 1.08)};
    const double reach = side * height * 0.5;
    const double drop = height * random.between(0.35, 0.8);
    Point last = top;
    for (double t = 0.07; t <= 1.0; t += 0.07) {
      const Point next{top.x + reach * std::sqrt(t), top.y + drop * t * t - 16 * std::sin(t * kPi)};
      cairo_move_to(cr, last.x, last.y);
      cairo_line_to(cr, next.x, next.y);
      stroke(cr, paper, 1.5 - t);
      leaf(cr, next, random.between(50, 130), 8.5, paper);
      last = next;
    }
  }
}

}  // namespace film
