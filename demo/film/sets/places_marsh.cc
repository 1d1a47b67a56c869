#include "sets/places.h"

namespace film {
namespace {

struct MarshLight {
  Color far, middle, water, near, haze;
};

Sheet reeds(double depth, double blur, std::uint64_t seed, double ground, double height, int count, Color paper) {
  return {.depth = depth, .blur = blur, .still = [=](cairo_t* cr) {
            Random random(seed);
            draw_reeds(cr, random, -500, 1200, ground, height, count, paper);
          }};
}

void draw_bank(cairo_t* cr, Color paper) {
  cairo_move_to(cr, -900, 800);
  cairo_line_to(cr, -900, 300);
  cairo_curve_to(cr, -200, 294, 160, 304, 380, 299);
  cairo_curve_to(cr, 620, 294, 800, 306, 1600, 298);
  cairo_line_to(cr, 1600, 800);
  cairo_close_path(cr);
  fill(cr, paper);
  Random random(33);
  for (int i = 0; i < 60; ++i) {
    const double x = random.between(-400, 1000);
    draw_reeds(cr, random, x, x + 14, 303, random.between(10, 24), 5, paper);
  }
}

void add_near_reeds(Stage& stage, Color paper) {
  stage.sheets.push_back({.depth = 1.5,
                          .blur = 1,
                          .still =
                              [=](cairo_t* cr) {
                                Random random(61);
                                draw_reeds(cr, random, -420, -20, 400, 330, 26, paper);
                                draw_reeds(cr, random, 640, 1060, 400, 330, 26, paper);
                                draw_reeds(cr, random, -20, 640, 396, 60, 40, paper);
                              },
                          .is_wide_only = true});
}

void add_marsh(Stage& stage, const MarshLight& look) {
  stage.sheets.push_back({.depth = 0.2, .blur = 3, .still = [=](cairo_t* cr) { draw_hills(cr, 12, 250, 8, look.far); }});
  stage.sheets.push_back(reeds(0.35, 2.5, 71, 272, 96, 120, look.far));
  stage.sheets.push_back(mist(0.4, 262, look.haze, 6));
  stage.sheets.push_back({.depth = 0.6, .blur = 1.2, .still = [=](cairo_t* cr) {
                            Random random(72);
                            cairo_rectangle(cr, -900, 282, 2600, 400);
                            fill(cr, look.water);
                            draw_willow(cr, random, 40, 288, 190, look.middle);
                            draw_willow(cr, random, 660, 288, 220, look.middle);
                            draw_reeds(cr, random, -500, 1200, 290, 120, 110, look.middle);
                          }});
  stage.sheets.push_back(mist(0.8, 288, look.haze, -10));
  stage.sheets.push_back({.depth = 1, .still = [=](cairo_t* cr) { draw_bank(cr, look.near); }});
}

// The nest: bent reeds that cross in front of whatever lies in the pool.
void draw_nest(cairo_t* cr, Color paper) {
  Random random(81);
  for (int i = 0; i < 40; ++i) {
    const double x = random.between(326, 496), side = x < 410 ? -1 : 1;
    const double rise = 14 + 0.62 * std::abs(x - 410);
    curve(cr, {{x, 312},
               {x + side * random.between(6, 24), 312 - rise * random.between(0.5, 0.7)},
               {x + side * random.between(20, 48), 312 - rise * random.between(0.9, 1.2)}});
    stroke(cr, paper, random.between(1.1, 2.6));
  }
  draw_reeds(cr, random, 300, 346, 312, 84, 12, paper);
  draw_reeds(cr, random, 478, 570, 312, 84, 20, paper);
}

void add_pool(Stage& stage, const MarshLight& look, double shine) {
  stage.sheets.push_back({.depth = 0.2, .blur = 3, .still = [=](cairo_t* cr) { draw_hills(cr, 15, 246, 10, look.far); }});
  stage.sheets.push_back(reeds(0.4, 2, 74, 276, 120, 130, look.middle));
  stage.sheets.push_back({.depth = 0.7, .blur = 1, .still = [=](cairo_t* cr) {
                            Random random(75);
                            cairo_rectangle(cr, -900, 272, 2600, 400);
                            fill(cr, look.water);
                            draw_willow(cr, random, -30, 284, 240, look.near);
                            draw_willow(cr, random, 700, 284, 250, look.near);
                          }});
  stage.sheets.push_back(shimmer(0.9, 276, 330, 410, 190, rgb(0xFFF8DC).with_alpha(0.65 * shine)));
  stage.sheets.push_back(mist(0.9, 282, look.haze, 5));
  stage.sheets.push_back(figures());
  stage.sheets.push_back({.depth = 1, .still = [=](cairo_t* cr) {
                            draw_nest(cr, look.near);
                            polygon(cr, {{-900, 299}, {236, 298}, {262, 306}, {300, 318}, {300, 800}, {-900, 800}});
                            fill(cr, look.near);
                            Random random(76);
                            draw_reeds(cr, random, -300, 240, 303, 20, 60, look.near);
                          }});
  stage.sheets.push_back(fireflies(12, 7));
  add_near_reeds(stage, look.near);
}

}  // namespace

Stage marsh() {
  Stage stage;
  stage.air = {.paper = rgb(0x040A0A), .cut = rgb(0xB8E0B8), .wind = 0.2};
  stage.sheets.push_back(sky({rgb(0x0C2030), rgb(0x184848), rgb(0x40806C), rgb(0xB0CC94)}, rgb(0xD8F0D0).with_alpha(0.06), 31));
  stage.sheets.push_back(stars(0.4, 9));
  stage.sheets.push_back(light(0.15, {470, 240}, 260, rgb(0xE8F0B8).with_alpha(0.5)));
  stage.sheets.push_back(light(0.25, {440, 244}, 90, rgb(0xFFF6CC).with_alpha(0.75)));
  add_marsh(stage, {rgb(0x3C7064), rgb(0x163C3C), rgb(0x2A5850), rgb(0x040A0A), rgb(0xD8F0DC).with_alpha(0.8)});
  stage.sheets.push_back(figures());
  stage.sheets.push_back({.depth = 1, .still = [](cairo_t* cr) {  // hides whoever falls in
                            cairo_rectangle(cr, -900, 304, 2600, 400);
                            fill(cr, rgb(0x040A0A));
                          }});
  stage.sheets.push_back(fireflies(16, 5));
  add_near_reeds(stage, rgb(0x040A0A));
  return stage;
}

Stage pool() {
  Stage stage;
  stage.air = {.paper = rgb(0x06060F), .cut = rgb(0xE4DCF4), .wind = 0.15};
  stage.sheets.push_back(sky({rgb(0x14143C), rgb(0x34346C), rgb(0x686CA0), rgb(0xC4BCCC)}, rgb(0xE8E4FF).with_alpha(0.06), 32));
  stage.sheets.push_back(light(0.3, {410, 236}, 330, rgb(0xF4ECD8).with_alpha(0.5)));
  add_pool(stage, {rgb(0x5C609C), rgb(0x2C2E64), rgb(0x4A4E8C), rgb(0x06060F), rgb(0xF0ECFF).with_alpha(0.7)}, 1);
  return stage;
}

Stage pool_in_darkness() {
  Stage stage;
  stage.air = {.paper = rgb(0x020308), .cut = rgb(0x8C9CD0), .wind = 0.15};
  stage.sheets.push_back(sky({rgb(0x060A20), rgb(0x0E1A3C), rgb(0x1C305C), rgb(0x3C5480)}, rgb(0xC0D0FF).with_alpha(0.03), 33));
  stage.sheets.push_back(stars(1.5, 44));
  add_pool(stage, {rgb(0x1C2C54), rgb(0x0E183A), rgb(0x16264C), rgb(0x020308), rgb(0xA0B0E0).with_alpha(0.35)}, 0.3);
  return stage;
}

}  // namespace film
