#include "sets/places.h"

namespace film {
namespace {

struct StreetLight {
  Color far, middle, near, window;
  double lamps;
};

void draw_far_town(cairo_t* cr, Color paper, Color window) {
  Random random(31);
  draw_hills(cr, 4, 262, 10, paper);
  for (int i = 0; i < 16; ++i) {
    draw_house(cr, random, -420 + i * 86 + random.between(-12, 12), 272, random.between(36, 52), random.between(26, 58), paper, window);
  }
  polygon(cr, {{404, 270}, {404, 150}, {418, 96}, {432, 150}, {432, 270}});  // the church
  fill(cr, paper);
  circle(cr, 418, 168, 6);
  fill(cr, window);
}

void draw_row(cairo_t* cr, std::uint64_t seed, Color paper, Color window) {
  Random random(seed);
  for (const double x : {-420.0, -318.0, -214.0, -100.0, 10.0, 112.0, 520.0, 622.0, 736.0, 846.0, 950.0}) {
    draw_house(cr, random, x, 300, random.between(78, 108), random.between(96, 150), paper, window);
  }
}

void draw_ground(cairo_t* cr, Color paper) {
  cairo_rectangle(cr, -900, 298, 2600, 500);
  fill(cr, paper);
  Random random(8);
  for (int i = 0; i < 170; ++i) {
    ellipse(cr, random.between(-400, 1000), 303 + i % 5 * 8, random.between(5, 9), 2.1);
    cut_out(cr);
  }
}

void draw_bunting(cairo_t* cr, Color paper) {
  curve(cr, {{60, 150}, {180, 186}, {320, 196}, {460, 184}, {580, 148}});
  stroke(cr, paper, 1);
  for (int i = 0; i < 21; ++i) {
    const double t = i / 20.0, x = mix(66, 574, t);
    const double y = 150 + 46 * std::sin(t * kPi);
    polygon(cr, {{x - 6, y - 1}, {x + 6, y - 1}, {x, y + 12}});
    fill(cr, paper);
    circle(cr, x, y + 3.4, 1.5);
    cut_out(cr);
  }
}

void add_street(Stage& stage, const StreetLight& look) {
  stage.sheets.push_back({.depth = 0.3, .blur = 2.2, .still = [=](cairo_t* cr) { draw_far_town(cr, look.far, look.window.with_alpha(0.5)); }});
  stage.sheets.push_back({.depth = 0.7, .blur = 0.8, .still = [=](cairo_t* cr) {
                            draw_row(cr, 21, look.middle, look.window);
                            draw_bunting(cr, look.middle);
                          }});
  stage.sheets.push_back({.depth = 1, .still = [=](cairo_t* cr) {
                            draw_ground(cr, look.near);
                            for (double x : {-190.0, 130.0, 410.0, 690.0}) draw_street_lamp(cr, x, 300, look.near);
                          }});
  if (look.lamps > 0) {
    for (double x : {-190.0, 130.0, 690.0}) stage.sheets.push_back(lamp_light({x, 159}, look.lamps));
  }
  stage.sheets.push_back(figures());
  add_frame(stage, look.near);
}

}  // namespace

void add_frame(Stage& stage, Color paper) {
  stage.sheets.push_back({.depth = 1.35,
                          .still =
                              [=](cairo_t* cr) {
                                Random random(3);
                                draw_lace_branch(cr, random, {-60, -20}, 28, 250, paper);
                                draw_lace_branch(cr, random, {-70, 60}, 12, 130, paper);
                                draw_lace_branch(cr, random, {710, -30}, 150, 230, paper);
                                draw_lace_branch(cr, random, {720, 70}, 172, 120, paper);
                              },
                          .is_wide_only = true});
}

Stage street_at_dusk() {
  Stage stage;
  stage.air = {.paper = rgb(0x0B0710), .cut = rgb(0xF2B35E), .wind = 0.35};
  stage.sheets.push_back(sky({rgb(0x3B2A5C), rgb(0x8A3F62), rgb(0xE08048), rgb(0xF8C878)}, rgb(0xFFD9A0).with_alpha(0.07), 11));
  stage.sheets.push_back(light(0.15, {330, 268}, 260, rgb(0xFFB45A).with_alpha(0.55)));
  add_street(stage, {rgb(0x6A3450), rgb(0x321A38), rgb(0x0B0710), rgb(0xFFC468), 0.9});
  return stage;
}

Stage street_ablaze() {
  Stage stage;
  stage.air = {.paper = rgb(0x0C0A12), .cut = rgb(0xFFF4D0), .wind = 0.2};
  stage.sheets.push_back(sky({rgb(0x46507C), rgb(0x9AA4CC), rgb(0xE8E4D8), rgb(0xFFF8E0)}, rgb(0xFFFFFF).with_alpha(0.09), 12));
  stage.sheets.push_back(light(0.5, {330, 230}, 420, rgb(0xFFF6D8).with_alpha(0.7)));
  add_street(stage, {rgb(0xA8A4B4), rgb(0x5C587A), rgb(0x0C0A12), rgb(0xFFFBE6), 1});
  return stage;
}

Stage street_by_moonlight() {
  Stage stage;
  stage.air = {.paper = rgb(0x060712), .cut = rgb(0xC8D4F4), .wind = 0.25};
  stage.sheets.push_back(sky({rgb(0x0C1638), rgb(0x1C3468), rgb(0x3C5C94), rgb(0x7C94BC)}, rgb(0xC8DCFF).with_alpha(0.05), 13));
  stage.sheets.push_back(stars(0.8, 41));
  add_street(stage, {rgb(0x2C4474), rgb(0x14204A), rgb(0x060712), rgb(0x8CA4DC).with_alpha(0.25), 0});
  return stage;
}

Stage lamp_house() {
  Stage stage;
  stage.air = {.paper = rgb(0x0C0606), .cut = rgb(0xFFB850), .wind = 0.05};
  stage.sheets.push_back({.depth = 0.1, .still = [](cairo_t* cr) { wash(cr, -40, 400, {rgb(0x3A1410), rgb(0x7A3014), rgb(0xA8501C), rgb(0x4A1C10)}); }});
  stage.sheets.push_back(light(0.6, {320, 200}, 330, rgb(0xFF9A38).with_alpha(0.75)));
  stage.sheets.push_back({.depth = 0.6, .blur = 1.6, .still = [](cairo_t* cr) { draw_workshop(cr, rgb(0x4A1C12)); }});
  stage.sheets.push_back({.depth = 0.85, .still = [](cairo_t* cr) { draw_beams(cr, rgb(0x1A0A0A)); }});
  stage.sheets.push_back({.depth = 1, .still = [](cairo_t* cr) { draw_altar(cr, rgb(0x0C0606)); }});
  stage.sheets.push_back({.depth = 1, .moving = [](cairo_t* cr, double seconds) { draw_first_flame(cr, seconds); }});
  stage.sheets.push_back(figures());
  return stage;
}

}  // namespace film
