#pragma once

#include <vector>

#include "direct/timeline.h"

namespace film {

/// Two channels of equal length at kSampleRate.
struct Stereo {
  std::vector<float> left, right;

  explicit Stereo(std::size_t samples) : left(samples), right(samples) {}
  void add(std::size_t at, double value, double pan) {
    if (at >= left.size()) return;
    left[at] += static_cast<float>(value * (1 - pan));
    right[at] += static_cast<float>(value * pan);
  }
};

/// The whole sound of a film: voices, score, places and noises, levelled to about -20 LUFS.
Stereo mix_sound(const Timeline& timeline);

/// The score alone: every scene plays its piece from its first frame to its last.
void add_music(const Timeline& timeline, Stereo& out);
/// Wind, water, fire, rain and crickets of the places.
void add_ambience(const Timeline& timeline, Stereo& out);
/// Steps and the noises cued by the shots.
void add_noises(const Timeline& timeline, Stereo& out);
/// Adds the echo of a large dim room.
void add_room(const Stereo& dry, Stereo& out, double amount);

inline std::size_t sample_of(int frame) { return static_cast<std::size_t>(frame) * kSamplesPerFrame; }

}  // namespace film
