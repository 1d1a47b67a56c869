#pragma once

#include <span>
#include <vector>

#include "domain/knowledge.h"

namespace cineloom {

struct ArcOptions {
  int points = 100;         ///< >= 2, evenly over the running time
  double bandwidth = 0.08;  ///< of the Gaussian kernel, as a share of the running time, > 0
};

/// The film's course of feeling: valence from what is said, by local regression (Cleveland 1979) with a band by resampling; tension from how agitated it is said, how much the picture
/// moves, how fast it is cut and how loud it is; smoothed by a Gaussian kernel with both ends reflected.
/// Same lines, same bytes.
/// Empty for a film without duration, and where nothing is said, cut or heard.
Arc emotional_arc(std::span<const Line> lines, const VideoFindings& video, FilmTime duration, const ArcOptions& options = {});

/// Where the course of feeling turns, beyond what resampling could turn.
struct ArcTurn {
  FilmTime at{0};
  bool is_peak = false;  ///< else a valley
  double prominence = 0;  ///< how far the course falls from the peak (rises from the valley) on its flatter side, > 0
};

/// Peaks and valleys in order; those that stand out less than half the band's breadth, or less than a tenth of the course's range, are left out.
std::vector<ArcTurn> arc_turns(const Arc& arc);

/// How alike two courses run, whatever their length, height and swing: correlation of valence over shares of the running time, -1 .. 1;
/// the second may run up to a twentieth early or late. 0 if either does not move.
double arc_likeness(std::span<const double> wanted, const Arc& arc);

}  // namespace cineloom
