#include "vision/keyframe_ranking.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace cineloom {
namespace {

constexpr std::size_t kPickedOneByOne = 24;
constexpr double kUnlike = 0.12;     // mean distance of two sketches that show different things
constexpr double kFaceBonus = 0.5;
constexpr double kLastThird = 0.3;   // how much a picture counts that may spoil the ending
constexpr int kWide = 8;
constexpr int kTall = 5;
constexpr int kColorWide = 4;
constexpr int kColorTall = 3;

double distance(const PictureSketch& a, const PictureSketch& b) {
  int sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / (255.0 * static_cast<double>(a.size()));
}

std::vector<double> qualities_of(std::span<const RankedPicture> pictures) {
  std::vector<double> worths(pictures.size());
  std::ranges::transform(pictures, worths.begin(), &RankedPicture::worth);
  const auto middle = worths.begin() + std::ssize(worths) / 2;
  std::ranges::nth_element(worths, middle);
  const double usual = std::max(1e-9, *middle);
  std::vector<double> qualities;
  for (const RankedPicture& picture : pictures) {
    const double spoiler = picture.place > 2.0 / 3 ? kLastThird : 1;
    qualities.push_back(picture.worth / (picture.worth + usual) * (1 + kFaceBonus * picture.face) * spoiler);
  }
  return qualities;
}

}  // namespace

PictureSketch sketch_of(const Thumbnail& thumbnail) {
  PictureSketch sketch{};
  std::uint8_t* out = sketch.data();
  shrink({thumbnail.luma, kThumbWidth, kThumbHeight, kThumbWidth}, kWide, kTall, out);
  shrink({thumbnail.blue, kHalfWidth, kHalfHeight, kHalfWidth}, kColorWide, kColorTall, out + kWide * kTall);
  shrink({thumbnail.red, kHalfWidth, kHalfHeight, kHalfWidth}, kColorWide, kColorTall, out + kWide * kTall + kColorWide * kColorTall);
  return sketch;
}

std::vector<int> rank_pictures(std::span<const RankedPicture> pictures) {
  if (pictures.empty()) return {};
  const std::vector<double> qualities = qualities_of(pictures);
  std::vector<std::size_t> order(pictures.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t i) { return qualities[i]; });
  std::vector<double> nearest(pictures.size(), 1);  // distance to the nearest of those picked
  for (std::size_t picked = 0; picked < std::min(kPickedOneByOne, order.size()); ++picked) {
    const auto rest = order.begin() + static_cast<std::ptrdiff_t>(picked);
    const auto best = std::max_element(rest, order.end(), [&](std::size_t a, std::size_t b) {
      const auto worth = [&](std::size_t i) { return qualities[i] * std::min(1.0, nearest[i] / kUnlike); };
      return worth(a) < worth(b);
    });
    std::rotate(rest, best, best + 1);
    for (std::size_t i = 0; i < pictures.size(); ++i) nearest[i] = std::min(nearest[i], distance(pictures[i].sketch, pictures[order[picked]].sketch));
  }
  std::vector<int> ranks(pictures.size());
  for (std::size_t place = 0; place < order.size(); ++place) ranks[order[place]] = static_cast<int>(place);
  return ranks;
}

}  // namespace cineloom
