#include "vision/swatches.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "vision/internal/watch_bytes.h"

namespace cineloom {
namespace {

PlaneView inside(const std::uint8_t* samples, int stride, const Region& region) {
  const auto bytes = static_cast<std::size_t>((region.bottom - region.top - 1) * stride + region.right - region.left);
  return {{samples + region.top * stride + region.left, bytes}, region.right - region.left, region.bottom - region.top, stride};
}

}  // namespace

void Swatches::add(const Thumbnail& thumbnail, const Region& region, std::int64_t ordinal) {
  Swatch& swatch = swatches_.emplace_back(Swatch{.ordinal = ordinal});
  const Region half{region.left / 2, region.top / 2, region.right / 2, region.bottom / 2};
  shrink(inside(thumbnail.small_luma.data(), kHalfWidth, half), kWidth, kHeight, swatch.luma.data());
  shrink(inside(thumbnail.blue.data(), kHalfWidth, half), kWidth, kHeight, swatch.blue.data());
  shrink(inside(thumbnail.red.data(), kHalfWidth, half), kWidth, kHeight, swatch.red.data());
}

void Swatches::save(ByteWriter& out) { put_tail(out, swatches_, std::exchange(saved_, swatches_.size())); }

bool Swatches::load(ByteReader& in) {
  const bool is_loaded = take_tail(in, swatches_);
  saved_ = swatches_.size();
  return is_loaded;
}

std::vector<PaletteColor> Swatches::palette(std::int64_t first, std::int64_t last) {
  gatherer_.clear();
  const auto add = [&](const Swatch& swatch) {
    for (std::size_t i = 0; i < kSize; ++i) gatherer_.add(swatch.luma[i], swatch.blue[i], swatch.red[i]);
  };
  auto it = std::ranges::lower_bound(swatches_, first, {}, &Swatch::ordinal);
  if (it == swatches_.end() || it->ordinal > last) {
    if (it != swatches_.begin()) add(*std::prev(it));
    return gatherer_.colors();
  }
  for (; it != swatches_.end() && it->ordinal <= last; ++it) add(*it);
  return gatherer_.colors();
}

std::vector<PaletteColor> Swatches::barcode(std::int64_t frames, int parts) const {
  std::vector<PaletteColor> colors;
  if (swatches_.empty()) return colors;
  const auto mean = [](const auto& plane) { return std::accumulate(plane.begin(), plane.end(), 0.0) / static_cast<double>(plane.size()); };
  const auto from = [&](int part) { return std::ranges::lower_bound(swatches_, frames * part / parts, {}, &Swatch::ordinal); };
  for (int part = 0; part < parts; ++part) {
    auto begin = from(part);
    auto end = from(part + 1);
    // A part between two looks has the colour of the look before it.
    if (begin == end) begin = end == swatches_.begin() ? (++end, swatches_.begin()) : std::prev(end);
    const auto count = static_cast<double>(end - begin);
    double luma = 0;
    double blue = 0;
    double red = 0;
    for (auto swatch = begin; swatch != end; ++swatch) {
      luma += mean(swatch->luma) / count;
      blue += mean(swatch->blue) / count;
      red += mean(swatch->red) / count;
    }
    colors.push_back({color_name(luma, blue, red), 1.0 / parts});
  }
  return colors;
}

}  // namespace cineloom
