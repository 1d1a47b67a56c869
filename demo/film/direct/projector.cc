#include "direct/projector.h"

namespace film {
namespace {

SurfacePtr make_rim() {
  SurfacePtr rim = make_surface(kWidth, kHeight);
  const ContextPtr cr = make_context(rim);
  cairo_scale(cr.get(), 1, static_cast<double>(kHeight) / kWidth);
  cairo_pattern_t* pattern = cairo_pattern_create_radial(320, 320, 190, 320, 320, 452);
  for (int i = 0; i <= 8; ++i) {
    const double t = i / 8.0;
    cairo_pattern_add_color_stop_rgba(pattern, t, 0.01, 0.005, 0.02, 0.62 * t * t);
  }
  cairo_set_source(cr.get(), pattern);
  cairo_paint(cr.get());
  cairo_pattern_destroy(pattern);
  return rim;
}

double darkness(const TimedShot& shot, int ordinal) {
  const double since = ordinal - shot.first, left = shot.last - ordinal;
  double dark = 0;
  if (shot.shot.transition == Transition::FadeIn) dark = std::max(dark, 1 - since / kFadeInFrames);
  if (shot.shot.fades_out) dark = std::max(dark, 1 - left / kFadeOutFrames);
  return dark;
}

}  // namespace

Projector::Projector(const Timeline& timeline) : timeline_(timeline), rim_(make_rim()), mixing_(make_surface(kWidth, kHeight)) {}

void Projector::turn_to(int shot) {
  if (now_.index == shot) return;
  before_ = std::move(now_);
  now_ = {shot, std::make_unique<ShotPainter>(timeline_.shots[shot])};
}

void Projector::paint_shot(cairo_t* cr, const Reeling& reeling, int ordinal) const {
  const int first = timeline_.shots[reeling.index].first;
  const Saved saved(cr);
  reeling.painter->paint(cr, static_cast<double>(ordinal - first) / kFramesPerSecond);
}

void Projector::paint(cairo_t* cr, int ordinal) {
  int index = std::max(0, now_.index);
  while (timeline_.shots[index].last < ordinal) ++index;
  turn_to(index);
  const TimedShot& shot = timeline_.shots[index];
  paint_shot(cr, now_, ordinal);
  const int since = ordinal - shot.first;
  if (shot.shot.transition == Transition::Dissolve && since < kDissolveFrames && before_.painter) {
    paint_shot(make_context(mixing_).get(), before_, ordinal);
    cairo_set_source_surface(cr, mixing_.get(), 0, 0);
    cairo_paint_with_alpha(cr, 1 - (since + 1.0) / (kDissolveFrames + 1));
  }
  cairo_set_source_surface(cr, rim_.get(), 0, 0);
  cairo_paint(cr);
  if (const double dark = darkness(shot, ordinal); dark > 0) {
    cairo_set_source_rgba(cr, 0, 0, 0, clamp01(dark));
    cairo_paint(cr);
  }
}

}  // namespace film
