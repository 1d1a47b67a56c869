#include "direct/shot_painter.h"

#include <algorithm>

namespace film {
namespace {

constexpr double kCloseUp = 1.55;

bool has_light(const Role& role) { return role.prop == Prop::Lantern || role.prop == Prop::Pole || role.prop == Prop::Candle || role.prop == Prop::Match; }

void draw_figure(cairo_t* cr, const Role& role, const Moment& moment, Air air) {
  const Saved saved(cr);
  cairo_translate(cr, moment.x, moment.y);
  // A paper figure turns by showing its edge; never let it become a line.
  const double side = moment.facing < 0 ? -1 : 1;
  const double turn = side * std::max(0.12, std::abs(moment.facing));
  const double size = role.size * moment.size;
  cairo_scale(cr, role.who == Who::Moon ? size : turn * size, size);
  air.flame = moment.flame;
  switch (role.who) {
    case Who::Mira: return draw_mira(cr, moment.pose, role.prop, air);
    case Who::Tobin: return draw_tobin(cr, moment.pose, role.prop, air);
    case Who::Quill: return draw_quill(cr, moment.pose, role.prop, air);
    case Who::Moon: return draw_moon(cr, moment.pose, air);
    case Who::Neighbour: return draw_neighbour(cr, role.which, moment.pose, role.prop, air);
    case Who::Boat: return draw_boat(cr, role.which, false, air);
    case Who::SailingBoat: return draw_boat(cr, role.which, true, air);
  }
}

}  // namespace

ShotPainter::ShotPainter(const TimedShot& shot) : shot_(shot), stage_(build_stage(shot.shot.place)) {
  for (const Sheet& sheet : stage_.sheets) {
    const bool is_seen = sheet.still && !(sheet.is_wide_only && shot.shot.from.zoom > kCloseUp);
    backdrops_.push_back(is_seen ? draw_once(sheet) : Backdrop{});
  }
}

ShotPainter::Backdrop ShotPainter::draw_once(const Sheet& sheet) const {
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9, zoom = 0;
  for (const Framing& camera : {shot_.shot.from, shot_.shot.to}) {
    const double scale = sheet_zoom(camera, sheet.depth);
    const double x = kWidth / 2.0 + (camera.x - kWidth / 2.0) * sheet.depth;
    const double y = kHeight / 2.0 + (camera.y - kHeight / 2.0) * sheet.depth;
    left = std::min(left, x - kWidth / 2.0 / scale);
    right = std::max(right, x + kWidth / 2.0 / scale);
    top = std::min(top, y - kHeight / 2.0 / scale);
    bottom = std::max(bottom, y + kHeight / 2.0 / scale);
    zoom = std::max(zoom, scale);
  }
  Backdrop backdrop{nullptr, left, top, zoom};
  backdrop.surface = make_surface(static_cast<int>(std::ceil((right - left) * zoom)), static_cast<int>(std::ceil((bottom - top) * zoom)));
  const ContextPtr cr = make_context(backdrop.surface);
  cairo_scale(cr.get(), zoom, zoom);
  cairo_translate(cr.get(), -left, -top);
  sheet.still(cr.get());
  // A lens near a face softens what lies far behind it.
  const double lens = std::abs(1 - sheet.depth) * (zoom - 1) * 2.2;
  soften(backdrop.surface, sheet.blur * zoom + lens);
  return backdrop;
}

void ShotPainter::paint_sheet(cairo_t* cr, std::size_t index, const Framing& camera, double seconds) {
  const Sheet& sheet = stage_.sheets[index];
  if (sheet.is_for_figures) return paint_figures(cr, camera, seconds);
  const Saved saved(cr);
  place_sheet(cr, camera, sheet.depth);
  if (sheet.moving) return sheet.moving(cr, seconds);
  const Backdrop& backdrop = backdrops_[index];
  if (!backdrop.surface) return;
  cairo_translate(cr, backdrop.left, backdrop.top);
  cairo_scale(cr, 1 / backdrop.zoom, 1 / backdrop.zoom);
  cairo_set_source_surface(cr, backdrop.surface.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
  cairo_paint(cr);
}

void ShotPainter::paint_figures(cairo_t* cr, const Framing& camera, double seconds) {
  const Saved saved(cr);
  place_sheet(cr, camera, 1);
  Air air = stage_.air;
  air.seconds = seconds;
  for (const Role& role : shot_.shot.cast) {
    const Moment moment = act(role, shot_, seconds);
    air.has_glow = true;
    draw_figure(cr, role, moment, air);
    if (!has_light(role)) continue;
    air.has_glow = false;  // paper stays black: its lantern lights only what lies behind
    draw_figure(cr, role, moment, air);
  }
}

void ShotPainter::paint(cairo_t* cr, double seconds) {
  const Framing camera = camera_at(shot_, seconds);
  for (std::size_t i = 0; i < stage_.sheets.size(); ++i) paint_sheet(cr, i, camera, seconds);
  if (shot_.shot.overlay) shot_.shot.overlay(cr, clamp01(seconds / shot_.seconds()));
}

}  // namespace film
