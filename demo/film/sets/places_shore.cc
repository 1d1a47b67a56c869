#include "sets/places.h"

namespace film {
namespace {

void draw_mud(cairo_t* cr, Color paper) {
  draw_hills(cr, 9, 276, 3, paper);
  Random random(14);
  for (int i = 0; i < 60; ++i) {
    ellipse(cr, random.between(-500, 1200), random.between(284, 330), random.between(10, 34), 1.1);
    cut_out(cr);
  }
}

void draw_stranded(cairo_t* cr, double x, double y, double size, double tilt, int which, const Air& air) {
  const Saved saved(cr);
  cairo_translate(cr, x, y);
  cairo_rotate(cr, radians(tilt));
  cairo_scale(cr, size, size);
  draw_boat(cr, which, false, air);
}

void draw_quay(cairo_t* cr, Color paper) {
  polygon(cr, {{-900, 300}, {368, 300}, {372, 306}, {366, 700}, {-900, 700}});
  fill(cr, paper);
  for (int row = 0; row < 3; ++row) {
    for (int i = 0; i < 30; ++i) {
      cairo_rectangle(cr, -560 + i * 31 + (row % 2) * 15, 307 + row * 15, 27, 1.2);
      cut_out(cr);
    }
  }
  for (double x : {-120.0, 352.0}) {
    blob(cr, {{x - 7, 301}, {x - 6, 290}, {x - 9, 286}, {x, 283}, {x + 9, 286}, {x + 6, 290}, {x + 7, 301}});
    fill(cr, paper);
  }
  curve(cr, {{352, 290}, {380, 312}, {430, 316}, {486, 292}});
  stroke(cr, paper, 1.6);
}

void draw_bell_post(cairo_t* cr, Color paper) {
  cairo_rectangle(cr, 56, 150, 7, 152);
  fill(cr, paper);
  cairo_rectangle(cr, 40, 148, 76, 6);
  fill(cr, paper);
  curve(cr, {{60, 196}, {72, 168}, {96, 153}});
  stroke(cr, paper, 3.4);
  curve(cr, {{116, 151}, {124, 147}, {121, 140}, {114, 143}});
  stroke(cr, paper, 2.2);
}

Sheet bell(Color paper, double swing) {
  return {.depth = 1, .moving = [=](cairo_t* cr, double seconds) {
            const Saved saved(cr);
            cairo_translate(cr, 98, 154);
            cairo_rotate(cr, radians(swing * std::sin(seconds * 3.6)));
            blob(cr, {{-3, 0}, {3, 0}, {9, 8}, {11, 20}, {17, 28}, {0, 31}, {-17, 28}, {-11, 20}, {-9, 8}});
            fill(cr, paper);
            circle(cr, 0, 31, 3.6);
            fill(cr, paper);
          }};
}

Sheet fleet(double strength) {
  return {.depth = 0.2, .moving = [=](cairo_t* cr, double seconds) {
            for (int i = 0; i < 13; ++i) {
              const double x = 360 + i * 21 + 6 * std::sin(i * 2.7);
              const double y = 245.5 + 1.4 * wobble(seconds, 1.2, i * 1.7);
              glow(cr, x, y, 8, rgb(0xFFB050).with_alpha(0.8 * strength));
              circle(cr, x, y, 0.9);
              fill(cr, rgb(0xFFF0C0).with_alpha(strength));
            }
          }};
}

Sheet lightning() {
  return {.depth = 0.1, .moving = [](cairo_t* cr, double seconds) {
            const double beat = std::fmod(seconds + 1.0, 1.45);
            const double flash = beat < 0.12 ? 1 : beat < 0.2 ? 0.2 : beat < 0.32 ? 0.7 : 0;
            if (flash == 0) return;
            glow(cr, 520, 200, 240, rgb(0xC8D8FF).with_alpha(0.6 * flash));
            curve(cr, {{520, 120}, {508, 150}, {524, 172}, {512, 204}, {522, 240}});
            stroke(cr, rgb(0xF4F8FF).with_alpha(flash), 1.4);
          }};
}

Sheet storm_bank(Color tissue) {
  return {.depth = 0.14, .blur = 2, .still = [=](cairo_t* cr) {
            Random random(91);
            for (int i = 0; i < 14; ++i) draw_cloud(cr, random, random.between(-60, 720), random.between(40, 170), random.between(90, 190), tissue);
          }};
}

void add_shore(Stage& stage, Color far, Color mud) {
  const Air air{.paper = mud, .cut = stage.air.cut};
  stage.sheets.push_back({.depth = 0.2, .blur = 1.5, .still = [=](cairo_t* cr) {
                            cairo_rectangle(cr, -900, 248, 2600, 500);
                            fill(cr, far);
                          }});
  stage.sheets.push_back({.depth = 0.6, .still = [=](cairo_t* cr) {
                            draw_mud(cr, mud);
                            draw_stranded(cr, 470, 296, 0.55, 19, 0, air);
                            draw_stranded(cr, 610, 290, 0.42, -16, 1, air);
                            draw_stranded(cr, 760, 300, 0.6, 15, 2, air);
                          }});
}

void add_quay(Stage& stage, double swing = 3) {
  const Color paper = stage.air.paper;
  stage.sheets.push_back({.depth = 1, .still = [=](cairo_t* cr) {
                            draw_quay(cr, paper);
                            draw_bell_post(cr, paper);
                          }});
  stage.sheets.push_back(bell(paper, swing));
  stage.sheets.push_back(lamp_light({-40, 150}, 0.7));
  stage.sheets.push_back(figures());
}

}  // namespace

Stage quay_dry(const QuayNight& night) {
  Stage stage;
  stage.air = {.paper = rgb(0x05070E), .cut = rgb(0xA8C8DC), .wind = 0.5};
  stage.sheets.push_back(sky({rgb(0x101A3A), rgb(0x1C3C5C), rgb(0x3C7480), rgb(0x8CB8A8)}, rgb(0xBFE4E0).with_alpha(0.06), 21));
  stage.sheets.push_back(stars(0.5, 4));
  stage.sheets.push_back(light(0.1, {560, 250}, 210, rgb(0x9CD0C0).with_alpha(0.35)));
  add_shore(stage, rgb(0x2A5664), rgb(0x10243A));
  stage.sheets.insert(stage.sheets.end() - 1, fleet(night.fleet));
  stage.sheets.push_back(light(0.9, {-110, 244}, 120, rgb(0xF8F0C8).with_alpha(0.32)));
  add_quay(stage, night.swing);
  return stage;
}

Stage quay_in_storm() {
  Stage stage;
  stage.air = {.paper = rgb(0x06060C), .cut = rgb(0xFFC070), .wind = 0.9};
  stage.sheets.push_back(sky({rgb(0x12142C), rgb(0x2C3050), rgb(0x5C5C70), rgb(0xA0907C)}, rgb(0x000010).with_alpha(0.2), 22));
  stage.sheets.push_back(storm_bank(rgb(0x0C0E20).with_alpha(0.35)));
  stage.sheets.push_back(lightning());
  add_shore(stage, rgb(0x3C4258), rgb(0x161A30));
  add_quay(stage);
  stage.sheets.push_back(rain(0.7));
  return stage;
}

Stage quay_at_dawn() {
  Stage stage;
  stage.air = {.paper = rgb(0x100810), .cut = rgb(0xFFC8A0), .wind = 0.3};
  stage.sheets.push_back(sky({rgb(0x5C6CA8), rgb(0xC88CA8), rgb(0xF8B890), rgb(0xFFE8B8)}, rgb(0xFFFFFF).with_alpha(0.09), 23));
  stage.sheets.push_back(light(0.12, {470, 244}, 230, rgb(0xFFD890).with_alpha(0.8)));
  stage.sheets.push_back(waves(0.2, 250, 1.5, 4, rgb(0xC88890)));
  stage.sheets.push_back(shimmer(0.3, 254, 300, 450, 90, rgb(0xFFF4D0).with_alpha(0.7)));
  stage.sheets.push_back({.depth = 0.6, .moving = [](cairo_t* cr, double seconds) {
                            const Air air{.paper = rgb(0x5C3450), .cut = rgb(0xFFD0A8), .seconds = seconds};
                            for (int i = 0; i < 4; ++i) {
                              const Saved saved(cr);
                              cairo_translate(cr, 410 + i * 112, 296 + 2 * wobble(seconds, 1, i * 2.0));
                              cairo_rotate(cr, radians(1.6 * wobble(seconds, 0.9, i)));
                              cairo_scale(cr, 0.62 - 0.05 * (i % 2), 0.62 - 0.05 * (i % 2));
                              draw_boat(cr, i, i % 2 == 1, air);
                            }
                          }});
  stage.sheets.push_back(waves(0.7, 294, 3, 7, rgb(0x7C4860)));
  add_quay(stage);
  return stage;
}

Stage sea() {
  Stage stage;
  stage.air = {.paper = rgb(0x05060E), .cut = rgb(0xC8DCF8), .wind = 0.95};
  stage.sheets.push_back(sky({rgb(0x0A1230), rgb(0x1A3260), rgb(0x40689C), rgb(0x94B4D0)}, rgb(0xDCE8FF).with_alpha(0.06), 24));
  stage.sheets.push_back(storm_bank(rgb(0x080C22).with_alpha(0.22)));
  stage.sheets.push_back(waves(0.3, 252, 3, 9, rgb(0x34588C)));
  stage.sheets.push_back(shimmer(0.35, 254, 310, 330, 110, rgb(0xFFF8DC).with_alpha(0.75)));
  stage.sheets.push_back(waves(0.6, 274, 5, 16, rgb(0x1A3260)));
  stage.sheets.push_back(shimmer(0.7, 282, 340, 330, 150, rgb(0xFFF8DC).with_alpha(0.5)));
  stage.sheets.push_back({.depth = 1, .still = [](cairo_t* cr) {  // the last piece of sand
                            ellipse(cr, 290, 306, 150, 9);
                            fill(cr, rgb(0x05060E));
                          }});
  stage.sheets.push_back(figures());
  stage.sheets.push_back(waves(1.0, 306, 7, 26, rgb(0x0A1430)));
  stage.sheets.push_back(waves(1.3, 338, 9, 40, rgb(0x05060E)));
  stage.sheets.push_back(rain(0.8));
  return stage;
}

Stage sea_in_darkness() {
  Stage stage = sea();
  stage.air.cut = rgb(0x8CA0C0);
  stage.sheets[0] = sky({rgb(0x0A1028), rgb(0x182C4C), rgb(0x305070), rgb(0x64849C)}, rgb(0x000010).with_alpha(0.16), 25);
  stage.sheets[2] = waves(0.3, 252, 3, 9, rgb(0x203C5C));
  stage.sheets[3] = lightning();
  stage.sheets[5] = shimmer(0.7, 282, 340, 330, 300, rgb(0xB0C8E0).with_alpha(0.2));
  return stage;
}

Stage open_sky() {
  Stage stage;
  stage.air = {.paper = rgb(0x05060E), .cut = rgb(0xE0ECFF), .wind = 1};
  stage.sheets.push_back(sky({rgb(0x0A1434), rgb(0x1E3C70), rgb(0x4C78A8), rgb(0xA4C0D4)}, rgb(0xDCE8FF).with_alpha(0.07), 26));
  stage.sheets.push_back(stars(0.9, 43));
  stage.sheets.push_back(figures());
  stage.sheets.push_back({.depth = 0.5, .blur = 2, .moving = [](cairo_t* cr, double seconds) {
                            Random random(55);
                            for (int i = 0; i < 12; ++i) {
                              const double x = std::fmod(i * 130 - seconds * 26 + 4000, 1500) - 400;
                              draw_cloud(cr, random, x, random.between(300, 350), random.between(90, 170), rgb(0x16284C).with_alpha(0.55));
                            }
                          }});
  stage.sheets.push_back({.depth = 1.2, .moving = [](cairo_t* cr, double seconds) {
                            Random random(56);
                            for (int i = 0; i < 9; ++i) {
                              const double x = std::fmod(i * 210 - seconds * 70 + 4000, 1900) - 500;
                              draw_cloud(cr, random, x, random.between(350, 378), random.between(130, 220), rgb(0x080E22).with_alpha(0.9));
                            }
                          }});
  return stage;
}

Stage title_sky() {
  Stage stage;
  stage.air = {.paper = rgb(0x0E0812), .cut = rgb(0xF8C070)};
  stage.sheets.push_back(sky({rgb(0x2C2450), rgb(0x7A3A60), rgb(0xDC7C48), rgb(0xFFD48C)}, rgb(0xFFE0B0).with_alpha(0.08), 27));
  stage.sheets.push_back(light(0.1, {320, 250}, 300, rgb(0xFFC070).with_alpha(0.6)));
  stage.sheets.push_back({.depth = 0.4, .blur = 1.5, .still = [](cairo_t* cr) { draw_hills(cr, 17, 292, 9, rgb(0x7A3A50)); }});
  stage.sheets.push_back({.depth = 1, .still = [](cairo_t* cr) {
                            Random random(19);
                            draw_hills(cr, 18, 334, 5, rgb(0x0E0812));
                            draw_reeds(cr, random, -20, 190, 342, 150, 34, rgb(0x0E0812));
                            draw_reeds(cr, random, 450, 660, 342, 150, 34, rgb(0x0E0812));
                            draw_reeds(cr, random, 190, 450, 346, 44, 26, rgb(0x0E0812));
                          }});
  stage.sheets.push_back(mist(0.9, 318, rgb(0xFFD8A8).with_alpha(0.6), 9));
  stage.sheets.push_back(figures());
  add_frame(stage, rgb(0x0E0812));
  return stage;
}

}  // namespace film
