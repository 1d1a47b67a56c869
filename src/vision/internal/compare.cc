#include "vision/internal/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace cineloom {
namespace {

constexpr int kReach = 4;
constexpr float kQuiet = 3.0F;  ///< mean luma difference of noise and slow motion: no search pays below it

/// A block that is held against many others.
class HeldBlock {
 public:
  explicit HeldBlock(const std::uint8_t* block) {
#if defined(__SSE2__)
    for (int pair = 0; pair < kBlock / 2; ++pair) rows_[static_cast<std::size_t>(pair)] = two_rows(block + 2 * pair * kThumbWidth);
#else
    for (int y = 0; y < kBlock; ++y) std::copy_n(block + y * kThumbWidth, kBlock, rows_.data() + y * kBlock);
#endif
  }

  /// Sum of absolute differences over rows [2 * first, 2 * last).
  [[nodiscard]] int difference(const std::uint8_t* other, int first = 0, int last = kBlock / 2) const {
#if defined(__SSE2__)
    __m128i sum = _mm_setzero_si128();
    for (int pair = first; pair < last; ++pair) {
      sum = _mm_add_epi32(sum, _mm_sad_epu8(rows_[static_cast<std::size_t>(pair)], two_rows(other + 2 * pair * kThumbWidth)));
    }
    return _mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_unpackhi_epi64(sum, sum)));
#else
    int sum = 0;
    for (int y = 2 * first; y < 2 * last; ++y) {
      for (int x = 0; x < kBlock; ++x) sum += std::abs(rows_[static_cast<std::size_t>(y * kBlock + x)] - other[y * kThumbWidth + x]);
    }
    return sum;
#endif
  }

 private:
#if defined(__SSE2__)
  static __m128i two_rows(const std::uint8_t* from) {
    const __m128i upper = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    return _mm_unpacklo_epi64(upper, _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + kThumbWidth)));
  }
  struct Rows {
    __m128i pairs[kBlock / 2];
    __m128i& operator[](std::size_t pair) { return pairs[pair]; }
    const __m128i& operator[](std::size_t pair) const { return pairs[pair]; }
  } rows_;
#else
  std::array<std::uint8_t, kBlock * kBlock> rows_{};
#endif
};

float texture_of(const std::uint8_t* block) {
  int sum = 0;
  for (int y = 0; y + 1 < kBlock; ++y) {
    for (int x = 0; x + 1 < kBlock; ++x) {
      const int here = block[y * kThumbWidth + x];
      sum += std::abs(block[y * kThumbWidth + x + 1] - here) + std::abs(block[(y + 1) * kThumbWidth + x] - here);
    }
  }
  return static_cast<float>(sum) / (2.0F * (kBlock - 1) * (kBlock - 1));
}

/// Where between -0.5 and 0.5 the parabola through three neighbouring differences has its lowest point.
float lowest_between(int before, int here, int behind) {
  const int bend = before + behind - 2 * here;
  if (bend <= 0) return 0;
  return std::clamp(0.5F * static_cast<float>(before - behind) / static_cast<float>(bend), -0.5F, 0.5F);
}

/// The block at its own place in the newer frame and the places it may come from in the older one.
struct Search {
  const Thumbnail& older;
  HeldBlock block;
  int left;
  int top;
  int reach;

  [[nodiscard]] int first_x() const { return -std::min(reach, left); }
  [[nodiscard]] int last_x() const { return std::min(reach, kThumbWidth - kBlock - left); }
  [[nodiscard]] int first_y() const { return -std::min(reach, top); }
  [[nodiscard]] int last_y() const { return std::min(reach, kThumbHeight - kBlock - top); }
  [[nodiscard]] const std::uint8_t* place(int dx, int dy) const { return older.luma.data() + (top + dy) * kThumbWidth + left + dx; }
  [[nodiscard]] int difference(int dx, int dy) const { return block.difference(place(dx, dy)); }
};

BlockMatch match_block(const Search& search, Precision precision) {
  constexpr int kScale = 16;  // so that the length of the way only decides between equals
  int best = search.difference(0, 0) * kScale;
  const bool is_moved = best > 0;
  int best_x = 0;
  int best_y = 0;
  for (int dy = search.first_y(); is_moved && dy <= search.last_y(); ++dy) {
    for (int dx = search.first_x(); dx <= search.last_x(); ++dx) {
      // Most places are worse by their upper half alone.
      const int upper = search.block.difference(search.place(dx, dy), 0, kBlock / 4) * kScale;
      if (upper >= best) continue;
      const int sum = upper + search.block.difference(search.place(dx, dy), kBlock / 4) * kScale + std::abs(dx) + std::abs(dy);
      if (sum >= best) continue;
      best = sum;
      best_x = dx;
      best_y = dy;
    }
  }
  BlockMatch match{.dx = static_cast<float>(-best_x), .dy = static_cast<float>(-best_y)};
  match.x = search.left + kBlock / 2 - kThumbWidth / 2;
  match.y = search.top + kBlock / 2 - kThumbHeight / 2;
  const int here = best / kScale;
  match.residual = static_cast<float>(here) / (kBlock * kBlock);
  if (precision == Precision::Whole || !is_moved) return match;
  const auto at = [&](int dx, int dy) { return search.difference(best_x + dx, best_y + dy); };
  if (best_x > search.first_x() && best_x < search.last_x()) match.dx -= lowest_between(at(-1, 0), here, at(1, 0));
  if (best_y > search.first_y() && best_y < search.last_y()) match.dy -= lowest_between(at(0, -1), here, at(0, 1));
  return match;
}

float distance(const std::array<float, kBins>& a, const std::array<float, kBins>& b) {
  float sum = 0;
  for (std::size_t i = 0; i < kBins; ++i) sum += std::fabs(a[i] - b[i]);
  return sum / 6.0F;  // three channels, each at most 2
}

/// Shares one sample between the two bins it lies between: a flat area that slowly changes must not jump as a whole.
void count_softly(float* bins, int count, float place) {
  const float inside = std::clamp(place - 0.5F, 0.0F, static_cast<float>(count - 1));
  const int lower = std::min(static_cast<int>(inside), count - 2);
  const float share = inside - static_cast<float>(lower);
  bins[lower] += 1 - share;
  bins[lower + 1] += share;
}

void normalize(std::array<float, kBins>& bins) {
  float total = 0;
  for (std::size_t i = 0; i < kToneBins; ++i) total += bins[i];
  if (total <= 0) return;
  for (float& bin : bins) bin /= total;
}

}  // namespace

ColorHistograms count_colors(const Thumbnail& thumbnail, const Region& region) {
  ColorHistograms colors;
  const int left = region.left / 2;
  const int top = region.top / 2;
  const int width = region.right / 2 - left;
  const int height = region.bottom / 2 - top;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto at = static_cast<std::size_t>((top + y) * kHalfWidth + left + x);
      float* cell = colors.cells[static_cast<std::size_t>((y * 4 / height) * 4 + x * 4 / width)].data();
      count_softly(cell, kToneBins, thumbnail.small_luma[at] * 1.0F / 16);
      // Tints crowd around grey: the middle half of the scale gets all inner bins.
      count_softly(cell + kToneBins, kTintBins, static_cast<float>(thumbnail.blue[at] - 64) / 16);
      count_softly(cell + kToneBins + kTintBins, kTintBins, static_cast<float>(thumbnail.red[at] - 64) / 16);
    }
  }
  for (auto& cell : colors.cells) {
    for (std::size_t i = 0; i < kBins; ++i) colors.whole[i] += cell[i];
    normalize(cell);
  }
  normalize(colors.whole);
  return colors;
}

float mean_difference(const Thumbnail& older, const Thumbnail& newer, const Region& region) {
  int sum = 0;
  for (int y = region.top; y < region.bottom; ++y) {
    const std::uint8_t* a = older.luma.data() + y * kThumbWidth;
    const std::uint8_t* b = newer.luma.data() + y * kThumbWidth;
    for (int x = region.left; x < region.right; ++x) sum += std::abs(a[x] - b[x]);
  }
  return static_cast<float>(sum) / static_cast<float>((region.right - region.left) * (region.bottom - region.top));
}

BlockField match_blocks(const Thumbnail& older, const Thumbnail& newer, const Region& region, int reach, Precision precision) {
  BlockField field;
  for (int top = region.top; top + kBlock <= region.bottom; top += kBlock) {
    for (int left = region.left; left + kBlock <= region.right; left += kBlock) {
      const std::uint8_t* block = newer.luma.data() + top * kThumbWidth + left;
      BlockMatch match = match_block({older, HeldBlock(block), left, top, reach}, precision);
      match.texture = texture_of(block);
      field.blocks[static_cast<std::size_t>(field.count++)] = match;
    }
  }
  return field;
}

float mean_residual(const BlockField& field) {
  float sum = 0;
  for (int i = 0; i < field.count; ++i) sum += field.blocks[static_cast<std::size_t>(i)].residual;
  return sum / static_cast<float>(std::max(1, field.count));
}

float median_residual(const BlockField& field) {
  std::array<float, kMaxBlocks> residuals{};
  for (int i = 0; i < field.count; ++i) residuals[static_cast<std::size_t>(i)] = field.blocks[static_cast<std::size_t>(i)].residual;
  auto* middle = residuals.data() + field.count / 2;
  std::nth_element(residuals.data(), middle, residuals.data() + field.count);
  return *middle;
}

Difference compare(const PreparedFrame& older, const PreparedFrame& newer, const Region& region) {
  Difference difference;
  difference.plain = mean_difference(older.thumbnail, newer.thumbnail, region);
  difference.histogram = distance(older.colors.whole, newer.colors.whole);
  for (std::size_t i = 0; i < kGridCells; ++i) { difference.grid += distance(older.colors.cells[i], newer.colors.cells[i]) / kGridCells; }
  difference.residual = difference.typical = difference.plain;
  if (difference.plain < kQuiet) return difference;
  const BlockField field = match_blocks(older.thumbnail, newer.thumbnail, region, kReach);
  difference.residual = mean_residual(field);
  difference.typical = median_residual(field);
  return difference;
}

}  // namespace cineloom
