#pragma once

#include <vector>

#include "direct/acting.h"

namespace film {

/// Draws one shot. Sheets that do not move are drawn once, when the shot begins.
class ShotPainter {
 public:
  explicit ShotPainter(const TimedShot& shot);

  /// Paints the whole picture; `seconds` counts from the shot's first frame and may run past its
  /// end while the next shot dissolves in.
  void paint(cairo_t* cr, double seconds);

 private:
  struct Backdrop {
    SurfacePtr surface;
    double left = 0, top = 0, zoom = 1;
  };

  Backdrop draw_once(const Sheet& sheet) const;
  void paint_sheet(cairo_t* cr, std::size_t index, const Framing& camera, double seconds);
  void paint_figures(cairo_t* cr, const Framing& camera, double seconds);

  const TimedShot& shot_;
  Stage stage_;
  std::vector<Backdrop> backdrops_;
};

}  // namespace film
