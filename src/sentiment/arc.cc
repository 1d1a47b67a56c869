#include "sentiment/arc.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sentiment/internal/local_regression.h"

namespace cineloom {
namespace {

using sentiment::Sample;

// A tricube kernel of this half-width is about as broad as a Gaussian of the bandwidth.
constexpr double kWindow = 2.6;

double share_of(FilmTime time, FilmTime duration) { return static_cast<double>(time.count()) / static_cast<double>(duration.count()); }

/// Kernel mean at a position; samples also count mirrored at both ends, so the ends are not pulled to zero.
double smooth(const std::vector<Sample>& samples, double at, double bandwidth, double otherwise) {
  double sum = 0;
  double weights = 0;
  for (const Sample& sample : samples) {
    for (const double place : {sample.at, -sample.at, 2 - sample.at}) {
      const double distance = (place - at) / bandwidth;
      const double weight = std::exp(-0.5 * distance * distance);
      sum += weight * sample.value;
      weights += weight;
    }
  }
  return weights > 1e-9 ? sum / weights : otherwise;
}

/// Values brought to 0 .. 1 by their own range, so that a quiet film has its peaks too.
void normalize(std::vector<Sample>& samples) {
  if (samples.empty()) return;
  const auto [least, most] = std::ranges::minmax(samples, {}, &Sample::value);
  const double range = most.value - least.value;
  const double low = least.value;
  for (Sample& sample : samples) sample.value = range > 1e-9 ? (sample.value - low) / range : 0;
}

}  // namespace

Arc emotional_arc(std::span<const Line> lines, const VideoFindings& video, FilmTime duration, const ArcOptions& options) {
  if (duration.count() <= 0 || (lines.empty() && video.shots.empty() && video.loudness.empty())) return {};
  std::vector<Sample> valence;
  std::vector<Sample> arousal;
  std::vector<Sample> motion;
  std::vector<Sample> pace;
  std::vector<Sample> loudness;
  for (const Line& line : lines) {
    const double at = share_of((line.begin + line.end) / 2, duration);
    valence.push_back({at, line.feeling.valence});
    arousal.push_back({at, line.feeling.arousal + std::max(0.0, -line.feeling.valence)});
  }
  for (const Shot& shot : video.shots) {
    const double at = share_of((shot.begin + shot.end) / 2, duration);
    motion.push_back({at, shot.motion});
    pace.push_back({at, 1000.0 / static_cast<double>(std::max<std::int64_t>((shot.end - shot.begin).count(), 200))});
  }
  for (const LoudnessPoint& point : video.loudness) loudness.push_back({share_of(point.at, duration), std::max(point.lufs, -50.0)});
  for (auto* samples : {&arousal, &motion, &pace, &loudness}) normalize(*samples);

  std::ranges::stable_sort(valence, {}, &Sample::at);
  const auto curve = sentiment::smooth_with_band(valence, {.points = options.points, .half_width = kWindow * options.bandwidth});
  Arc arc;
  for (int i = 0; i < options.points; ++i) {
    const double at = static_cast<double>(i) / (options.points - 1);
    const double tension = 0.4 * smooth(arousal, at, options.bandwidth, 0) + 0.2 * smooth(motion, at, options.bandwidth, 0) +
                           0.2 * smooth(pace, at, options.bandwidth, 0) + 0.2 * smooth(loudness, at, options.bandwidth, 0);
    const sentiment::Smoothed& said = curve[static_cast<std::size_t>(i)];
    arc.push_back({.at = FilmTime(std::llround(at * static_cast<double>(duration.count()))),
                   .valence = said.value,
                   .tension = tension,
                   .low = said.low,
                   .high = said.high});
  }
  return arc;
}

}  // namespace cineloom
