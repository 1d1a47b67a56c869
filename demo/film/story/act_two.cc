#include "story/cast.h"

namespace film {

using namespace poses;
using enum Who;

Scene heron_in_the_marsh() {
  Scene scene{"EXT. MARSH - NIGHT", "MARSH", "NIGHT", Mood::Marsh, {}};
  scene.shots = {
      shot(Place::Marsh, Scale::Wide)
          .camera({180, 180, 1}, {330, 180, 1.04})
          .seconds(4.7)
          .fades_in()
          .with(quill({{0, 470, on_one_leg, -1}}))
          .with(mira({{0, 40, hold}, {1, 290, hold}}, Prop::Lantern)),
      shot(Place::Marsh, Scale::Insert)
          .camera({420, 284, 3.2}, {446, 284, 3.2})
          .seconds(2)
          .with(quill({{0, 470, stand, -1}}))
          .with(mira({{0, 360, hold}, {0.7, 454, hold}}, Prop::Lantern))
          .sound(Effect::Puff, 0.7),
      shot(Place::Marsh, Scale::Close)
          .camera({456, 268, 2.9}, {436, 150, 2.5})
          .lead(2.4)
          .with(mira({{0, 404, {.lean = -4, .head = -14, .near_arm = 34, .near_elbow = 56}}}, Prop::Lantern))
          .with(quill({{0, 470, proud, -1}, {0.5, 470, peer, -1}}))
          .says(Quill, "You are standing on my supper.", "你踩到我的晚饭了。"),
      shot(Place::Marsh, Scale::Medium)
          .camera({425, 214, 1.8})
          .lead(0.3)
          .with(mira({{0, 372, plead}, {0.5, 366, hold}}, Prop::Lantern))
          .with(quill({{0, 470, peer, -1}, {0.45, 470, proud, -1}}))
          .says(Mira, "I am sorry. I did not see you.", "对不起，我没看见你。")
          .says(Quill, "Nobody does. It is the whole art of being a heron.", "谁也看不见我，当苍鹭的学问全在这里。"),
      shot(Place::Marsh, Scale::Close)
          .camera(close_on_mira(368), close_on_mira(368, 3.6))
          .with(mira({{0, 366, hold}, {0.2, 366, {.lean = 4, .head = -12, .near_arm = 38, .near_elbow = 60}}}, Prop::Lantern))
          .says(Mira, "Is the moon here?", "月亮在这里吗？"),
      shot(Place::Marsh, Scale::Close)
          .camera(close_on_quill(470, 0.6, -1, 2.5), close_on_quill(470, 0.7, -1, 2.7))
          .with(quill({{0, 470, {.head = -4, .neck = 0.6}, -1}, {0.3, 470, proud, -1}, {0.65, 470, {.head = 10, .neck = 0.6}, -1}}))
          .says(Quill, "Certainly. I found her. The fish come to her light, and I come to the fish.", "当然，是我找到她的。鱼来找她的光，我来找鱼。"),
      shot(Place::Marsh, Scale::Medium)
          .camera({425, 214, 1.8}, {415, 216, 2.0})
          .lead(0.3)
          .with(mira({{0, 366, hold}, {0.1, 366, plead}, {0.6, 366, hold}}, Prop::Lantern))
          .with(quill({{0, 470, proud, -1}, {0.5, 470, peer, -1}}))
          .says(Mira, "What do you want for her?", "你要什么才肯还她？")
          .says(Quill, "A light for a light. Your little flame.", "用光来换光，换你那朵小火苗。"),
      shot(Place::Marsh, Scale::Insert)
          .camera({389, 252, 4.0}, {389, 252, 4.8})
          .seconds(2.3)
          .with(mira({{0, 366, hold}, {0.6, 366, {.lean = 3, .near_arm = 30, .near_elbow = 64}}}, Prop::Lantern)),
      shot(Place::Marsh, Scale::Close)
          .camera(close_on_mira(368, 3.4))
          .begins("first-speak")
          .with(mira({{0, 366, look_down}, {0.15, 366, {.lean = 2, .head = -14, .near_arm = 26, .near_elbow = 84}}}, Prop::Lantern))
          .says(Mira, "First let me speak to her.", "先让我跟她说句话。"),
      shot(Place::Marsh, Scale::Close)
          .camera(close_on_quill(470, 0.7, -1, 2.6))
          .lead(0.4)
          .with(quill({{0, 470, {.neck = 0.7}, -1}, {0.5, 470, proud, -1}}))
          .says(Quill, "Speaking is free. Looking costs one fish.", "说话不要钱，看一眼收一条鱼。"),
  };
  return scene;
}

namespace {

Role moon_in_nest(Pose from, Pose to, double bright = 1) {
  return moon(62, {{.at = 0, .x = 410, .pose = from, .y = 250, .flame = bright}, {.at = 0.3, .x = 410, .pose = to, .y = 250, .flame = bright}});
}

}  // namespace

Scene moon_in_the_pool() {
  Scene scene{"EXT. REED POOL - NIGHT", "REED POOL", "NIGHT", Mood::Moonlight, {}};
  const Framing face{410, 246, 2.3};
  scene.shots = {
      shot(Place::Pool, Scale::Wide)
          .camera({320, 180, 1}, {340, 196, 1.22})
          .seconds(4.7)
          .begins("pool")
          .with(moon_in_nest(sleepy_moon, sleepy_moon))
          .with(quill({{0, 60}, {0.7, 130, on_one_leg}}))
          .with(mira({{0, 110, hold}, {0.8, 226, hold}}, Prop::Lantern)),
      shot(Place::Pool, Scale::Medium)
          .camera({300, 232, 1.9}, {310, 232, 2.0})
          .with(moon_in_nest(sleepy_moon, awake_moon))
          .with(mira({{0, 226, hold}, {0.15, 232, plead}}, Prop::Lantern))
          .says(Mira, "Did he catch you?", "是他抓住你的吗？"),
      shot(Place::Pool, Scale::Close)
          .camera(face, {410, 246, 2.5})
          .lead(0.7)
          .with(moon_in_nest(awake_moon, awake_moon))
          .says(Moon, "No, child. I climbed down by myself.", "不是，孩子，是我自己爬下来的。"),
      shot(Place::Pool, Scale::Close)
          .camera(close_on_mira(236))
          .with(mira({{0, 232, hold}, {0.1, 232, {.lean = 4, .head = -10, .near_arm = 30, .near_elbow = 70, .extra = 1.5}}}, Prop::Lantern))
          .says(Mira, "But why?", "可是为什么呢？")
          .seconds(1.9),
      shot(Place::Pool, Scale::Close)
          .camera(face, {410, 244, 2.7})
          .lead(0.6)
          .with(moon(62, {{.at = 0, .x = 410, .pose = awake_moon, .y = 250},
                          {.at = 0.3, .x = 410, .pose = {.head = 5, .lids = 0.5, .extra = 0.1}, .y = 250},
                          {.at = 0.75, .x = 410, .pose = {.head = -4, .lids = 0.35, .extra = 0.6}, .y = 250}}))
          .says(Moon, "Your street is so bright. You light your lamps, and nobody looks up any more.", "你们的街太亮了。灯一点上，就再没有人抬头看天。")
          .says(Moon, "Here, at least, the fish look at me.", "在这里，至少鱼还会看看我。"),
      shot(Place::Pool, Scale::Medium)
          .camera({160, 208, 2.0})
          .lead(0.6)
          .with(quill({{0, 110, on_one_leg}, {0.25, 110, {.lean = -4, .head = 16, .neck = 0.3}}, {0.7, 110, {.head = -8, .neck = 0.6}}}))
          .with(mira({{0, 232, hold}, {0.2, 232, hold, -1}}, Prop::Lantern))
          .says(Quill, "I also look. In a professional way.", "我也看的，出于职业需要。"),
      shot(Place::Pool, Scale::Close)
          .camera(close_on_mira(238, 3.0), {248, 232, 3.6})
          .lead(1.0)
          .with(mira({{0, 232, hold}, {0.2, 232, {.lean = 2, .head = 18, .near_arm = 44, .near_elbow = 72}}}, Prop::Lantern))
          .says(Mira, "I light those lamps.", "那些灯，是我点的。"),
      shot(Place::Pool, Scale::Insert)
          .camera({258, 250, 4.4}, {258, 250, 5.0})
          .seconds(2)
          .with(mira({{0, 232, {.lean = 2, .head = 18, .near_arm = 44, .near_elbow = 60}}}, Prop::Lantern)),
      shot(Place::Pool, Scale::Close)
          .camera({248, 230, 3.2})
          .lead(0.8)
          .seconds(3.3)
          .with(mira({{.at = 0, .x = 232, .pose = {.head = 12, .near_arm = 44, .near_elbow = 80}},
                      {.at = 0.62, .x = 232, .pose = blow},
                      {.at = 0.82, .x = 232, .pose = {.head = 10, .near_arm = 40, .near_elbow = 70, .lids = 1}, .flame = 1},
                      {.at = 0.86, .x = 232, .pose = {.head = 10, .near_arm = 40, .near_elbow = 70, .lids = 1}, .flame = 0}},
                     Prop::Lantern))
          .says(Mira, "Tobin, forgive me.", "托宾，原谅我。")
          .sound(Effect::Puff, 0.8),
      shot(Place::PoolDark, Scale::Wide)
          .plays(Mood::Darkness)
          .camera({330, 150, 1.25}, {330, 120, 1})
          .seconds(5.5)
          .lead(3.2)
          .with(moon_in_nest(sleepy_moon, sleepy_moon, 0.12))
          .with(mira({{0, 226, look_down}, {0.3, 226, look_up}}, Prop::ColdLantern))
          .sound(Effect::Chime, 0.3)
          .says(Mira, "There you are. I had forgotten how beautiful you are.", "原来你在这里。我都忘了你有多美。"),
      shot(Place::Pool, Scale::Close)
          .camera(face, {410, 246, 2.6})
          .lead(1.4)
          .dissolves()
          .with(moon(62, {{.at = 0, .x = 410, .pose = sleepy_moon, .y = 250, .flame = 0.3},
                          {.at = 0.12, .x = 410, .pose = awake_moon, .y = 250, .flame = 0.5},
                          {.at = 0.5, .x = 410, .pose = happy_moon, .y = 250, .flame = 1.1}}))
          .says(Moon, "Say what you want of me, and I will do it.", "说出你的愿望，我就照做。"),
      shot(Place::Pool, Scale::Close)
          .camera(close_on_mira(238, 3.2), close_on_mira(238, 3.6))
          .begins("rise")
          .plays(Mood::Rising)
          .with(mira({{0, 232, look_up}, {0.4, 232, {.lean = -3, .head = -20, .near_arm = 30, .near_elbow = 90, .far_arm = 40, .far_elbow = 90, .extra = 1}}},
                     Prop::ColdLantern))
          .says(Mira, "Rise. The whole sea is waiting. And I will look up every night.", "升起来吧，整片大海都在等你。以后每天晚上，我都会抬头看你。"),
      shot(Place::Pool, Scale::Wide)
          .camera({330, 180, 1}, {330, 70, 1})
          .seconds(5.1)
          .with(moon(62, {{.at = 0, .x = 410, .pose = awake_moon, .y = 250},
                          {.at = 0.12, .x = 410, .pose = happy_moon, .y = 240},
                          {.at = 1, .x = 380, .pose = happy_moon, .y = 12, .flame = 1.2}}))
          .with(quill({{0, 120, look_up}, {0.3, 120, {.head = -20, .neck = 0.9}}}))
          .with(mira({{0, 226, look_up}}, Prop::ColdLantern))
          .sound(Effect::Chime, 0.15),
      shot(Place::Pool, Scale::Close)
          .camera(close_on_quill(120, 0.8, 1, 2.5))
          .lead(0.7)
          .with(quill({{0, 120, {.lean = -4, .head = -20, .neck = 0.8}}, {0.55, 120, {.head = 14, .neck = 0.7, .lids = 0.4}}}))
          .says(Quill, "There goes the best supper I ever had.", "我这辈子最好的晚饭，就这么飞走了。"),
  };
  return scene;
}

}  // namespace film
