#include "draw/random.h"
#include "sound/instruments.h"

namespace film {
namespace {

struct Burst {
  double seconds, corner, decay, gain;
};

void add_burst(Stereo& out, double at, const Burst& burst, std::uint64_t seed) {
  Random random(seed);
  const auto first = static_cast<std::size_t>(at * kSampleRate);
  const double k = 1 - std::exp(-2 * kPi * burst.corner / kSampleRate);
  double low = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(burst.seconds * kSampleRate); ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    low += k * (random.between(-1, 1) - low);
    out.add(first + i, low * burst.gain * std::min(1.0, t * 300) * std::exp(-t * burst.decay), 0.5);
  }
}

void add_bell(Stereo& out, double at) {
  constexpr double kPartials[] = {0.5, 1, 1.19, 1.56, 2, 2.66, 3.01};
  for (int i = 0; i < 7; ++i) {
    const auto first = static_cast<std::size_t>(at * kSampleRate);
    for (std::size_t n = 0; n < 3 * kSampleRate; ++n) {
      const double t = static_cast<double>(n) / kSampleRate;
      out.add(first + n, 0.07 * std::sin(2 * kPi * 392 * kPartials[i] * t) * std::exp(-t * (0.9 + i * 0.5)) * std::min(1.0, t * 500), 0.45);
    }
  }
}

void add_chime(Stereo& out, double at) {
  constexpr double kNotes[] = {1046.5, 1318.5, 1568, 2093};
  for (int i = 0; i < 4; ++i) play(out, Instrument::MusicBox, kNotes[i], at + i * 0.09, 0.4, 0.35, 0.4 + 0.07 * i);
}

void add_effect(Stereo& out, Effect effect, double at, std::uint64_t seed) {
  switch (effect) {
    case Effect::Bell: return add_bell(out, at);
    case Effect::Chime: return add_chime(out, at);
    case Effect::Puff: return add_burst(out, at, {0.5, 900, 9, 0.5}, seed);
    case Effect::Match: return add_burst(out, at, {0.7, 5200, 6, 0.22}, seed);
    case Effect::Splash: add_burst(out, at, {1.2, 1400, 4, 0.8}, seed); return add_burst(out, at + 0.12, {0.9, 3800, 5, 0.3}, seed + 1);
    case Effect::Whoosh:
      for (int i = 0; i < 6; ++i) add_burst(out, at + i * 1.05, {0.5, 420, 6, 0.9}, seed + i);
      return;
    case Effect::Thunder: return add_burst(out, at, {3.2, 110, 1.3, 2.2}, seed);
    case Effect::Sneeze: return add_burst(out, at, {0.3, 2400, 14, 0.4}, seed);
  }
}

bool has_feet(Who who) { return who == Who::Mira || who == Who::Tobin || who == Who::Quill; }

void add_steps(const TimedShot& shot, const Role& role, Stereo& out) {
  if (!has_feet(role.who)) return;
  const double begin = static_cast<double>(shot.first) / kFramesPerSecond;
  for (std::size_t k = 0; k + 1 < role.keys.size(); ++k) {
    const Key &from = role.keys[k], &to = role.keys[k + 1];
    if (std::abs(to.x - from.x) < 14 || from.pose.wings > 0 || from.pose.sink > 16) continue;
    const int steps = static_cast<int>(std::abs(to.x - from.x) / 23);
    for (int i = 0; i < steps; ++i) {
      const double at = begin + shot.seconds() * mix(from.at, to.at, (i + 0.5) / steps);
      add_burst(out, at, {0.09, role.who == Who::Tobin ? 500.0 : 900.0, 48, 0.32}, 7 + i);
    }
  }
}

}  // namespace

void add_noises(const Timeline& timeline, Stereo& out) {
  for (const TimedShot& shot : timeline.shots) {
    for (const Role& role : shot.shot.cast) add_steps(shot, role, out);
    for (const Cue& cue : shot.shot.cues) {
      const double at = static_cast<double>(shot.first) / kFramesPerSecond + cue.at * shot.seconds();
      add_effect(out, cue.effect, at, static_cast<std::uint64_t>(shot.first) + 1);
    }
  }
}

}  // namespace film
