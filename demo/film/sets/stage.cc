#include "sets/stage.h"

#include "sets/places.h"

namespace film {

Stage build_stage(Place place) {
  switch (place) {
    case Place::Title: return title_sky();
    case Place::StreetDusk: return street_at_dusk();
    case Place::StreetBlaze: return street_ablaze();
    case Place::StreetMoonlit: return street_by_moonlight();
    case Place::QuayDry: return quay_dry({});
    case Place::QuayRinging: return quay_dry({.swing = 24});
    case Place::QuayLost: return quay_dry({.fleet = 0});
    case Place::QuayStorm: return quay_in_storm();
    case Place::QuayDawn: return quay_at_dawn();
    case Place::LampHouse: return lamp_house();
    case Place::Marsh: return marsh();
    case Place::Pool: return pool();
    case Place::PoolDark: return pool_in_darkness();
    case Place::Sea: return sea();
    case Place::SeaDark: return sea_in_darkness();
    case Place::Sky: return open_sky();
  }
  return {};
}

double sheet_zoom(const Framing& camera, double depth) { return 1 + (camera.zoom - 1) * depth; }

void place_sheet(cairo_t* cr, const Framing& camera, double depth) {
  const double zoom = sheet_zoom(camera, depth);
  cairo_translate(cr, kWidth / 2.0, kHeight / 2.0);
  cairo_scale(cr, zoom, zoom);
  cairo_translate(cr, -kWidth / 2.0 - (camera.x - kWidth / 2.0) * depth, -kHeight / 2.0 - (camera.y - kHeight / 2.0) * depth);
}

}  // namespace film
