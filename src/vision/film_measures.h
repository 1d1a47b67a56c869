#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "domain/timeline.h"
#include "vision/frame_features.h"

/// What can be said of the film as a whole once every frame was seen.
namespace cineloom {

/// A look at whether the picture was full of written words.
struct WritingLook {
  FilmTime at{0};
  bool is_writing = false;
};

/// A frame with the time it is shown at.
struct TimedFeatures {
  std::span<const FrameFeatures> frames;
  std::span<const FilmTime> times;  ///< one a frame, rising
  FilmTime end{0};                  ///< of the film
};

/// Stretches of a third of a second or more without anything to be seen.
std::vector<FilmSpan> find_black(const TimedFeatures& film);

/// The last long run of writing in the film's last third: rolling or standing names, with pauses of a few seconds. What follows
/// it (a scene after the credits) is not part of it. Nothing where there is no such run.
std::optional<FilmSpan> find_end_credits(std::span<const WritingLook> looks, FilmTime duration);

/// A point a second: movement of the picture, cuts near by and short-term loudness, each between its 5th and 95th percentile of this film,
/// smoothed over some seconds. Without sound the picture alone speaks.
std::vector<TensionPoint> tension_curve(const TimedFeatures& film, std::span<const Shot> shots, std::span<const LoudnessPoint> loudness);

}  // namespace cineloom
