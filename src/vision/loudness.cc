#include "vision/loudness.h"

#include <algorithm>
#include <cmath>

namespace cineloom {
namespace {

constexpr std::int64_t kRate = 48000;
constexpr std::int64_t kSliceFrames = kRate / 10;
constexpr std::int64_t kSlicesInWindow = 30;
constexpr std::int64_t kSlicesInStep = 10;
constexpr std::int64_t kLongestGap = kRate * 3600;  ///< a time stamp farther away is a wrong claim
constexpr std::size_t kSlicesInBlock = 4;
constexpr double kSilence = -70;
constexpr double kUnheard = -60;  // LUFS of a tenth of a second
constexpr FilmTime kShortestSilence{1000};

struct Section {
  double b0, b1, b2, a1, a2;
};
/// K-weighting at 48 kHz, coefficients of ITU-R BS.1770-4, tables 1 and 2.
constexpr Section kShelf{1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585};
constexpr Section kHighPass{1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621};

double run_section(const Section& section, std::array<double, 2>& state, double sample) {
  const double out = section.b0 * sample + state[0];
  state[0] = section.b1 * sample - section.a1 * out + state[1];
  state[1] = section.b2 * sample - section.a2 * out;
  return out;
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double to_lufs(double mean_square) { return mean_square <= 0 ? kSilence : std::max(kSilence, -0.691 + 10 * std::log10(mean_square)); }

}  // namespace

double LoudnessMeter::Filter::run(double sample) { return run_section(kHighPass, high_pass, run_section(kShelf, shelf, sample)); }

void LoudnessMeter::add(std::span<const float> samples, FilmTime at) {
  const std::int64_t begins = at.count() * kRate / 1000;
  // Block times are rounded to milliseconds: a difference under a slice is that, not a gap.
  if (begins - taken_ > kSliceFrames && begins - taken_ < kLongestGap) {
    while (taken_ < begins) add_frame(0, 0);
  }
  for (std::size_t i = 0; i + 1 < samples.size(); i += 2) { add_frame(static_cast<double>(samples[i]), static_cast<double>(samples[i + 1])); }
}

void LoudnessMeter::add_frame(double left, double right) {
  // Damaged sound can hold anything; one infinity would silence the filter's memory for good.
  const auto clean = [](double value) { return std::isfinite(value) ? std::clamp(value, -8.0, 8.0) : 0.0; };
  const double heard_left = filters_[0].run(clean(left));
  const double heard_right = filters_[1].run(clean(right));
  energy_ += heard_left * heard_left + heard_right * heard_right;
  if (++taken_ % kSliceFrames == 0) close_slice();
}

void LoudnessMeter::close_slice() {
  slices_.push_back(energy_ / static_cast<double>(kSliceFrames));
  energy_ = 0;
}

std::vector<LoudnessPoint> LoudnessMeter::curve() const {
  const auto count = static_cast<std::int64_t>(slices_.size());
  std::vector<LoudnessPoint> curve;
  for (std::int64_t middle = 0; middle < count; middle += kSlicesInStep) {
    const std::int64_t begin = std::max<std::int64_t>(0, middle - kSlicesInWindow / 2);
    const std::int64_t end = std::min(count, middle + kSlicesInWindow / 2);
    curve.push_back(
        {FilmTime(middle * 100), to_lufs(mean(std::span(slices_).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin))))});
  }
  return curve;
}

double LoudnessMeter::integrated() const {
  std::vector<double> blocks;
  for (std::size_t begin = 0; begin + kSlicesInBlock <= slices_.size(); ++begin) {
    const double energy = mean(std::span(slices_).subspan(begin, kSlicesInBlock));
    if (to_lufs(energy) > kSilence) blocks.push_back(energy);
  }
  const double gate = to_lufs(mean(blocks)) - 10;
  std::erase_if(blocks, [&](double energy) { return to_lufs(energy) <= gate; });
  return to_lufs(mean(blocks));
}

double LoudnessMeter::range() const {
  std::vector<double> levels;
  double energy = 0;
  for (const LoudnessPoint& point : curve()) {
    if (point.lufs <= kSilence) continue;
    levels.push_back(point.lufs);
    energy += std::pow(10, (point.lufs + 0.691) / 10);
  }
  if (levels.empty()) return 0;
  const double gate = to_lufs(energy / static_cast<double>(levels.size())) - 20;
  std::erase_if(levels, [&](double lufs) { return lufs < gate; });
  std::ranges::sort(levels);
  const auto at = [&](double share) { return levels[static_cast<std::size_t>(std::lround(share * static_cast<double>(levels.size() - 1)))]; };
  return at(0.95) - at(0.10);
}

std::vector<FilmSpan> LoudnessMeter::silences() const {
  std::vector<FilmSpan> spans;
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    if (to_lufs(slices_[i]) > kUnheard) continue;
    const FilmTime begin(static_cast<std::int64_t>(i) * 100);
    if (spans.empty() || spans.back().end != begin) spans.push_back({begin, begin});
    spans.back().end = begin + FilmTime(100);
  }
  std::erase_if(spans, [](const FilmSpan& span) { return span.end - span.begin < kShortestSilence; });
  return spans;
}

}  // namespace cineloom
