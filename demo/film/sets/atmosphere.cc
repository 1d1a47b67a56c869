#include <memory>

#include "sets/scenery.h"

namespace film {
namespace {

constexpr int kMistWidth = 512;
constexpr int kMistHeight = 96;

// Fibres of paper, faint and fixed: they also hide the steps of an 8-bit gradient.
void draw_grain(cairo_t* cr, std::uint64_t seed) {
  Random random(seed);
  for (int i = 0; i < 900; ++i) {
    const double x = random.between(-80, 720), y = random.between(-60, 420);
    const double angle = random.between(0, kPi), length = random.between(3, 12);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + length * std::cos(angle), y + length * std::sin(angle));
    const double tone = random.unit() < 0.5 ? 0 : 1;
    stroke(cr, {tone, tone, tone, 0.035}, 0.8);
  }
}

std::shared_ptr<cairo_surface_t> mist_texture(Color color) {
  SurfacePtr surface = make_surface(kMistWidth, kMistHeight);
  const ContextPtr cr = make_context(surface);
  Random random(77);
  for (int i = 0; i < 46; ++i) {
    const double x = random.between(0, kMistWidth), y = random.between(30, 66);
    const double radius = random.between(14, 30);
    for (double wrap : {-1.0, 0.0, 1.0}) {
      ellipse(cr.get(), x + wrap * kMistWidth, y, radius * 2.6, radius * 0.62);
      fill(cr.get(), color.with_alpha(0.09));
    }
  }
  soften(surface, 12);
  return {surface.release(), SurfaceDeleter{}};
}

}  // namespace

Sheet sky(std::initializer_list<Color> colors, Color cloud, std::uint64_t seed) {
  const std::vector<Color> tints(colors);
  return {.depth = 0.06, .still = [=](cairo_t* cr) {
            cairo_pattern_t* pattern = cairo_pattern_create_linear(0, -20, 0, 330);
            for (std::size_t i = 0; i < tints.size(); ++i) {
              const Color& c = tints[i];
              cairo_pattern_add_color_stop_rgb(pattern, static_cast<double>(i) / (tints.size() - 1), c.red, c.green, c.blue);
            }
            cairo_set_source(cr, pattern);
            cairo_paint(cr);
            cairo_pattern_destroy(pattern);
            Random random(seed);
            for (int i = 0; i < 9; ++i) { draw_cloud(cr, random, random.between(-40, 680), random.between(40, 230), random.between(60, 170), cloud); }
            draw_grain(cr, seed + 1);
          }};
}

Sheet stars(double strength, std::uint64_t seed) {
  return {.depth = 0.08, .moving = [=](cairo_t* cr, double seconds) {
            Random random(seed);
            for (int i = 0; i < 70; ++i) {
              const double x = random.between(-30, 670), y = random.between(-20, 240);
              const double size = random.between(0.5, 1.5), phase = random.between(0, 6);
              const double comes = clamp01(seconds * 0.5 - i * 0.02 + 1 - (strength > 1 ? 1 : 0));
              const double bright = (0.6 + 0.4 * std::sin(seconds * 1.7 + phase)) * comes * std::min(1.0, strength);
              circle(cr, x, y, size);
              fill(cr, rgb(0xFFF6DC).with_alpha(bright));
              if (i % 9 == 0) glow(cr, x, y, 9, rgb(0xBFD0FF).with_alpha(0.5 * bright));
            }
          }};
}

Sheet light(double depth, Point at, double radius, Color color) {
  return {.depth = depth, .moving = [=](cairo_t* cr, double seconds) { glow(cr, at.x, at.y, radius * (1 + 0.02 * wobble(seconds, 1.6, at.x)), color); }};
}

Sheet lamp_light(Point at, double strength) {
  return {.depth = 1, .moving = [=](cairo_t* cr, double seconds) {
            const double flicker = 1 + 0.05 * wobble(seconds, 8, at.x);
            glow(cr, at.x, at.y, 120 * flicker, rgb(0xFF9838).with_alpha(0.42 * strength));
            glow(cr, at.x, at.y, 22 * flicker, rgb(0xFFE0A0).with_alpha(0.95 * strength));
          }};
}

Sheet mist(double depth, double height, Color color, double speed) {
  const std::shared_ptr<cairo_surface_t> texture = mist_texture(color);
  return {.depth = depth, .moving = [=](cairo_t* cr, double seconds) {
            const Saved saved(cr);
            cairo_rectangle(cr, -900, height - 70, 2600, 170);
            cairo_clip(cr);
            cairo_translate(cr, seconds * speed, height - 70);
            cairo_scale(cr, 1.75, 1.75);
            cairo_set_source_surface(cr, texture.get(), 0, 0);
            cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_REPEAT);
            cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BILINEAR);
            cairo_paint_with_alpha(cr, color.alpha);
          }};
}

Sheet shimmer(double depth, double top, double bottom, double center, double spread, Color color) {
  return {.depth = depth, .moving = [=](cairo_t* cr, double seconds) {
            Random random(static_cast<std::uint64_t>(center * 3 + top));
            for (int i = 0; i < 54; ++i) {
              const double t = random.unit();
              const double y = mix(top, bottom, t * t);
              const double reach = spread * (0.35 + t);
              const double x = center + random.between(-1, 1) * reach * random.unit();
              const double phase = random.between(0, 6.3);
              const double bright = clamp01(0.35 + 0.65 * std::sin(seconds * (1.1 + t) + phase));
              const double width = (6 + 30 * t) * (0.6 + 0.4 * bright);
              ellipse(cr, x + 6 * std::sin(seconds * 0.6 + phase), y, width, 0.7 + 1.3 * t);
              fill(cr, color.with_alpha(color.alpha * bright));
            }
          }};
}

Sheet fireflies(int count, std::uint64_t seed) {
  return {.depth = 1.05, .moving = [=](cairo_t* cr, double seconds) {
            Random random(seed);
            for (int i = 0; i < count; ++i) {
              const double x = random.between(-200, 900), y = random.between(150, 290), phase = random.between(0, 6);
              const double at_x = x + 22 * wobble(seconds, 0.6, phase), at_y = y + 12 * wobble(seconds, 0.8, phase * 2);
              const double bright = clamp01(0.4 + 0.8 * std::sin(seconds * 1.4 + phase * 3));
              glow(cr, at_x, at_y, 9, rgb(0xD8F08A).with_alpha(0.8 * bright));
              circle(cr, at_x, at_y, 0.9);
              fill(cr, rgb(0xFBFFD8).with_alpha(bright));
            }
          }};
}

Sheet rain(double strength) {
  return {.depth = 0, .moving = [=](cairo_t* cr, double seconds) {
            Random random(5);
            for (int i = 0; i < 90; ++i) {
              const double speed = random.between(380, 560);
              const double y = std::fmod(random.between(0, 420) + seconds * speed, 420) - 30;
              const double x = std::fmod(random.between(0, 760) + seconds * speed * 0.32, 760) - 60;
              cairo_move_to(cr, x, y);
              cairo_line_to(cr, x - 4.5, y - 14);
            }
            stroke(cr, rgb(0xC8D4EC).with_alpha(0.26 * strength), 0.9);
          }};
}

Sheet waves(double depth, double height, double swell, double speed, Color paper) {
  return {.depth = depth, .moving = [=](cairo_t* cr, double seconds) {
            cairo_move_to(cr, -800, 800);
            for (double x = -800; x <= 1500; x += 40) {
              const double lift = wobble(seconds, 0.7, x * 0.004) * swell * 0.5;
              const double shift = std::fmod(seconds * speed, 80.0);
              const double from = x + shift - 80;
              const double y = height + lift;
              if (x == -800) cairo_line_to(cr, from, y);
              cairo_curve_to(cr, from + 10, y + swell * 0.4, from + 22, y - swell, from + 40, y);
            }
            cairo_line_to(cr, 1600, 800);
            cairo_close_path(cr);
            fill(cr, paper);
          }};
}

Sheet figures() { return {.depth = 1, .is_for_figures = true}; }

}  // namespace film
