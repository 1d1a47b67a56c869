#pragma once

#include <functional>
#include <vector>

#include "draw/paint.h"
#include "puppets/pose.h"

namespace film {

/// What the camera looks at: the centre of the picture in stage units and the enlargement.
/// At zoom 1 the picture shows 640 by 360 units.
struct Framing {
  double x = 320;
  double y = 180;
  double zoom = 1;
};

/// One sheet of the stage. Depth 0 stands still like the sky, 1 is where the figures act, more is
/// nearer than they are. A sheet is drawn once per shot (`still`), once per frame (`moving`), or
/// it is where the figures go.
struct Sheet {
  double depth = 1;
  double blur = 0;  ///< pixels at zoom 1
  std::function<void(cairo_t*)> still;
  std::function<void(cairo_t*, double seconds)> moving;
  bool is_for_figures = false;
  bool is_wide_only = false;  ///< a near sheet that would hide a face in a close-up
};

/// A place with its light.
struct Stage {
  std::vector<Sheet> sheets;  ///< back to front
  Air air;
};

enum class Place {
  Title,
  StreetDusk,
  StreetBlaze,  ///< the moon shines in the street itself
  StreetMoonlit,
  QuayDry,
  QuayRinging,  ///< the same with the bell in full swing
  QuayLost,     ///< the same without the lights of the fleet
  QuayStorm,
  QuayDawn,
  LampHouse,
  Marsh,
  Pool,
  PoolDark,  ///< the pool under stars only
  Sea,
  SeaDark,  ///< no moon, no harbour light
  Sky,
};

Stage build_stage(Place place);

/// Puts the user space of `cr` where a sheet of this depth lies under the camera.
void place_sheet(cairo_t* cr, const Framing& camera, double depth);
/// Enlargement of a sheet of this depth.
double sheet_zoom(const Framing& camera, double depth);

}  // namespace film
