#pragma once

#include "sets/scenery.h"

namespace film {

Stage street_at_dusk();
Stage street_ablaze();
Stage street_by_moonlight();
Stage lamp_house();
/// What differs from night to night on the quay.
struct QuayNight {
  double swing = 3;  ///< of the bell, degrees
  double fleet = 1;  ///< brightness of the far lights, 0 .. 1
};

Stage quay_dry(const QuayNight& night);
Stage quay_in_storm();
Stage quay_at_dawn();
Stage marsh();
Stage pool();
Stage pool_in_darkness();
Stage sea();
Stage sea_in_darkness();
Stage open_sky();
Stage title_sky();

/// Lace branches in the upper corners, near the camera.
void add_frame(Stage& stage, Color paper);
void draw_workshop(cairo_t* cr, Color paper);
void draw_beams(cairo_t* cr, Color paper);
void draw_altar(cairo_t* cr, Color paper);
void draw_first_flame(cairo_t* cr, double seconds);

}  // namespace film
