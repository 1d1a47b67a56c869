#include "draw/paint.h"

#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "draw/ease.h"

namespace film {
namespace {

constexpr int kGlowSize = 128;

// A radial gradient costs several milliseconds per frame, a scaled sprite a fraction of one.
SurfacePtr make_glow_sprite(Color color) {
  SurfacePtr sprite = make_surface(kGlowSize, kGlowSize);
  const ContextPtr cr = make_context(sprite);
  const double half = kGlowSize / 2.0;
  cairo_pattern_t* pattern = cairo_pattern_create_radial(half, half, 0, half, half, half);
  for (int step = 0; step <= 12; ++step) {
    const double t = step / 12.0;
    const double strength = std::pow(1.0 - t, 2.2);
    cairo_pattern_add_color_stop_rgba(pattern, t, color.red, color.green, color.blue, strength);
  }
  cairo_set_source(cr.get(), pattern);
  cairo_paint(cr.get());
  cairo_pattern_destroy(pattern);
  return sprite;
}

cairo_surface_t* glow_sprite(Color color) {
  static std::map<std::array<int, 3>, SurfacePtr> sprites;
  const std::array<int, 3> key{static_cast<int>(color.red * 63), static_cast<int>(color.green * 63), static_cast<int>(color.blue * 63)};
  SurfacePtr& sprite = sprites[key];
  if (!sprite) sprite = make_glow_sprite(color);
  return sprite.get();
}

void through(cairo_t* cr, const std::vector<Point>& p, bool closed) {
  const int n = static_cast<int>(p.size());
  const auto at = [&](int i) { return closed ? p[(i + n) % n] : p[std::clamp(i, 0, n - 1)]; };
  cairo_move_to(cr, p[0].x, p[0].y);
  for (int i = 0; i < (closed ? n : n - 1); ++i) {
    const Point before = at(i - 1), from = at(i), to = at(i + 1), after = at(i + 2);
    cairo_curve_to(cr, from.x + (to.x - before.x) / 6, from.y + (to.y - before.y) / 6, to.x - (after.x - from.x) / 6, to.y - (after.y - from.y) / 6, to.x,
                   to.y);
  }
  if (closed) cairo_close_path(cr);
}

void blit_scaled(cairo_surface_t* from, cairo_surface_t* to, double scale_x, double scale_y) {
  const ContextPtr cr(cairo_create(to));
  cairo_scale(cr.get(), scale_x, scale_y);
  cairo_set_source_surface(cr.get(), from, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr.get()), scale_x < 1 ? CAIRO_FILTER_GOOD : CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend(cairo_get_source(cr.get()), CAIRO_EXTEND_PAD);
  cairo_set_operator(cr.get(), CAIRO_OPERATOR_SOURCE);
  cairo_paint(cr.get());
}

}  // namespace

Color blend(Color a, Color b, double t) { return {mix(a.red, b.red, t), mix(a.green, b.green, t), mix(a.blue, b.blue, t), mix(a.alpha, b.alpha, t)}; }

SurfacePtr make_surface(int width, int height) { return SurfacePtr(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height)); }

ContextPtr make_context(const SurfacePtr& surface) { return ContextPtr(cairo_create(surface.get())); }

void set_color(cairo_t* cr, Color color) { cairo_set_source_rgba(cr, color.red, color.green, color.blue, color.alpha); }

void fill(cairo_t* cr, Color color) {
  set_color(cr, color);
  cairo_fill(cr);
}

void stroke(cairo_t* cr, Color color, double width) {
  set_color(cr, color);
  cairo_set_line_width(cr, width);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke(cr);
}

void circle(cairo_t* cr, double x, double y, double radius) {
  cairo_new_sub_path(cr);
  cairo_arc(cr, x, y, radius, 0, 2 * kPi);
  cairo_close_path(cr);
}

void ellipse(cairo_t* cr, double x, double y, double radius_x, double radius_y, double degrees) {
  const Saved saved(cr);
  cairo_translate(cr, x, y);
  cairo_rotate(cr, radians(degrees));
  cairo_scale(cr, radius_x, radius_y);
  circle(cr, 0, 0, 1);
}

void polygon(cairo_t* cr, std::initializer_list<Point> points) {
  cairo_new_sub_path(cr);
  for (const Point& p : points) cairo_line_to(cr, p.x, p.y);
  cairo_close_path(cr);
}

void blob(cairo_t* cr, std::initializer_list<Point> points) { through(cr, points, true); }

void curve(cairo_t* cr, std::initializer_list<Point> points) { through(cr, points, false); }

void limb(cairo_t* cr, double length, double width_top, double width_bottom) {
  cairo_new_sub_path(cr);
  cairo_arc(cr, 0, 0, width_top / 2, kPi, 2 * kPi);
  cairo_line_to(cr, width_bottom / 2, length);
  cairo_arc(cr, 0, length, width_bottom / 2, 0, kPi);
  cairo_close_path(cr);
}

void glow(cairo_t* cr, double x, double y, double radius, Color color) {
  const Saved saved(cr);
  cairo_translate(cr, x - radius, y - radius);
  cairo_scale(cr, 2 * radius / kGlowSize, 2 * radius / kGlowSize);
  cairo_set_operator(cr, CAIRO_OPERATOR_ADD);
  cairo_set_source_surface(cr, glow_sprite(color), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BILINEAR);
  cairo_rectangle(cr, 0, 0, kGlowSize, kGlowSize);
  cairo_clip(cr);
  cairo_paint_with_alpha(cr, clamp01(color.alpha));
}

void wash(cairo_t* cr, double top, double bottom, std::initializer_list<Color> colors) {
  cairo_pattern_t* pattern = cairo_pattern_create_linear(0, top, 0, bottom);
  double index = 0;
  const double last = static_cast<double>(colors.size()) - 1;
  for (const Color& c : colors) { cairo_pattern_add_color_stop_rgba(pattern, index++ / last, c.red, c.green, c.blue, c.alpha); }
  cairo_set_source(cr, pattern);
  cairo_paint(cr);
  cairo_pattern_destroy(pattern);
}

void soften(const SurfacePtr& surface, double radius) {
  if (radius < 1) return;
  const int width = cairo_image_surface_get_width(surface.get());
  const int height = cairo_image_surface_get_height(surface.get());
  const double scale = 1.0 / (1.0 + radius * 0.42);
  const int small_width = std::max(2, static_cast<int>(std::lround(width * scale)));
  const int small_height = std::max(2, static_cast<int>(std::lround(height * scale)));
  const SurfacePtr small = make_surface(small_width, small_height);
  const double scale_x = static_cast<double>(small_width) / width;
  const double scale_y = static_cast<double>(small_height) / height;
  for (int pass = 0; pass < 2; ++pass) {  // once alone leaves stairs
    blit_scaled(surface.get(), small.get(), scale_x, scale_y);
    blit_scaled(small.get(), surface.get(), 1 / scale_x, 1 / scale_y);
  }
}

}  // namespace film
