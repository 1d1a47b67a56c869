#include "vision/sound_kind.h"

#include <algorithm>
#include <cmath>

namespace cineloom {
namespace {

constexpr int kFrameSamples = 960;            // 20 ms
constexpr std::size_t kFramesInSecond = 50;
constexpr std::int64_t kMillisecondsInSecond = 1000;
constexpr std::int64_t kSecondsInPart = 10;
constexpr std::int64_t kMostSeconds = 200'000;
constexpr double kHeard = 0.003;              // mean level, -50 dB

// Fitted by eye to the spoken lines of the demo film against its other seconds and an animated feature without words; a second in five of
// that feature's noises is still taken for speech.
constexpr double kQuietSlope = 14;
constexpr double kUsualQuiet = 0.24;
constexpr double kSpreadSlope = 120;
constexpr double kUsualSpread = 0.017;
constexpr double kSwingSlope = 12;
constexpr double kUsualSwing = 0.42;

struct Moments {
  double mean = 0;
  double deviation = 0;
};

Moments moments(std::span<const double> values) {
  Moments result;
  for (const double value : values) result.mean += value / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.deviation = std::sqrt(squares / static_cast<double>(values.size()));
  return result;
}

double probability(double odds) { return 1 / (1 + std::exp(-odds)); }

}  // namespace

void SoundKindMeter::add(std::span<const float> samples, FilmTime at) {
  if (levels_.empty() && samples_ == 0) begin_ = at.count();
  for (std::size_t i = 0; i + 1 < samples.size(); i += 2) {
    const float both = 0.5F * (samples[i] + samples[i + 1]);
    const float sample = std::isfinite(both) ? std::clamp(both, -8.0F, 8.0F) : 0;
    peak_ = std::max({peak_, std::isfinite(samples[i]) ? std::abs(samples[i]) : 0, std::isfinite(samples[i + 1]) ? std::abs(samples[i + 1]) : 0});
    energy_ += static_cast<double>(sample * sample);
    crossed_ += (sample < 0) != was_negative_ ? 1 : 0;
    was_negative_ = sample < 0;
    if (++samples_ == kFrameSamples) close_frame();
  }
}

void SoundKindMeter::close_frame() {
  levels_.push_back(std::sqrt(energy_ / kFrameSamples));
  crossings_.push_back(static_cast<double>(crossed_) / kFrameSamples);
  energy_ = 0;
  samples_ = 0;
  crossed_ = 0;
  if (levels_.size() == kFramesInSecond) close_second();
}

void SoundKindMeter::close_second() {
  const Moments level = moments(levels_);
  const std::int64_t number = begin_ / kMillisecondsInSecond;
  begin_ += kMillisecondsInSecond;
  if (level.mean >= kHeard && number >= 0 && number < kMostSeconds) {
    const auto quiet = std::ranges::count_if(levels_, [&](double own) { return own < 0.5 * level.mean; });
    const double share = static_cast<double>(quiet) / static_cast<double>(kFramesInSecond);
    const double spread = moments(crossings_).deviation;
    const double swing = level.deviation / level.mean;
    heard_.push_back({.number = number,
                      .speech = probability(kQuietSlope * (share - kUsualQuiet) + kSpreadSlope * (spread - kUsualSpread)),
                      .music = probability(-kSwingSlope * (swing - kUsualSwing))});
  }
  levels_.clear();
  crossings_.clear();
}

std::vector<double> SoundKindMeter::by_ten_seconds(double Second::* kind) const {
  std::vector<double> shares;
  std::vector<int> counts;
  for (const Second& second : heard_) {
    const auto part = static_cast<std::size_t>(second.number / kSecondsInPart);
    if (part >= shares.size()) {
      shares.resize(part + 1, 0);
      counts.resize(part + 1, 0);
    }
    shares[part] += second.*kind;
    ++counts[part];
  }
  for (std::size_t part = 0; part < shares.size(); ++part) shares[part] /= std::max(1, counts[part]);
  return shares;
}

double SoundKindMeter::peak_db() const { return peak_ <= 1e-5F ? -100 : 20 * std::log10(static_cast<double>(peak_)); }

}  // namespace cineloom
