#include <string_view>

#include "story/cast.h"

namespace film {
namespace {

// A stroke bends towards its middle point; the grid of a capital is 10 by 14.
struct Segment {
  double x0, y0, bend_x, bend_y, x1, y1;
  double thick;
};

constexpr double kThick = 2.1, kThin = 0.9;

std::vector<Segment> strokes_of(char letter) {
  const auto line = [](double x0, double y0, double x1, double y1, double thick) { return Segment{x0, y0, (x0 + x1) / 2, (y0 + y1) / 2, x1, y1, thick}; };
  switch (letter) {
    case 'A': return {line(5, 0, 0, 14, kThin), line(5, 0, 10, 14, kThick), line(2, 9, 8, 9, kThin)};
    case 'C': return {{9, 3, 6, -2, 3, 2, kThin}, {3, 2, -2, 7, 3, 12, kThick}, {3, 12, 6, 16, 9, 11, kThin}};
    case 'D': return {line(1, 0, 1, 14, kThick), {1, 0, 8, 0, 9, 7, kThin}, {9, 7, 8, 14, 1, 14, kThick}};
    case 'E': return {line(1, 0, 1, 14, kThick), line(1, 0, 8, 0, kThin), line(1, 7, 6, 7, kThin), line(1, 14, 8, 14, kThin)};
    case 'H': return {line(1, 0, 1, 14, kThick), line(9, 0, 9, 14, kThick), line(1, 7, 9, 7, kThin)};
    case 'I': return {line(2, 0, 2, 14, kThick)};
    case 'M': return {line(1, 14, 1.6, 0, kThin), line(1.6, 0, 6, 11, kThick), line(6, 11, 10.4, 0, kThin), line(10.4, 0, 11, 14, kThick)};
    case 'N': return {line(1, 14, 1, 0, kThin), line(1, 0, 9, 14, kThick), line(9, 14, 9, 0, kThin)};
    case 'O':
      return {{5.5, 0, -0.5, 0, 0.5, 7, kThin}, {0.5, 7, 0.5, 14, 5.5, 14, kThick}, {5.5, 14, 11.5, 14, 10.5, 7, kThin}, {10.5, 7, 10.5, 0, 5.5, 0, kThick}};
    case 'R': return {line(1, 0, 1, 14, kThick), {1, 0, 9, -0.5, 8, 4, kThin}, {8, 4, 7, 7.4, 1, 7, kThick}, line(4, 7, 9, 14, kThick)};
    case 'S':
      return {{8, 2.4, 6, -1.4, 2.6, 1, kThin}, {2.6, 1, -1, 4.6, 5, 7, kThick}, {5, 7, 11, 9.6, 6.6, 13, kThick}, {6.6, 13, 3, 15.4, 0.8, 11.4, kThin}};
    case 'T': return {line(0, 0, 9, 0, kThin), line(4.5, 0, 4.5, 14, kThick)};
    default: return {};
  }
}

double width_of(char letter) {
  switch (letter) {
    case 'M': return 15.5;
    case 'O': return 14.5;
    case 'I': return 7;
    case ' ': return 9;
    default: return 13;
  }
}

void draw_letter(cairo_t* cr, char letter, Color paper) {
  for (const Segment& s : strokes_of(letter)) {
    cairo_move_to(cr, s.x0, s.y0);
    cairo_curve_to(cr, mix(s.x0, s.bend_x, 0.66), mix(s.y0, s.bend_y, 0.66), mix(s.x1, s.bend_x, 0.66), mix(s.y1, s.bend_y, 0.66), s.x1, s.y1);
    stroke(cr, paper, s.thick);
    for (const Point p : {Point{s.x0, s.y0}, Point{s.x1, s.y1}}) {  // the scissors' little serif
      const double r = 1.25;
      polygon(cr, {{p.x - r * 1.3, p.y}, {p.x, p.y - r}, {p.x + r * 1.3, p.y}, {p.x, p.y + r}});
      fill(cr, paper);
    }
  }
}

}  // namespace

void draw_lettering(cairo_t* cr, const char* text, double x, double y, double height, Color paper) {
  double width = 0;
  for (const char c : std::string_view(text)) width += width_of(c);
  const Saved saved(cr);
  cairo_translate(cr, x, y);
  cairo_scale(cr, height / 14, height / 14);
  cairo_translate(cr, -width / 2 + 1.5, 0);
  for (const char c : std::string_view(text)) {
    draw_letter(cr, c, paper);
    cairo_translate(cr, width_of(c), 0);
  }
}

void draw_flourish(cairo_t* cr, double x, double y, double width, Color paper) {
  for (double side : {-1.0, 1.0}) {
    curve(cr, {{x + side * 8, y},
               {x + side * width * 0.2, y - 7},
               {x + side * width * 0.36, y + 5},
               {x + side * width * 0.5, y - 1},
               {x + side * width * 0.47, y - 7},
               {x + side * width * 0.44, y - 3}});
    stroke(cr, paper, 1.6);
    for (int i = 1; i < 5; ++i) {
      ellipse(cr, x + side * width * 0.08 * i, y - 6 + (i % 2) * 7, 4.4, 1.6, side * (i % 2 ? 30 : -30));
      fill(cr, paper);
    }
  }
  polygon(cr, {{x - 5, y}, {x, y - 6}, {x + 5, y}, {x, y + 6}});
  fill(cr, paper);
}

}  // namespace film
