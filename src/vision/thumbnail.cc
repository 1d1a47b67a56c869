#include "vision/thumbnail.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace cineloom {
namespace {

constexpr int kRowsPerCell = 4;  // at most: enough for a mean, and half the memory of a tall film is not read
constexpr std::uint8_t kLit = 40;  ///< luma above black level 16 and its noise

/// Where the cells of a grid over `size` samples begin and end; a cell smaller than a sample takes that sample.
struct CellEdges {
  int size = 0;
  std::vector<int> begin;
  std::vector<int> end;
  std::vector<float> share;  ///< of one sample in its cell's mean

  void lay(int cells, int over) {
    if (size == over && std::cmp_equal(begin.size(), cells)) return;
    size = over;
    begin.resize(static_cast<std::size_t>(cells));
    end.resize(static_cast<std::size_t>(cells));
    share.resize(static_cast<std::size_t>(cells));
    for (int cell = 0; cell < cells; ++cell) {
      const auto edge = [&](int at) { return static_cast<int>(static_cast<std::int64_t>(at) * over / cells); };
      const int first = std::min(edge(cell), over - 1);
      begin[static_cast<std::size_t>(cell)] = first;
      end[static_cast<std::size_t>(cell)] = std::max(first + 1, edge(cell + 1));
      share[static_cast<std::size_t>(cell)] = 1.0F / static_cast<float>(end[static_cast<std::size_t>(cell)] - first);
    }
  }
};

void fetch_ahead(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kCacheLine = 64;
  for (std::size_t at = 0; at < bytes.size(); at += kCacheLine) __builtin_prefetch(bytes.data() + at);
}

#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
__attribute__((target_clones("avx2", "default")))
#endif
void add_row(const std::uint8_t* from, int width, std::uint16_t* sums) {
  for (int x = 0; x < width; ++x) sums[x] = static_cast<std::uint16_t>(sums[x] + from[x]);
}

/// Adds rows [top, bottom) of the plane, every `step`-th, column by column. Returns how many were added: at most kRowsPerCell, so
/// that 16 bits hold the sums.
int sum_rows(const PlaneView& plane, int top, int bottom, int step, std::uint16_t* sums) {
  int rows = 0;
  for (int y = top; y < bottom; y += step, ++rows) {
    const std::uint8_t* from = plane.row(y).data();
    // A decoded picture has left the near caches, and rows that are skipped tell the processor nothing of the next.
    if (y + 2 * step < plane.height) fetch_ahead(plane.row(y + 2 * step));
    if (rows == 0) std::copy_n(from, plane.width, sums);
    else add_row(from, plane.width, sums);
  }
  return rows;
}

void sum_columns(const std::uint16_t* sums, int rows, const CellEdges& columns, std::uint8_t* out) {
  const std::size_t cells = columns.begin.size();
  const int* begin = columns.begin.data();
  const int* end = columns.end.data();
  const float* share = columns.share.data();
  const float of_row = 1.0F / static_cast<float>(rows);
  thread_local std::vector<std::int32_t> totals;
  totals.resize(cells);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    std::int32_t total = 0;
    for (int x = begin[cell]; x < end[cell]; ++x) total += sums[x];
    totals[cell] = total;
  }
  // A loop of its own, so that several cells are worked out at once.
  const std::int32_t* total = totals.data();
  for (std::size_t cell = 0; cell < cells; ++cell) {
    out[cell] = static_cast<std::uint8_t>(static_cast<std::int32_t>(static_cast<float>(total[cell]) * share[cell] * of_row + 0.5F));
  }
}

}  // namespace

void shrink(const PlaneView& plane, int width, int height, std::uint8_t* out) {
  if (plane.samples.empty() || plane.width <= 0 || plane.height <= 0) {
    std::fill_n(out, static_cast<std::ptrdiff_t>(width) * height, std::uint8_t{128});
    return;
  }
  thread_local std::vector<std::uint16_t> sums;
  thread_local CellEdges columns;
  sums.resize(static_cast<std::size_t>(plane.width));
  columns.lay(width, plane.width);
  thread_local CellEdges rows;
  rows.lay(height, plane.height);
  for (int cell = 0; cell < height; ++cell) {
    const int top = rows.begin[static_cast<std::size_t>(cell)];
    const int bottom = rows.end[static_cast<std::size_t>(cell)];
    const int count = sum_rows(plane, top, bottom, (bottom - top + kRowsPerCell - 1) / kRowsPerCell, sums.data());
    sum_columns(sums.data(), count, columns, out + static_cast<std::ptrdiff_t>(cell) * width);
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
