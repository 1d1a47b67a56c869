#include "sentiment/internal/local_regression.h"

#include <algorithm>
#include <cmath>

namespace cineloom::sentiment {
namespace {

constexpr std::size_t kLeast = 5;
// Against slopes that a few samples in a corner of the window would make.
constexpr double kSlopeRidge = 0.1;

/// The samples that count at a place, and how much.
struct Window {
  std::size_t begin = 0;
  std::vector<double> offsets;  ///< in half-widths
  std::vector<double> weights;
};

Window window_at(std::span<const Sample> samples, double at, double half_width) {
  std::vector<double> distances;
  const auto middle = std::ranges::lower_bound(samples, at, {}, &Sample::at) - samples.begin();
  const auto first = std::max<std::ptrdiff_t>(0, middle - static_cast<std::ptrdiff_t>(kLeast));
  const auto last = std::min<std::ptrdiff_t>(std::ssize(samples), middle + static_cast<std::ptrdiff_t>(kLeast));
  for (auto i = first; i < last; ++i) distances.push_back(std::abs(samples[static_cast<std::size_t>(i)].at - at));
  std::ranges::sort(distances);
  const double reach = std::max(half_width, 1.01 * distances[std::min(kLeast, distances.size()) - 1] + 1e-9);
  Window window{
      .begin = static_cast<std::size_t>(std::ranges::lower_bound(samples, at - reach, {}, &Sample::at) - samples.begin()), .offsets = {}, .weights = {}};
  for (std::size_t i = window.begin; i < samples.size() && samples[i].at <= at + reach; ++i) {
    const double offset = (samples[i].at - at) / reach;
    const double share = 1 - std::pow(std::abs(offset), 3);
    window.offsets.push_back(offset);
    window.weights.push_back(share * share * share);
  }
  return window;
}

/// The regression's value in the window's middle; `extra` gives each sample a weight more.
double fit(const Window& window, std::span<const Sample> samples, std::span<const double> extra) {
  double total = 0;
  double x = 0;
  double y = 0;
  double xx = 0;
  double xy = 0;
  double least = samples[window.begin].value;
  double most = least;
  for (std::size_t i = 0; i < window.weights.size(); ++i) {
    const double weight = window.weights[i] * (extra.empty() ? 1 : extra[window.begin + i]);
    const double value = samples[window.begin + i].value;
    total += weight;
    x += weight * window.offsets[i];
    y += weight * value;
    xx += weight * window.offsets[i] * window.offsets[i];
    xy += weight * window.offsets[i] * value;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  if (total < 1e-12) return 0;
  const double slope = (xy - x * y / total) / (xx - x * x / total + kSlopeRidge * total);
  return std::clamp(y / total - slope * x / total, least, most);
}

}  // namespace

std::vector<Smoothed> smooth_with_band(std::span<const Sample> samples, const SmoothingOptions& options) {
  std::vector<Smoothed> curve(static_cast<std::size_t>(options.points));
  if (samples.empty()) return curve;
  std::vector<Window> windows;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    windows.push_back(window_at(samples, static_cast<double>(i) / static_cast<double>(options.points - 1), options.half_width));
    curve[i].value = fit(windows[i], samples, {});
  }
  Random random(options.seed);
  std::vector<std::vector<double>> drawn(curve.size());
  std::vector<double> extra(samples.size());
  for (int again = 0; again < options.resamplings; ++again) {
    for (double& weight : extra) weight = -std::log(1 - random.uniform());
    for (std::size_t i = 0; i < curve.size(); ++i) drawn[i].push_back(fit(windows[i], samples, extra));
  }
  for (std::size_t i = 0; i < curve.size(); ++i) {
    std::ranges::sort(drawn[i]);
    const std::size_t edge = drawn[i].size() / 20;
    curve[i].low = std::min(curve[i].value, drawn[i][edge]);
    curve[i].high = std::max(curve[i].value, drawn[i][drawn[i].size() - 1 - edge]);
  }
  return curve;
}

}  // namespace cineloom::sentiment
