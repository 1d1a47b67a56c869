#pragma once

#include <memory>

#include "direct/shot_painter.h"

namespace film {

/// Paints the frames of a film one after another: shots, dissolves, fades, the shadow at the rim.
class Projector {
 public:
  explicit Projector(const Timeline& timeline);
  /// Paints frame `ordinal` onto a kWidth x kHeight surface; frames are asked for in order.
  void paint(cairo_t* cr, int ordinal);

 private:
  struct Reeling {
    int index = -1;
    std::unique_ptr<ShotPainter> painter;
  };
  void turn_to(int shot);
  void paint_shot(cairo_t* cr, const Reeling& reeling, int ordinal) const;

  const Timeline& timeline_;
  Reeling now_, before_;
  SurfacePtr rim_, mixing_;
};

}  // namespace film
