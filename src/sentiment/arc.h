#pragma once

#include <span>

#include "domain/knowledge.h"

namespace cineloom {

struct ArcOptions {
  int points = 100;         ///< >= 2, evenly over the running time
  double bandwidth = 0.08;  ///< of the Gaussian kernel, as a share of the running time, > 0
};

/// The film's course of feeling: valence from what is said, tension from how agitated it is said, how much the picture
/// moves, how fast it is cut and how loud it is; smoothed by a Gaussian kernel with both ends reflected.
/// Empty for a film without duration.
Arc emotional_arc(std::span<const Line> lines, const VideoFindings& video, FilmTime duration, const ArcOptions& options = {});

}  // namespace cineloom
