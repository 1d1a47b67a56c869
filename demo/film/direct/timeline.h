#pragma once

#include <string>
#include <vector>

#include "story/shot.h"

namespace film {

inline constexpr int kSampleRate = 48000;
inline constexpr int kSamplesPerFrame = kSampleRate / kFramesPerSecond;
inline constexpr int kDissolveFrames = 14;
inline constexpr int kFadeInFrames = 20;
inline constexpr int kFadeOutFrames = 28;

/// A spoken line with its sound; times are seconds from the start of the shot.
struct TimedLine {
  Who speaker = Who::Mira;
  std::string english;
  std::string chinese;
  double begin = 0;
  double end = 0;
  std::vector<float> voice;  ///< mono, kSampleRate
};

/// A shot with its place in the film. The frames of a dissolve or a fade in belong to the shot
/// that comes: `first` is the first frame in which anything of it can be seen.
struct TimedShot {
  Shot shot;
  int scene = 0;
  int first = 0;
  int last = 0;  ///< inclusive
  std::vector<TimedLine> lines;

  double seconds() const { return static_cast<double>(last - first + 1) / kFramesPerSecond; }
};

struct Timeline {
  Reel reel;
  std::vector<TimedShot> shots;
  int frames = 0;
};

/// Speaks every line and lays the shots end to end; a shot lasts at least as long as its lines.
Timeline lay_out(Reel reel);

const char* name_of(Who who);
/// 0 .. 1: how far the mouth of the speaker of `line` stands open.
double mouth_at(const TimedLine& line, double seconds);

}  // namespace film
