#include "story/cast.h"

namespace film {

using namespace poses;
using enum Who;

namespace {

Role walker(int which, double from, double to, double facing) {
  Role role{Who::Neighbour,
            {{.at = 0, .x = from, .pose = hold, .facing = facing, .y = 316.0 + which % 3 * 4},
             {.at = 1, .x = to, .pose = hold, .facing = facing, .y = 316.0 + which % 3 * 4}},
            Prop::Candle,
            1,
            which};
  return role;
}

Reel ring_the_bell() {
  Scene scene{"EXT. QUAY - NIGHT", "QUAY", "NIGHT", Mood::Bell, {}};
  Shot out = shot(Place::QuayDry, Scale::Wide).camera({400, 190, 1.1}, {480, 190, 1.1}).seconds(5);
  Shot back = shot(Place::QuayStorm, Scale::Wide).camera({520, 190, 1.1}, {430, 190, 1.1}).seconds(5).sound(Effect::Thunder, 0.3);
  for (int i = 0; i < 6; ++i) out.with(walker(i, 390 + i * 46, 520 + i * 46, 1));
  for (int i = 0; i < 9; ++i) back.with(walker((i * 3) % 8, 520 + i * 40, 390 + i * 40, -1));
  scene.shots = {
      shot(Place::QuayRinging, Scale::Medium)
          .camera({120, 222, 1.7}, {110, 220, 1.8})
          .lead(1.2)
          .with(tobin({{0, 200, stand, -1}}))
          .with(mira({{0, 170, stand, -1},
                      {0.3, 100, {.lean = 8, .near_arm = 130, .near_elbow = 20, .far_arm = 120}, -1},
                      {0.55, 100, {.lean = -10, .near_arm = 110, .near_elbow = 50, .far_arm = 110}, -1},
                      {0.8, 100, {.lean = 8, .near_arm = 130, .near_elbow = 20, .far_arm = 120}, -1}}))
          .sound(Effect::Bell, 0.32)
          .sound(Effect::Bell, 0.6)
          .sound(Effect::Bell, 0.85)
          .says(Mira, "If the boats cannot come to us, we will walk to the boats.", "船来不了，我们就走到船那边去。"),
      shot(Place::QuayRinging, Scale::Insert).camera({98, 168, 3.6}, {98, 172, 4.2}).seconds(2.4).sound(Effect::Bell, 0.05).sound(Effect::Bell, 0.5),
      shot(Place::QuayDry, Scale::Close)
          .camera(close_on_tobin(206), close_on_tobin(206, 3.2))
          .with(tobin({{0, 200, stand}, {0.2, 200, shrug}}))
          .says(Tobin, "Walk on the floor of the sea? At my age?", "在海底走路？我这把年纪？"),
      shot(Place::QuayDry, Scale::Medium)
          .camera(medium(220))
          .lead(1.4)
          .with(tobin({{0, 200, {.head = 10, .near_arm = 40, .near_elbow = 108}}, {0.4, 200, point}}))
          .with(mira({{0, 262, stand, -1}}))
          .says(Tobin, "Bring my ladder. It will make a fine bridge.", "把我的梯子拿来，正好当桥。"),
      out,
      back,
      shot(Place::QuayStorm, Scale::Medium)
          .camera(medium(232), medium(232, 2.1))
          .lead(0.7)
          .fades_to_black()
          .seconds(10)
          .with(tobin({{0, 200, grave}, {0.4, 200, stand}}))
          .with(mira({{0, 268, stand, -1}, {0.45, 268, stand, 1}, {0.7, 268, look_up, -1}}, Prop::Lantern))
          .says(Tobin, "The boats are gone. The people are not.", "船没了，人都在。")
          .says(Mira, "And the moon?", "那月亮呢？")
          .says(Tobin, "Tomorrow. Tonight we count heads.", "明天再说。今晚先数数人头。"),
  };
  return {"ring-the-bell", {scene}};
}

Reel trade_the_flame() {
  Scene marsh{"EXT. MARSH - NIGHT", "MARSH", "NIGHT", Mood::Comic, {}};
  marsh.shots = {
      shot(Place::Marsh, Scale::Medium)
          .camera({425, 220, 1.9})
          .with(mira({{0, 372, hold}, {0.2, 386, offer}}, Prop::Lantern))
          .with(quill({{0, 480, proud, -1}, {0.4, 480, peer, -1}}))
          .says(Mira, "Take it. A light for a light.", "拿去吧，用光换光。"),
      shot(Place::Marsh, Scale::Close)
          .camera(close_on_quill(480, 0.6, -1, 2.4), close_on_quill(480, 0.6, -1, 2.7))
          .lead(0.9)
          .with(quill({{0, 480, {.head = 12, .neck = 0.6}, -1}, {0.5, 480, {.head = 4, .neck = 0.6, .lids = 0.6}, -1}}, Prop::Lantern))
          .says(Quill, "It is warm. Why did nobody tell me that it is warm?", "是暖的。怎么没人告诉我，它是暖的？"),
      shot(Place::Pool, Scale::Wide)
          .camera({330, 180, 1}, {330, 110, 1})
          .lead(1.6)
          .with(moon(50, {{.at = 0, .x = 410, .pose = awake_moon, .y = 250, .flame = 0.8}, {.at = 1, .x = 390, .pose = awake_moon, .y = 70, .flame = 0.8}}))
          .with(mira({{0, 200, look_up}, {0.6, 120, look_up, -1}}))
          .says(Moon, "One small girl, walking home in the dark. I can shine for that.", "一个小姑娘，摸黑走回家。为了她，我可以亮一亮。"),
  };
  Scene bar{"EXT. SANDBAR - NIGHT", "SANDBAR", "NIGHT", Mood::Comic, {}};
  const Role rock_heron =
      quill({{.at = 0, .x = 300, .pose = {.head = -4, .neck = 0.9}, .y = 300}, {.at = 0.5, .x = 300, .pose = {.lean = -6, .head = -14, .neck = 1}, .y = 300}},
            Prop::Lantern);
  bar.shots = {
      shot(Place::SeaDark, Scale::Wide)
          .camera({330, 180, 1.02}, {290, 180, 1.02})
          .lead(0.8)
          .sound(Effect::Thunder, 0.1)
          .with(sail(1, {{.at = 0, .x = 470, .y = 294}, {.at = 1, .x = 560, .y = 293}}, 0.46))
          .with(sail(2, {{.at = 0, .x = 320, .y = 300}, {.at = 1, .x = 430, .y = 300}}, 0.62))
          .with(mira({{.at = 0, .x = 90, .pose = plead, .y = 304}}))
          .says(Mira, "The harbour is dark. They cannot find the bar!", "港口一片漆黑，他们找不到沙洲！"),
      shot(Place::SeaDark, Scale::Medium)
          .camera({320, 200, 1.5}, {322, 190, 1.7})
          .lead(0.8)
          .with(rock_heron)
          .says(Quill, "This way! This way! One fish per boat!", "走这边！走这边！一条船收一条鱼！"),
      shot(Place::SeaDark, Scale::Wide)
          .camera({340, 180, 1.02}, {300, 180, 1.02})
          .seconds(4.4)
          .with(rock_heron)
          .with(sail(1, {{.at = 0, .x = 600, .facing = -1, .y = 294}, {.at = 1, .x = 480, .facing = -1, .y = 294}}, 0.46))
          .with(sail(2, {{.at = 0, .x = 500, .facing = -1, .y = 301}, {.at = 1, .x = 350, .facing = -1, .y = 301}}, 0.62))
          .sound(Effect::Bell, 0.5),
  };
  Scene dawn{"EXT. QUAY - DAWN", "QUAY", "DAWN", Mood::Dawn, {}};
  dawn.shots = {
      shot(Place::QuayDawn, Scale::Medium)
          .camera(medium(236), medium(250, 1.7))
          .lead(0.8)
          .fades_to_black()
          .seconds(6)
          .with(tobin({{0, 200, stand}, {0.5, 200, shrug}}))
          .with(mira({{0, 268, stand, -1}, {0.5, 268, laugh, -1}}))
          .says(Tobin, "Three hundred years we kept that flame. A bird does it better.", "这朵火我们守了三百年，还不如一只鸟。"),
  };
  return {"trade-the-flame", {marsh, bar, dawn}};
}

Reel slip_past() {
  Scene scene{"EXT. MARSH - NIGHT", "MARSH", "NIGHT", Mood::Comic, {}};
  const Pose sleepy{.head = 14, .neck = 0.2, .near_thigh = 38, .near_knee = 96, .lids = 1};
  scene.shots = {
      shot(Place::Marsh, Scale::Wide)
          .camera({380, 190, 1.15}, {440, 190, 1.15})
          .seconds(4.4)
          .with(mira({{0, 340, crouch}, {1, 566, crouch}}, Prop::Lantern))
          .with(quill({{0, 470, sleepy, -1}})),
      shot(Place::Marsh, Scale::Close)
          .camera(close_on_quill(470, 0.2, -1, 2.7))
          .with(quill({{0, 470, sleepy, -1}, {0.3, 470, {.head = -6, .neck = 0.3, .near_thigh = 38, .near_knee = 96, .lids = 0.1}, -1}}))
          .says(Quill, "I have two eyes. I only ever close one.", "我有两只眼睛，从来只闭一只。"),
      shot(Place::Marsh, Scale::Medium)
          .camera({540, 236, 1.9})
          .seconds(2.8)
          .with(mira({{.at = 0, .x = 540, .pose = crouch},
                      {.at = 0.25, .x = 556, .pose = {.lean = -22, .near_arm = 120, .far_arm = 130}},
                      {.at = 0.6, .x = 580, .pose = {.lean = -40, .near_arm = 150, .near_elbow = 5, .far_arm = 130}, .y = 420}},
                     Prop::Lantern))
          .sound(Effect::Splash, 0.58),
      shot(Place::Marsh, Scale::Medium)
          .camera({530, 226, 1.7})
          .lead(1.2)
          .with(mira({{.at = 0, .x = 580, .pose = {.near_arm = 138, .near_elbow = 4}, .y = 400},
                      {.at = 0.1, .x = 580, .pose = {.near_arm = 138, .near_elbow = 4}, .y = 368}},
                     Prop::Lantern))
          .with(quill({{0, 480, peer}}))
          .says(Quill, "The flame is dry. The girl is not. Come, before you frighten the last fish.", "火是干的，姑娘是湿的。来吧，别把最后一条鱼也吓跑了。"),
  };
  return {"slip-past", {scene}};
}

Reel stay_with_me() {
  Scene pool{"EXT. REED POOL - NIGHT", "REED POOL", "NIGHT", Mood::Blaze, {}};
  pool.shots = {
      shot(Place::Pool, Scale::Close)
          .camera(close_on_mira(238, 3.2))
          .with(mira({{0, 232, look_up}, {0.3, 232, plead}}, Prop::ColdLantern))
          .says(Mira, "Stay with us. I will carry you home in my lantern.", "留在我们身边吧，我用灯笼提你回家。"),
      shot(Place::Pool, Scale::Medium)
          .camera({340, 232, 1.7}, {310, 236, 2.0})
          .lead(0.6)
          .seconds(7)
          .sound(Effect::Chime, 0.7)
          .with(mira({{.at = 0, .x = 232, .pose = offer, .flame = 0},
                      {.at = 0.8, .x = 232, .pose = offer, .flame = 0},
                      {.at = 0.95, .x = 232, .pose = offer, .flame = 1}},
                     Prop::Lantern))
          .with(moon(60, {{.at = 0, .x = 410, .pose = awake_moon, .y = 250},
                          {.at = 0.62, .x = 410, .pose = happy_moon, .y = 250},
                          {.at = 0.95, .x = 256, .pose = happy_moon, .y = 256, .size = 0.03}}))
          .says(Moon, "In so small a house? Then I will be small.", "这么小的房子？那我就变小吧。"),
  };
  Scene street{"EXT. HARBOUR STREET - NIGHT", "HARBOUR STREET", "NIGHT", Mood::Blaze, {}};
  const Pose shade{.head = 12, .near_arm = 118, .near_elbow = 92};
  street.shots = {
      shot(Place::StreetBlaze, Scale::Wide)
          .camera({300, 180, 1.02}, {350, 180, 1.06})
          .lead(1.4)
          .sound(Effect::Chime, 0.05)
          .with(neighbour(0, 90, 1, shade))
          .with(neighbour(2, 150, 1, shade))
          .with(neighbour(5, 520, -1, shade))
          .with(neighbour(1, 570, -1, shade))
          .with(mira({{0, 310, hold_high}}, Prop::Lantern))
          .with(tobin({{0, 440, stand, -1}, {0.4, 440, {.head = 14, .near_arm = 60, .near_elbow = 40, .far_arm = 70, .lids = 1}, -1}}))
          .says(Tobin, "The brightest street in the world. I cannot find my own hat.", "世界上最亮的街。亮得我连自己的帽子都找不着。"),
  };
  Scene quay{"EXT. QUAY - NIGHT", "QUAY", "NIGHT", Mood::Loss, {}};
  quay.shots = {
      shot(Place::QuayLost, Scale::Wide).camera({300, 180, 1.3}, {340, 180, 1.05}).seconds(4.5).with(mira({{0, 320, sit}}, Prop::Lantern)),
      shot(Place::QuayLost, Scale::Close)
          .camera({330, 250, 2.6}, {334, 254, 3.0})
          .lead(0.9)
          .fades_to_black()
          .seconds(8.5)
          .with(mira(
              {{0, 320, sit},
               {0.4,
                320,
                {.lean = 10, .head = 20, .near_arm = 40, .near_elbow = 50, .near_thigh = 88, .near_knee = 82, .far_thigh = 80, .far_knee = 74, .sink = 20}}},
              Prop::Lantern))
          .says(Mira, "Tomorrow I will let you go.", "明天，我就放你走。")
          .says(Moon, "You said so yesterday, child.", "你昨天也是这么说的，孩子。"),
  };
  return {"stay-with-me", {pool, street, quay}};
}

}  // namespace

std::vector<Reel> alternative_takes() { return {ring_the_bell(), trade_the_flame(), slip_past(), stay_with_me()}; }

}  // namespace film
