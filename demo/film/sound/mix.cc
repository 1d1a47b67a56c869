#include "sound/mix.h"

#include <array>

namespace film {
namespace {

constexpr double kMaster = 0.8;

double pan_of(Who who) {
  switch (who) {
    case Who::Tobin: return 0.44;
    case Who::Quill: return 0.57;
    case Who::Moon: return 0.53;
    default: return 0.48;
  }
}

// The moon speaks as two voices a breath apart.
void add_voice(const TimedLine& line, std::size_t at, Stereo& out) {
  const double pan = pan_of(line.speaker);
  const bool is_moon = line.speaker == Who::Moon;
  for (std::size_t i = 0; i < line.voice.size(); ++i) {
    out.add(at + i, 2 * line.voice[i] * (is_moon ? 0.8 : 1), pan);
    if (is_moon) out.add(at + i + 1100 + static_cast<std::size_t>(180 * (1 + std::sin(i * 0.0002))), 0.8 * line.voice[i], 1 - pan);
  }
}

void add_voices(const Timeline& timeline, Stereo& out) {
  for (const TimedShot& shot : timeline.shots) {
    for (const TimedLine& line : shot.lines) { add_voice(line, sample_of(shot.first) + static_cast<std::size_t>(line.begin * kSampleRate), out); }
  }
}

// Music steps back while somebody speaks, and returns without hurry.
void duck(const Timeline& timeline, Stereo& music) {
  std::vector<float> wish(music.left.size(), 1.0F);
  for (const TimedShot& shot : timeline.shots) {
    for (const TimedLine& line : shot.lines) {
      const auto from = static_cast<std::size_t>(sample_of(shot.first) + std::max(0.0, line.begin - 0.2) * kSampleRate);
      const auto to = static_cast<std::size_t>(sample_of(shot.first) + (line.end + 0.15) * kSampleRate);
      for (std::size_t i = from; i < std::min(to, wish.size()); ++i) wish[i] = 0.3F;
    }
  }
  double gain = 1;
  for (std::size_t i = 0; i < wish.size(); ++i) {
    gain += (wish[i] - gain) * (wish[i] < gain ? 1.2e-4 : 3e-5);
    music.left[i] = static_cast<float>(music.left[i] * gain);
    music.right[i] = static_cast<float>(music.right[i] * gain);
  }
}

void add(const Stereo& from, Stereo& to, double gain) {
  for (std::size_t i = 0; i < to.left.size(); ++i) {
    to.left[i] += static_cast<float>(from.left[i] * gain);
    to.right[i] += static_cast<float>(from.right[i] * gain);
  }
}

void fade_and_limit(const Timeline& timeline, Stereo& sound) {
  const std::size_t size = sound.left.size();
  const bool ends_black = timeline.shots.back().shot.fades_out;
  const double fade = ends_black ? 1.4 * kSampleRate : 0.04 * kSampleRate;
  for (std::size_t i = 0; i < size; ++i) {
    const double edge = std::min(1.0, static_cast<double>(size - i) / fade) * std::min(1.0, i / 480.0);
    for (std::vector<float>* channel : {&sound.left, &sound.right}) {
      (*channel)[i] = static_cast<float>(0.9 * std::tanh((*channel)[i] * kMaster * edge / 0.9));
    }
  }
}

}  // namespace

void add_room(const Stereo& dry, Stereo& out, double amount) {
  constexpr std::array<std::size_t, 4> kDelays{1687, 2053, 2389, 2803};
  for (const bool is_left : {true, false}) {
    const std::vector<float>& in = is_left ? dry.left : dry.right;
    std::vector<float>& to = is_left ? out.left : out.right;
    for (const std::size_t base : kDelays) {
      const std::size_t delay = base + (is_left ? 0 : 61);
      std::vector<float> ring(delay, 0.0F);
      float low = 0;
      for (std::size_t i = 0; i < in.size(); ++i) {
        float& cell = ring[i % delay];
        low += 0.35F * (cell - low);
        to[i] += static_cast<float>(cell * amount * 0.25);
        cell = in[i] + low * 0.78F;
      }
    }
  }
}

Stereo mix_sound(const Timeline& timeline) {
  const std::size_t samples = sample_of(timeline.frames);
  Stereo out(samples), voices(samples), music(samples), noises(samples);
  add_voices(timeline, voices);
  add_music(timeline, music);
  duck(timeline, music);
  add_ambience(timeline, noises);
  add_noises(timeline, noises);
  add_room(voices, out, 0.12);
  add_room(music, out, 0.9);
  add(voices, out, 1.0);
  add(music, out, 1.5);
  add(noises, out, 0.8);
  fade_and_limit(timeline, out);
  return out;
}

}  // namespace film
