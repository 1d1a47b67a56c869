#include "vision/film_measures.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ranges>

namespace cineloom {
namespace {

constexpr float kBlackLuma = 28;      // mean, of 16 .. 235: noise of dark pictures lies below
constexpr float kBlackDeviation = 4;
constexpr FilmTime kShortestBlack{333};

constexpr FilmTime kCreditsPause{4000};
constexpr double kWritten = 0.75;  // share of the looks within the credits

constexpr double kMovementWeight = 0.35;
constexpr double kCutWeight = 0.25;
constexpr double kLoudnessWeight = 0.4;
constexpr double kCutReach = 8;    // seconds
constexpr double kSmoothing = 3;   // seconds, standard deviation
constexpr double kQuietest = -50;  // LUFS; softer is silence as far as tension goes

std::vector<double> smoothed(const std::vector<double>& values, double deviation) {
  const auto reach = static_cast<std::ptrdiff_t>(std::ceil(3 * deviation));
  const auto count = static_cast<std::ptrdiff_t>(values.size());
  std::vector<double> result(values.size(), 0);
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    double total = 0;
    for (std::ptrdiff_t j = std::max<std::ptrdiff_t>(0, i - reach); j < std::min(count, i + reach + 1); ++j) {
      const double weight = std::exp(-0.5 * std::pow(static_cast<double>(j - i) / deviation, 2));
      result[static_cast<std::size_t>(i)] += weight * values[static_cast<std::size_t>(j)];
      total += weight;
    }
    result[static_cast<std::size_t>(i)] /= total;
  }
  return result;
}

/// Brought between 0 (5th percentile and less) and 1 (95th and more); all 0 where nothing varies.
void stretch(std::vector<double>& values) {
  if (values.empty()) return;
  std::vector<double> sorted = values;
  std::ranges::sort(sorted);
  const auto at = [&](double share) { return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))]; };
  const double low = at(0.05);
  const double span = at(0.95) - low;
  for (double& value : values) value = span > 1e-9 ? std::clamp((value - low) / span, 0.0, 1.0) : 0;
}

std::size_t second_of(FilmTime at, std::size_t seconds) {
  return std::min(seconds - 1, static_cast<std::size_t>(std::max<std::int64_t>(0, at.count() / 1000)));
}

std::vector<double> movement_by_second(const TimedFeatures& film, std::size_t seconds) {
  std::vector<double> movement(seconds, 0);
  std::vector<int> frames(seconds, 0);
  for (std::size_t i = 0; i < film.frames.size(); ++i) {
    const std::size_t second = second_of(film.times[i], seconds);
    // A cut is no movement, however much it changes.
    movement[second] += std::min(static_cast<double>(film.frames[i].behind[0].residual), 12.0);
    ++frames[second];
  }
  for (std::size_t i = 0; i < seconds; ++i) movement[i] /= std::max(1, frames[i]);
  return movement;
}

std::vector<double> cuts_by_second(std::span<const Shot> shots, std::size_t seconds) {
  std::vector<double> cuts(seconds, 0);
  for (std::size_t i = 1; i < shots.size(); ++i) ++cuts[second_of(shots[i].begin, seconds)];
  return smoothed(cuts, kCutReach / 2);
}

std::vector<double> loudness_by_second(std::span<const LoudnessPoint> loudness, std::size_t seconds) {
  std::vector<double> levels(seconds, kQuietest);
  for (const LoudnessPoint& point : loudness) levels[second_of(point.at, seconds)] = std::max(kQuietest, point.lufs);
  return levels;
}

}  // namespace

std::vector<FilmSpan> find_black(const TimedFeatures& film) {
  std::vector<FilmSpan> spans;
  for (std::size_t i = 0; i < film.frames.size(); ++i) {
    const FrameFeatures& frame = film.frames[i];
    if (frame.brightness > kBlackLuma || frame.deviation > kBlackDeviation) continue;
    const FilmTime end = i + 1 < film.times.size() ? film.times[i + 1] : film.end;
    if (!spans.empty() && spans.back().end == film.times[i]) spans.back().end = end;
    else spans.push_back({film.times[i], end});
  }
  std::erase_if(spans, [](const FilmSpan& span) { return span.end - span.begin < kShortestBlack; });
  return spans;
}

std::optional<FilmSpan> find_end_credits(std::span<const WritingLook> looks, FilmTime duration) {
  const FilmTime shortest = std::clamp(duration / 40, FilmTime(12'000), FilmTime(40'000));
  std::vector<FilmSpan> runs;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    if (!looks[i].is_writing) continue;
    const FilmTime end = i + 1 < looks.size() ? looks[i + 1].at : duration;
    const bool goes_on = !runs.empty() && looks[i].at - runs.back().end <= kCreditsPause;
    if (!goes_on) runs.push_back({looks[i].at, end});
    runs.back().end = end;
  }
  const auto is_dense = [&](const FilmSpan& span) {
    int inside = 0;
    int written = 0;
    for (const WritingLook& look : looks) {
      if (look.at < span.begin || look.at >= span.end) continue;
      ++inside;
      written += look.is_writing ? 1 : 0;
    }
    return written >= kWritten * inside;
  };
  for (const FilmSpan& run : runs | std::views::reverse) {
    if (run.end - run.begin >= shortest && run.begin * 3 >= duration * 2 && is_dense(run)) return run;
  }
  return std::nullopt;
}

std::vector<TensionPoint> tension_curve(const TimedFeatures& film, std::span<const Shot> shots, std::span<const LoudnessPoint> loudness) {
  const auto seconds = static_cast<std::size_t>((film.end.count() + 999) / 1000);
  if (seconds == 0 || film.frames.empty()) return {};
  std::vector<double> movement = smoothed(movement_by_second(film, seconds), kSmoothing);
  std::vector<double> cuts = cuts_by_second(shots, seconds);
  std::vector<double> levels = smoothed(loudness_by_second(loudness, seconds), kSmoothing);
  for (auto* values : {&movement, &cuts, &levels}) stretch(*values);
  const double heard = loudness.empty() ? 0 : kLoudnessWeight;
  std::vector<TensionPoint> curve;
  for (std::size_t i = 0; i < seconds; ++i) {
    const double sum = kMovementWeight * movement[i] + kCutWeight * cuts[i] + heard * levels[i];
    curve.push_back({FilmTime(static_cast<std::int64_t>(i) * 1000), sum / (kMovementWeight + kCutWeight + heard)});
  }
  return curve;
}

}  // namespace cineloom
