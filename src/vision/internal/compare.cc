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

int absolute_sum_of_block(const std::uint8_t* a, const std::uint8_t* b) {
#if defined(__SSE2__)
  __m128i sum = _mm_setzero_si128();
  for (int y = 0; y < kBlock; ++y) {
    const __m128i left = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(a + y * kThumbWidth));
    const __m128i right = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(b + y * kThumbWidth));
    sum = _mm_add_epi32(sum, _mm_sad_epu8(left, right));
  }
  return _mm_cvtsi128_si32(sum);
#else
  int sum = 0;
  for (int y = 0; y < kBlock; ++y) {
    for (int x = 0; x < kBlock; ++x) sum += std::abs(a[y * kThumbWidth + x] - b[y * kThumbWidth + x]);
  }
  return sum;
#endif
}

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

BlockMatch match_block(const Thumbnail& older, const std::uint8_t* block, int left, int top, int reach) {
  BlockMatch match{.x = left + kBlock / 2 - kThumbWidth / 2, .y = top + kBlock / 2 - kThumbHeight / 2};
  int best = absolute_sum_of_block(block, older.luma.data() + top * kThumbWidth + left) * 16;
  const int unmoved = best;
  for (int dy = -std::min(reach, top); dy <= std::min(reach, kThumbHeight - kBlock - top) && unmoved > 0; ++dy) {
    for (int dx = -std::min(reach, left); dx <= std::min(reach, kThumbWidth - kBlock - left); ++dx) {
      const std::uint8_t* place = older.luma.data() + (top + dy) * kThumbWidth + left + dx;
      const int sum = absolute_sum_of_block(block, place) * 16 + std::abs(dx) + std::abs(dy);
      if (sum >= best) continue;
      best = sum;
      match.dx = -dx;
      match.dy = -dy;
    }
  }
  match.residual = static_cast<float>(best / 16) / (kBlock * kBlock);
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

BlockField match_blocks(const Thumbnail& older, const Thumbnail& newer, const Region& region, int reach) {
  BlockField field;
  for (int top = region.top; top + kBlock <= region.bottom; top += kBlock) {
    for (int left = region.left; left + kBlock <= region.right; left += kBlock) {
      const std::uint8_t* block = newer.luma.data() + top * kThumbWidth + left;
      BlockMatch match = match_block(older, block, left, top, reach);
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
  for (std::size_t i = 0; i < kGridCells; ++i) {
    difference.grid += distance(older.colors.cells[i], newer.colors.cells[i]) / kGridCells;
  }
  difference.residual = difference.typical = difference.plain;
  if (difference.plain < kQuiet) return difference;
  const BlockField field = match_blocks(older.thumbnail, newer.thumbnail, region, kReach);
  difference.residual = mean_residual(field);
  difference.typical = median_residual(field);
  return difference;
}

}  // namespace cineloom
