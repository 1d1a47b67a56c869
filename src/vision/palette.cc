#include "vision/palette.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cineloom {
namespace {

constexpr int kLumaBins = 16;
constexpr int kTintBins = 32;
constexpr std::size_t kBinCount = std::size_t{kLumaBins} * kTintBins * kTintBins;
constexpr int kRounds = 12;  ///< of k-means; the centres stand still earlier

/// A colour with its weight, in Y'CbCr of 8 bits. Tint counts double in distances: the eye names colours by it.
struct Point {
  double luma = 0;
  double blue = 0;
  double red = 0;
  double weight = 0;
};

double squared_distance(const Point& a, const Point& b) {
  const double luma = a.luma - b.luma;
  const double blue = a.blue - b.blue;
  const double red = a.red - b.red;
  return luma * luma + 4 * (blue * blue + red * red);
}

std::size_t nearest(const std::vector<Point>& centres, const Point& point) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < centres.size(); ++i) {
    if (squared_distance(centres[i], point) < squared_distance(centres[best], point)) best = i;
  }
  return best;
}

/// The heaviest colour, then always the one that is worst served: weight times distance. No chance is involved.
std::vector<Point> seed_centres(const std::vector<Point>& points, std::size_t count) {
  std::vector<Point> centres = {*std::ranges::max_element(points, {}, &Point::weight)};
  while (centres.size() < std::min(count, points.size())) {
    const auto need = [&](const Point& point) { return point.weight * squared_distance(point, centres[nearest(centres, point)]); };
    const Point& worst = *std::ranges::max_element(points, {}, need);
    if (need(worst) <= 0) break;
    centres.push_back(worst);
  }
  return centres;
}

/// One round of k-means; the weights of the result are those of the points gathered.
std::vector<Point> move_centres(const std::vector<Point>& points, const std::vector<Point>& centres) {
  std::vector<Point> sums(centres.size());
  for (const Point& point : points) {
    Point& sum = sums[nearest(centres, point)];
    sum.luma += point.weight * point.luma;
    sum.blue += point.weight * point.blue;
    sum.red += point.weight * point.red;
    sum.weight += point.weight;
  }
  std::erase_if(sums, [](const Point& sum) { return sum.weight <= 0; });
  for (Point& sum : sums) sum = {sum.luma / sum.weight, sum.blue / sum.weight, sum.red / sum.weight, sum.weight};
  return sums;
}

}  // namespace

PaletteGatherer::PaletteGatherer() : bins_(kBinCount) {}

void PaletteGatherer::clear() { std::ranges::fill(bins_, Bin{}); }

void PaletteGatherer::add(std::uint8_t luma, std::uint8_t blue, std::uint8_t red) {
  const auto bin_of = [](std::size_t value, std::size_t bins) { return value * bins / 256; };
  Bin& bin = bins_[(bin_of(luma, kLumaBins) * kTintBins + bin_of(blue, kTintBins)) * kTintBins + bin_of(red, kTintBins)];
  ++bin.samples;
  bin.luma += luma;
  bin.blue += blue;
  bin.red += red;
}

std::vector<PaletteColor> PaletteGatherer::colors(int count) const {
  std::vector<Point> points;
  double total = 0;
  for (const Bin& bin : bins_) {
    if (bin.samples == 0) continue;
    const auto samples = static_cast<double>(bin.samples);
    points.push_back({static_cast<double>(bin.luma) / samples, static_cast<double>(bin.blue) / samples, static_cast<double>(bin.red) / samples, samples});
    total += samples;
  }
  if (points.empty() || count < 1) return {};
  std::vector<Point> centres = seed_centres(points, static_cast<std::size_t>(count));
  for (int round = 0; round < kRounds; ++round) centres = move_centres(points, centres);
  std::ranges::stable_sort(centres, std::ranges::greater(), &Point::weight);
  std::vector<PaletteColor> palette;
  for (const Point& centre : centres) palette.push_back({color_name(centre.luma, centre.blue, centre.red), centre.weight / total});
  return palette;
}

std::string color_name(double luma, double blue, double red) {
  const double light = (luma - 16) * 255 / 219;
  const double blueness = (blue - 128) * 255 / 224;
  const double redness = (red - 128) * 255 / 224;
  const auto byte = [](double value) { return static_cast<int>(std::clamp(std::lround(value), 0L, 255L)); };
  return fmt::format("#{:02x}{:02x}{:02x}", byte(light + 1.5748 * redness), byte(light - 0.1873 * blueness - 0.4681 * redness),
                     byte(light + 1.8556 * blueness));
}

}  // namespace cineloom
