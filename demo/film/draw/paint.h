#pragma once

#include <initializer_list>
#include <memory>

#include <cairo/cairo.h>

namespace film {

inline constexpr int kWidth = 640;
inline constexpr int kHeight = 360;
inline constexpr int kFramesPerSecond = 24;

/// A colour in [0, 1] per channel, not premultiplied.
struct Color {
  double red = 0;
  double green = 0;
  double blue = 0;
  double alpha = 1;

  Color with_alpha(double value) const { return {red, green, blue, value}; }
};

Color blend(Color a, Color b, double t);
constexpr Color rgb(unsigned hex) { return {((hex >> 16) & 255) / 255.0, ((hex >> 8) & 255) / 255.0, (hex & 255) / 255.0, 1}; }

struct Point {
  double x = 0;
  double y = 0;
};

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct ContextDeleter {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using SurfacePtr = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;
using ContextPtr = std::unique_ptr<cairo_t, ContextDeleter>;

SurfacePtr make_surface(int width, int height);
ContextPtr make_context(const SurfacePtr& surface);

/// Keeps the drawing state of the enclosing block and gives it back at its end.
class Saved {
 public:
  explicit Saved(cairo_t* cr) : cr_(cr) { cairo_save(cr_); }
  ~Saved() { cairo_restore(cr_); }
  Saved(const Saved&) = delete;
  Saved& operator=(const Saved&) = delete;

 private:
  cairo_t* cr_;
};

void set_color(cairo_t* cr, Color color);
void fill(cairo_t* cr, Color color);
void stroke(cairo_t* cr, Color color, double width);
void circle(cairo_t* cr, double x, double y, double radius);
void ellipse(cairo_t* cr, double x, double y, double radius_x, double radius_y, double degrees = 0);
void polygon(cairo_t* cr, std::initializer_list<Point> points);
/// A closed smooth curve through all points (Catmull-Rom).
void blob(cairo_t* cr, std::initializer_list<Point> points);
/// An open smooth curve through all points, as the current path.
void curve(cairo_t* cr, std::initializer_list<Point> points);
/// A tapered limb with round ends from (0, 0) down to (0, length), as the current path.
void limb(cairo_t* cr, double length, double width_top, double width_bottom);
/// Adds light: a soft disc of `color` around (x, y) in user space.
void glow(cairo_t* cr, double x, double y, double radius, Color color);
/// Fills everything with a vertical gradient between two heights.
void wash(cairo_t* cr, double top, double bottom, std::initializer_list<Color> colors);
/// Softens a picture by shrinking and enlarging it; `radius` in pixels.
void soften(const SurfacePtr& surface, double radius);

}  // namespace film
