#pragma once

#include "sets/scenery.h"

namespace film {

Stage street_at_dusk();
Stage street_ablaze();
Stage street_by_moonlight();
Stage lamp_house();
Stage quay_dry();
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
