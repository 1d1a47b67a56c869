#include "story/cast.h"

namespace film {

using namespace poses;
using enum Who;

namespace {

Role moon_at(double radius, double x, double y, Pose pose = happy_moon) { return moon(radius, {{.at = 0, .x = x, .pose = pose, .y = y}}); }

Role in_flight(Role role, double size) {
  role.is_flying = true;
  role.size = size;
  return role;
}

}  // namespace

Scene tide_and_flight() {
  Scene scene{"EXT. SANDBAR - NIGHT", "SANDBAR", "NIGHT", Mood::Flight, {}};
  scene.shots = {
      shot(Place::Sea, Scale::Wide)
          .camera({320, 170, 1.05}, {360, 176, 1.1})
          .seconds(3.6)
          .sound(Effect::Thunder, 0.2)
          .with(moon_at(40, 330, 70))
          .with(boat(0, {{.at = 0, .x = 560, .y = 306}}, 0.5))
          .with(mira({{.at = 0, .x = 120, .pose = hold, .y = 304}, {.at = 1, .x = 250, .pose = hold, .y = 304}}, Prop::ColdLantern)),
      shot(Place::Sea, Scale::Medium)
          .camera({300, 222, 1.8})
          .lead(0.5)
          .with(quill({{.at = 0, .x = 360, .pose = proud, .facing = -1}, {.at = 0.2, .x = 360, .pose = peer, .facing = -1}}))
          .with(mira({{.at = 0, .x = 262, .pose = look_down}, {.at = 0.2, .x = 262, .pose = plead}}, Prop::ColdLantern))
          .says(Quill, "The sea is faster than you are. Climb on.", "大海跑得比你快，上来吧。")
          .says(Mira, "What will it cost?", "要收几条鱼？"),
      shot(Place::Sea, Scale::Close)
          .camera(close_on_quill(360, 0.6, -1, 2.6))
          .lead(0.8)
          .with(quill({{0, 360, {.head = 8, .neck = 0.6}, -1}, {0.4, 360, {.head = -10, .neck = 0.75, .lids = 1}, -1}}))
          .says(Quill, "Nothing. Do not tell anyone.", "不收。别告诉别人。"),
      shot(Place::Sky, Scale::Wide)
          .camera({300, 180, 1}, {380, 172, 1.08})
          .seconds(5.1)
          .sound(Effect::Whoosh, 0.1)
          .with(moon_at(118, 330, 165))
          .with(in_flight(quill({{.at = 0, .x = -80, .pose = flying, .y = 310}, {.at = 1, .x = 640, .pose = flying, .y = 272}}), 1.15))
          .with(in_flight(mira({{.at = 0, .x = -84, .pose = sit, .y = 216}, {.at = 1, .x = 636, .pose = sit, .y = 178}}, Prop::ColdLantern), 1)),
      shot(Place::Sea, Scale::Insert)
          .camera({470, 268, 2.3}, {470, 262, 2.3})
          .seconds(2.3)
          .with(boat(0, {{.at = 0, .x = 470, .y = 318}, {.at = 1, .x = 470, .y = 300}}, 0.8))
          .sound(Effect::Splash, 0.2),
      shot(Place::Sea, Scale::Wide)
          .camera({300, 180, 1.02}, {360, 180, 1.02})
          .seconds(4.3)
          .with(moon_at(46, 330, 80))
          .with(sail(1, {{.at = 0, .x = 560, .facing = -1, .y = 292}, {.at = 1, .x = 400, .facing = -1, .y = 294}}, 0.42))
          .with(sail(2, {{.at = 0, .x = 420, .facing = -1, .y = 298}, {.at = 1, .x = 240, .facing = -1, .y = 299}}, 0.56))
          .with(sail(3, {{.at = 0, .x = 260, .facing = -1, .y = 303}, {.at = 1, .x = 60, .facing = -1, .y = 304}}, 0.72))
          .sound(Effect::Bell, 0.4),
      shot(Place::Sky, Scale::Close)
          .camera({330, 150, 1.5}, {330, 146, 1.7})
          .lead(0.8)
          .with(moon_at(96, 330, 150))
          .says(Moon, "Come home, little boats.", "回家吧，小船们。"),
  };
  return scene;
}

Scene dawn_on_the_quay() {
  Scene scene{"EXT. QUAY - DAWN", "QUAY", "DAWN", Mood::Dawn, {}};
  scene.shots = {
      shot(Place::QuayDawn, Scale::Wide)
          .camera({350, 180, 1.05}, {270, 180, 1.05})
          .seconds(3.6)
          .dissolves()
          .with(tobin({{0, 200, stand}}))
          .with(mira({{0, 350, look_down, -1}, {0.8, 268, look_down, -1}}, Prop::ColdLantern)),
      shot(Place::QuayDawn, Scale::Medium)
          .camera(medium(236))
          .lead(0.7)
          .with(tobin({{0, 200, stand}}))
          .with(mira({{0, 268, look_down, -1}, {0.3, 268, offer, -1}}, Prop::ColdLantern))
          .says(Mira, "Tobin, the flame is out. I blew it out myself.", "托宾，火灭了，是我自己吹灭的。"),
      shot(Place::QuayDawn, Scale::Close)
          .camera(close_on_tobin(206), close_on_tobin(206, 3.3))
          .lead(2.0)
          .with(tobin(
              {{0, 200, grave}, {0.28, 200, stand}, {0.5, 200, shrug}, {0.75, 200, {.lean = 3, .head = 12, .near_arm = 30, .near_elbow = 100, .lids = 0.3}}}))
          .says(Tobin, "Oh, that. It has gone out eleven times. Twice because I sneezed.", "哦，那个啊，它灭过十一次，有两次是我打喷嚏。"),
      shot(Place::QuayDawn, Scale::Close)
          .camera(close_on_mira(262, 3.3))
          .lead(0.4)
          .with(mira({{0, 268, look_down, -1}, {0.1, 268, {.lean = -6, .head = -10, .near_arm = 40, .near_elbow = 70, .extra = 2}, -1}}, Prop::ColdLantern))
          .says(Mira, "But three hundred years!", "可是三百年呢！"),
      shot(Place::QuayDawn, Scale::Close)
          .camera({214, 210, 2.8}, {216, 208, 3.1})
          .lead(1.6)
          .with(tobin({{.at = 0, .x = 200, .pose = {.near_arm = 120, .near_elbow = 90}, .flame = 0},
                       {.at = 0.1, .x = 200, .pose = {.near_arm = 62, .near_elbow = 62}, .flame = 0},
                       {.at = 0.2, .x = 200, .pose = {.head = 6, .near_arm = 58, .near_elbow = 74}, .flame = 1}},
                      Prop::Match))
          .sound(Effect::Match, 0.16)
          .says(Tobin, "One box of matches, and one good story. That makes three hundred years.", "一盒火柴，加上一个好故事，就是三百年。"),
      shot(Place::QuayDawn, Scale::Medium)
          .camera(medium(236), medium(236, 2.1))
          .seconds(2.3)
          .sound(Effect::Chime, 0.1)
          .with(tobin({{0, 200, stand}, {0.05, 200, laugh}, {0.6, 200, {.lean = 8, .head = 18, .near_arm = 20, .near_elbow = 90, .mouth = 0.6, .lids = 1}}}))
          .with(mira({{0, 268, stand, -1}, {0.15, 268, laugh, -1}}, Prop::Lantern)),
      shot(Place::QuayDawn, Scale::Medium)
          .camera({236, 226, 2.0}, {236, 210, 1.8})
          .lead(0.5)
          .with(tobin({{0, 200, stand}, {0.15, 200, hold}, {0.6, 200, look_up}}))
          .with(mira({{0, 268, stand, -1}, {0.75, 268, look_up, -1}}, Prop::Lantern))
          .says(Tobin, "Tonight we light the lamps one hour late.", "今晚，我们晚一个小时点灯。")
          .says(Mira, "Why?", "为什么？")
          .says(Tobin, "So that everybody looks up.", "好让大家都抬头看一看。"),
  };
  return scene;
}

Scene night_of_looking_up() {
  const auto the_end = [](cairo_t* cr, double progress) {
    const Color paper = rgb(0xFFF2D0).with_alpha(ease(progress * 4 - 0.4));
    draw_lettering(cr, "THE END", 320, 250, 34, paper);
    draw_flourish(cr, 320, 312, 220, paper);
  };
  const Pose up{.lean = -5, .head = -26, .near_arm = 6};
  Scene scene{"EXT. HARBOUR STREET - NIGHT", "HARBOUR STREET", "NIGHT", Mood::Town, {}};
  scene.shots = {
      shot(Place::StreetMoonlit, Scale::Wide)
          .camera({330, 190, 1.08}, {330, 110, 1})
          .seconds(4.7)
          .dissolves()
          .with(moon_at(46, 350, 44))
          .with(neighbour(0, 96, 1, up))
          .with(neighbour(1, 150, 1, up))
          .with(neighbour(2, 470, -1, up))
          .with(neighbour(3, 520, -1, up))
          .with(neighbour(4, 196, 1, up))
          .with(neighbour(5, 566, -1, up))
          .with(neighbour(7, 40, 1, up))
          .with(neighbour(6, 436, -1, up))
          .with(tobin({{0, 260, up}}))
          .with(mira({{0, 316, up}}, Prop::ColdLantern)),
      shot(Place::StreetMoonlit, Scale::Close)
          .camera({294, 216, 2.7}, {296, 212, 3.0})
          .seconds(2.2)
          .with(tobin({{0, 254, up}}))
          .with(mira({{0, 316, up}, {0.4, 316, {.lean = -5, .head = -26, .near_arm = 20, .near_elbow = 80, .extra = 1}}})),
      shot(Place::StreetMoonlit, Scale::Medium)
          .camera({190, 70, 1.9}, {190, 62, 2.1})
          .lead(0.9)
          .seconds(3.2)
          .with(moon_at(36, 282, 52))
          .with(quill({{.at = 0, .x = 138, .pose = on_one_leg, .y = 132}, {.at = 0.3, .x = 138, .pose = proud, .y = 132}}))
          .says(Quill, "Looking costs one fish. Each.", "看一眼收一条鱼，每人一条。"),
      shot(Place::Sky, Scale::Insert)
          .camera({330, 172, 1}, {330, 190, 1.12})
          .seconds(4.7)
          .dissolves()
          .fades_to_black()
          .with(moon_at(78, 320, 120))
          .over(the_end),
  };
  return scene;
}

Reel main_cut() {
  return {"",
          {harbour_at_dusk(), quay_at_night(), first_flame(), heron_in_the_marsh(), moon_in_the_pool(), tide_and_flight(), dawn_on_the_quay(),
           night_of_looking_up()}};
}

}  // namespace film
