#include "vision/thumbnail.h"

#include <algorithm>
#include <vector>

namespace cineloom {
namespace {

constexpr int kRowsPerCell = 8;
constexpr std::uint8_t kLit = 40;  ///< luma above black level 16 and its noise

/// Adds rows [top, bottom) of the plane, every `step`-th, column by column. Returns how many were added.
int sum_rows(const PlaneView& plane, int top, int bottom, int step, std::vector<std::uint32_t>& sums) {
  std::fill(sums.begin(), sums.end(), 0U);
  int rows = 0;
  for (int y = top; y < bottom; y += step, ++rows) {
    const std::uint8_t* from = plane.row(y).data();
    std::uint32_t* to = sums.data();
    for (int x = 0; x < plane.width; ++x) to[x] += from[x];
  }
  return rows;
}

int edge(int cell, int cells, int size) { return static_cast<int>(static_cast<std::int64_t>(cell) * size / cells); }

void sum_columns(const std::vector<std::uint32_t>& sums, int rows, int width, std::uint8_t* out) {
  const int columns = static_cast<int>(sums.size());
  for (int cell = 0; cell < width; ++cell) {
    const int left = std::min(edge(cell, width, columns), columns - 1);
    const int right = std::max(left + 1, edge(cell + 1, width, columns));
    std::uint64_t total = 0;
    for (int x = left; x < right; ++x) total += sums[static_cast<std::size_t>(x)];
    const auto count = static_cast<std::uint64_t>(right - left) * static_cast<std::uint64_t>(rows);
    out[cell] = static_cast<std::uint8_t>((total + count / 2) / count);
  }
}

}  // namespace

void shrink(const PlaneView& plane, int width, int height, std::uint8_t* out) {
  if (plane.samples.empty() || plane.width <= 0 || plane.height <= 0) {
    std::fill_n(out, static_cast<std::ptrdiff_t>(width) * height, std::uint8_t{128});
    return;
  }
  thread_local std::vector<std::uint32_t> sums;
  sums.resize(static_cast<std::size_t>(plane.width));
  for (int cell = 0; cell < height; ++cell) {
    const int top = std::min(edge(cell, height, plane.height), plane.height - 1);
    const int bottom = std::max(top + 1, edge(cell + 1, height, plane.height));
    const int rows = sum_rows(plane, top, bottom, std::max(1, (bottom - top) / kRowsPerCell), sums);
    sum_columns(sums, rows, width, out + static_cast<std::ptrdiff_t>(cell) * width);
  }
}

Thumbnail make_thumbnail(const FrameView& frame) {
  Thumbnail thumbnail;
  shrink(frame.luma, kThumbWidth, kThumbHeight, thumbnail.luma.data());
  shrink(frame.blue, kHalfWidth, kHalfHeight, thumbnail.blue.data());
  shrink(frame.red, kHalfWidth, kHalfHeight, thumbnail.red.data());
  const PlaneView luma{thumbnail.luma, kThumbWidth, kThumbHeight, kThumbWidth};
  shrink(luma, kHalfWidth, kHalfHeight, thumbnail.small_luma.data());
  return thumbnail;
}

void LetterboxFinder::look(const Thumbnail& thumbnail) {
  for (int y = 0; y < kThumbHeight; ++y) {
    for (int x = 0; x < kThumbWidth; ++x) {
      if (thumbnail.luma[static_cast<std::size_t>(y * kThumbWidth + x)] < kLit) continue;
      lit_rows_[static_cast<std::size_t>(y)] = true;
      lit_columns_[static_cast<std::size_t>(x)] = true;
    }
  }
}

Region LetterboxFinder::picture() const {
  const auto first = [](const auto& lit) { return static_cast<int>(std::ranges::find(lit, true) - lit.begin()); };
  const auto end = [](const auto& lit) {
    return static_cast<int>(lit.rend() - std::find(lit.rbegin(), lit.rend(), true));
  };
  Region region{first(lit_columns_) & ~1, first(lit_rows_) & ~1, (end(lit_columns_) + 1) & ~1, (end(lit_rows_) + 1) & ~1};
  const bool is_plausible = region.right - region.left >= kThumbWidth / 2 && region.bottom - region.top >= kThumbHeight / 2;
  return is_plausible ? region : Region{};
}

}  // namespace cineloom
