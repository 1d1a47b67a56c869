#include "story/cast.h"

namespace film {

using namespace poses;
using enum Who;

Scene harbour_at_dusk() {
  const auto title = [](cairo_t* cr, double progress) {
    const Color paper = rgb(0x0E0812).with_alpha(ease(progress * 4 - 0.5));
    draw_lettering(cr, "THE MOON", 320, 84, 44, paper);
    draw_lettering(cr, "IN THE REEDS", 320, 148, 30, paper);
    draw_flourish(cr, 320, 204, 260, paper);
  };
  const auto lamp_catches = [](cairo_t* cr, double progress) {
    const double light = ease(progress * 3 - 0.5) * (1 + 0.04 * wobble(progress * 2, 9, 0));
    glow(cr, 320, 178, 300, rgb(0xFF9838).with_alpha(0.6 * light));
    glow(cr, 320, 178, 90, rgb(0xFFE0A0).with_alpha(light));
  };
  Scene scene{"EXT. HARBOUR STREET - DUSK", "HARBOUR STREET", "DUSK", Mood::Dusk, {}};
  scene.shots = {
      shot(Place::Title, Scale::Insert).camera({320, 180, 1}, {320, 172, 1.08}).seconds(4.3).fades_in().over(title).begins("harbour"),
      shot(Place::StreetDusk, Scale::Wide)
          .camera({250, 180, 1.05}, {340, 180, 1.05})
          .seconds(3.9)
          .dissolves()
          .with(mira({{0, 20}, {1, 330, stand}}, Prop::Pole))
          .with(neighbour(1, 560, -1))
          .with(neighbour(6, 590, -1)),
      shot(Place::StreetDusk, Scale::Medium)
          .camera({400, 214, 1.9}, {404, 206, 2.0})
          .seconds(2.7)
          .with(mira({{0, 384, look_up}, {0.25, 384, {.lean = -5, .head = -26, .near_arm = 44, .near_elbow = 26}}}, Prop::Pole))
          .sound(Effect::Puff, 0.45),
      shot(Place::StreetDusk, Scale::Insert).camera({410, 160, 3.8}).over(lamp_catches).seconds(1.9).sound(Effect::Chime, 0.1),
      shot(Place::StreetDusk, Scale::Medium)
          .camera(medium(590))
          .seconds(3.2)
          .with(tobin({{0, 620, asleep, -1}}, Prop::Ladder))
          .with(mira({{0, 486}, {0.3, 550, hold}}))
          .says(Mira, "Tobin, you are asleep on the ladder.", "托宾，你在梯子上睡着了。"),
      shot(Place::StreetDusk, Scale::Close)
          .camera(close_on_tobin(612), close_on_tobin(610, 3.3))
          .with(tobin({{0, 620, asleep, -1}}, Prop::Ladder))
          .says(Tobin, "I am resting my eyes. The rest of me is keeping watch.", "我在让眼睛歇一歇，身上别的地方都在值班。"),
      shot(Place::StreetDusk, Scale::Close)
          .camera(close_on_mira(550), close_on_mira(552, 3.6))
          .with(mira({{0, 550, stand}, {0.2, 550, look_up}}))
          .says(Mira, "Three nights now, and no moon.", "三个晚上了，月亮一直没出来。"),
      shot(Place::StreetDusk, Scale::Close)
          .camera(close_on_tobin(610, 3.3))
          .with(
              tobin({{0, 620, asleep, -1}, {0.12, 620, {.lean = -6, .head = 4, .near_arm = 24, .near_elbow = 74, .lids = 0.4, .extra = 2}, -1}}, Prop::Ladder))
          .says(Tobin, "Moons are like cats. They come home when they are hungry.", "月亮跟猫一样，饿了自然会回家。"),
      shot(Place::StreetDusk, Scale::Wide)
          .camera({380, 190, 1.1}, {380, 40, 1.1})
          .seconds(3.2)
          .with(mira({{0, 550, look_up}}))
          .with(tobin({{0, 620, look_up, -1}}, Prop::Ladder)),
  };
  return scene;
}

Scene quay_at_night() {
  Scene scene{"EXT. QUAY - NIGHT", "QUAY", "NIGHT", Mood::Worry, {}};
  scene.shots = {
      shot(Place::QuayDry, Scale::Wide)
          .camera({230, 180, 1}, {350, 180, 1.04})
          .seconds(4.3)
          .dissolves()
          .with(tobin({{0, 210, stand}}))
          .with(mira({{0, 130}, {0.6, 290, stand}})),
      shot(Place::QuayDry, Scale::Medium)
          .camera(medium(280))
          .lead(0.4)
          .with(tobin({{0, 226, stand}}))
          .with(mira({{0, 300, stand}, {0.1, 300, look_down}, {0.5, 300, stand, -1}}))
          .says(Mira, "The sea went out, and forgot to come back.", "大海退了潮，就忘了回来。")
          .says(Tobin, "No moon, no tide. No tide, no way over the bar.", "没有月亮就没有潮水，没有潮水，船就过不了沙洲。"),
      shot(Place::QuayDry, Scale::Insert)
          .camera({560, 196, 3.2}, {620, 196, 3.2})
          .lead(0.3)
          .with(sail(1, {{.at = 0, .x = 546, .y = 228}}, 0.17))
          .with(sail(2, {{.at = 0, .x = 588, .y = 231}}, 0.22))
          .with(sail(3, {{.at = 0, .x = 638, .y = 227}}, 0.15))
          .says(Mira, "My brother is out there. And twelve boats.", "我哥哥在那边，还有十二条船。"),
      shot(Place::QuayDry, Scale::Close)
          .camera(close_on_tobin(232), close_on_tobin(234, 3.3))
          .with(tobin({{0, 226, grave}, {0.4, 226, {.lean = 2, .head = 4, .near_arm = 14, .near_elbow = 40}}}))
          .says(Tobin, "And a storm is coming. By morning it will break them on the rocks.", "暴风雨要来了，天亮之前就会把船打碎在礁石上。"),
      shot(Place::QuayStorm, Scale::Insert).camera({560, 110, 1.5}, {560, 110, 1.7}).seconds(2).sound(Effect::Thunder, 0.1),
      shot(Place::QuayDry, Scale::Close)
          .camera(close_on_mira(300, 3.1), close_on_mira(300, 3.7))
          .with(mira({{0, 300, look_down}, {0.15, 300, {.head = -8, .near_arm = 20, .near_elbow = 40}}}))
          .says(Mira, "Then somebody must find the moon.", "那就得有人去把月亮找回来。"),
      shot(Place::QuayDry, Scale::Medium)
          .camera(medium(180), medium(110))
          .lead(0.7)
          .with(tobin({{0, 200, stand, 1}, {0.08, 200, stand, -1}, {0.2, 200, point, -1}}))
          .with(mira({{0, 272, stand, -1}}))
          .says(Tobin, "Look there, over the marsh. A light in the reeds.", "你看，沼泽那边，芦苇里有光。"),
      shot(Place::Marsh, Scale::Wide).camera({300, 180, 1.1}, {400, 196, 1.45}).seconds(2.5).dissolves().sound(Effect::Chime, 0.3),
  };
  return scene;
}

Scene first_flame() {
  Scene scene{"INT. LAMP HOUSE - NIGHT", "LAMP HOUSE", "NIGHT", Mood::Flame, {}};
  scene.shots = {
      shot(Place::LampHouse, Scale::Wide)
          .camera({320, 180, 1}, {320, 200, 1.3})
          .seconds(3.2)
          .begins("lamp-house")
          .with(tobin({{0, 210}, {0.5, 250, stand}}))
          .with(mira({{0, 470, stand, -1}, {0.5, 410, stand, -1}})),
      shot(Place::LampHouse, Scale::Medium)
          .camera(medium(300), medium(310, 2.0))
          .with(tobin({{0, 250, grave}, {0.3, 250, {.near_arm = 62, .near_elbow = 24}}}))
          .with(mira({{0, 396, look_down, -1}}))
          .says(Tobin, "This is the first flame. In three hundred years it has never gone out.", "这是第一朵火苗，三百年来从没灭过。"),
      shot(Place::LampHouse, Scale::Insert).camera({320, 204, 3}, {320, 200, 3.6}).seconds(2.2).sound(Effect::Puff, 0.3),
      shot(Place::LampHouse, Scale::Medium)
          .camera(medium(330))
          .lead(0.9)
          .with(tobin({{0, 262, hold}, {0.1, 262, offer}, {0.45, 262, stand}}, Prop::None))
          .with(mira({{0, 372, stand, -1}, {0.2, 372, hold, -1}}, Prop::Lantern))
          .says(Mira, "I will bring it back burning. I promise.", "我会让它亮着回来，我保证。"),
      shot(Place::LampHouse, Scale::Close)
          .camera(close_on_tobin(268), close_on_tobin(268, 3.3))
          .with(tobin({{0, 262, stand}, {0.4, 262, {.head = 8, .near_arm = 44, .near_elbow = 100, .lids = 0.3, .extra = 2}}}))
          .says(Tobin, "Do not promise. Just do not sneeze.", "别保证，只要别打喷嚏。"),
      shot(Place::LampHouse, Scale::Wide)
          .camera({360, 184, 1.15}, {320, 184, 1.15})
          .seconds(2.8)
          .fades_to_black()
          .with(tobin({{0, 262, stand}, {0.4, 262, grave}}))
          .with(mira({{0, 400, hold}, {1, 640, hold}}, Prop::Lantern)),
  };
  return scene;
}

}  // namespace film
