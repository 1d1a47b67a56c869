#include "vision/thumbnail.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "vision/internal/cell_sums.h"

namespace cineloom {
namespace {

constexpr std::uint8_t kLit = 40;  ///< luma above black level 16 and its noise

/// The grids that were used last: a frame's planes take turns.
const CellSums& grid(std::array<CellSums, 8>& known, std::size_t& oldest, int cells, int samples) {
  for (const CellSums& one : known) {
    if (one.cells() == cells && one.samples() == samples) return one;
  }
  CellSums& next = known[oldest++ % known.size()];
  next = CellSums(cells, samples);
  return next;
}

/// Some rows of the plane that stand for all of a row of cells.
struct ChosenRows {
  std::array<const std::uint8_t*, CellSums::kMostRows> rows{};
  int count = 0;

  ChosenRows(const PlaneView& plane, int top, int bottom) {
    const int step = (bottom - top + CellSums::kMostRows - 1) / CellSums::kMostRows;
    for (int y = top; y < bottom; y += step) rows[static_cast<std::size_t>(count++)] = plane.row(y).data();
  }
  /// A decoded picture has left the near caches, and rows that are skipped tell the processor nothing of the next.
  void fetch_ahead(int width) const {
    constexpr int kCacheLine = 64;
    for (int row = 0; row < count; ++row) {
      for (int x = 0; x < width; x += kCacheLine) __builtin_prefetch(rows[static_cast<std::size_t>(row)] + x);
    }
  }
};

void to_means(const std::int32_t* totals, const float* shares, int cells, int rows, std::uint8_t* out) {
  const float of_row = 1.0F / static_cast<float>(rows);
  for (int cell = 0; cell < cells; ++cell) {
    out[cell] = static_cast<std::uint8_t>(static_cast<std::int32_t>(static_cast<float>(totals[cell]) * shares[cell] * of_row + 0.5F));
  }
}

}  // namespace

void shrink(const PlaneView& plane, int width, int height, std::uint8_t* out) {
  if (plane.samples.empty() || plane.width <= 0 || plane.height <= 0) {
    std::fill_n(out, static_cast<std::ptrdiff_t>(width) * height, std::uint8_t{128});
    return;
  }
  thread_local std::array<CellSums, 8> known_columns;
  thread_local std::array<CellSums, 8> known_rows;
  thread_local std::size_t oldest_columns = 0;
  thread_local std::size_t oldest_rows = 0;
  thread_local std::vector<std::int32_t> totals;
  thread_local std::vector<float> shares;
  const CellSums& columns = grid(known_columns, oldest_columns, width, plane.width);
  const CellSums& rows = grid(known_rows, oldest_rows, height, plane.height);
  totals.resize(static_cast<std::size_t>(width));
  shares.resize(static_cast<std::size_t>(width));
  for (int cell = 0; cell < width; ++cell) shares[static_cast<std::size_t>(cell)] = 1.0F / static_cast<float>(columns.end(cell) - columns.begin(cell));
  ChosenRows next(plane, rows.begin(0), rows.end(0));
  for (int cell = 0; cell < height; ++cell) {
    const ChosenRows chosen = next;
    if (cell + 1 < height) {
      next = ChosenRows(plane, rows.begin(cell + 1), rows.end(cell + 1));
      next.fetch_ahead(plane.width);
    }
    columns.add(chosen.rows.data(), chosen.count, totals.data());
    to_means(totals.data(), shares.data(), width, chosen.count, out + static_cast<std::ptrdiff_t>(cell) * width);
  }
}

PlaneView cut(const PlaneView& plane, const PictureArea& area) {
  const auto column = [&](double share) { return std::clamp(static_cast<int>(std::lround(share * plane.width)), 0, plane.width); };
  const auto row = [&](double share) { return std::clamp(static_cast<int>(std::lround(share * plane.height)), 0, plane.height); };
  PlaneView part{.width = column(area.right) - column(area.left), .height = row(area.bottom) - row(area.top), .stride = plane.stride};
  if (plane.samples.empty() || part.width <= 0 || part.height <= 0) return {};
  const auto first = static_cast<std::size_t>(row(area.top)) * static_cast<std::size_t>(plane.stride) + static_cast<std::size_t>(column(area.left));
  const auto size = static_cast<std::size_t>(part.height - 1) * static_cast<std::size_t>(plane.stride) + static_cast<std::size_t>(part.width);
  part.samples = plane.samples.subspan(first, size);
  return part;
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
  const auto is_known = [](const auto& lit) { return std::ranges::find(lit, false) == lit.end(); };
  if (is_known(lit_rows_) && is_known(lit_columns_)) return;
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
  const auto end = [](const auto& lit) { return static_cast<int>(lit.rend() - std::find(lit.rbegin(), lit.rend(), true)); };
  Region region{first(lit_columns_) & ~1, first(lit_rows_) & ~1, (end(lit_columns_) + 1) & ~1, (end(lit_rows_) + 1) & ~1};
  const bool is_plausible = region.right - region.left >= kThumbWidth / 2 && region.bottom - region.top >= kThumbHeight / 2;
  return is_plausible ? region : Region{};
}

}  // namespace cineloom
