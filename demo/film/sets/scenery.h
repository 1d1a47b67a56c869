#pragma once

#include "draw/paint.h"
#include "draw/random.h"
#include "sets/stage.h"

namespace film {

/// Cuts the current path out of the sheet, so that the light behind shows.
void cut_out(cairo_t* cr);

void draw_lace_branch(cairo_t* cr, Random& random, Point root, double degrees, double length, Color paper);
void draw_reeds(cairo_t* cr, Random& random, double from, double to, double ground, double height, int count, Color paper);
void draw_willow(cairo_t* cr, Random& random, double x, double ground, double height, Color paper);
void draw_house(cairo_t* cr, Random& random, double x, double ground, double width, double height, Color paper, Color window);
void draw_street_lamp(cairo_t* cr, double x, double ground, Color paper);
void draw_hills(cairo_t* cr, std::uint64_t seed, double height, double roughness, Color paper);
void draw_cloud(cairo_t* cr, Random& random, double x, double y, double size, Color tissue);

/// A sky of tinted tissue: gradient, torn clouds and the grain of paper.
Sheet sky(std::initializer_list<Color> colors, Color cloud, std::uint64_t seed);
Sheet stars(double strength, std::uint64_t seed);
Sheet light(double depth, Point at, double radius, Color color);
Sheet lamp_light(Point at, double strength);
Sheet mist(double depth, double height, Color color, double speed);
Sheet shimmer(double depth, double top, double bottom, double center, double spread, Color color);
Sheet fireflies(int count, std::uint64_t seed);
Sheet rain(double strength);
Sheet waves(double depth, double height, double swell, double speed, Color paper);
Sheet figures();

}  // namespace film
