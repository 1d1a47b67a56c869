#include "math/internal/product_kernels.h"

// Every processor since 2011 has SSE4: the library's scalar fallback has no tiles.
#define HWY_BASELINE_TARGETS HWY_SSE4

#include <algorithm>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "math/internal/product_kernels.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace cineloom::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;
constexpr std::size_t kLanes = hn::MaxLanes(Tag());
constexpr std::size_t kRows = HWY_TARGET <= HWY_AVX3 ? 12 : 6;  // of a tile: its sums, two vectors of the right side and a factor fill the registers
constexpr std::size_t kColumns = 2 * kLanes;
static_assert(kPackedRows % kRows == 0 && kPackedColumns % kColumns == 0);
constexpr std::size_t kDepth = 256;        // a strip of the right side stays in the first cache,
constexpr std::size_t kRowsAtOnce = 240;   // the left side packed in the second,
constexpr std::size_t kColumnsAtOnce = 1024;  // and the right side in the third

/// Four neighbours along the depth of four rows, turned.
HWY_INLINE void turn_four(const float* from, std::size_t step, float* to, std::size_t width) {
  const hn::FixedTag<float, 4> d;
  const auto a = hn::LoadU(d, from);
  const auto b = hn::LoadU(d, from + step);
  const auto c = hn::LoadU(d, from + 2 * step);
  const auto e = hn::LoadU(d, from + 3 * step);
  const auto ab = hn::InterleaveLower(d, a, b);
  const auto ce = hn::InterleaveLower(d, c, e);
  const auto ab_upper = hn::InterleaveUpper(d, a, b);
  const auto ce_upper = hn::InterleaveUpper(d, c, e);
  hn::StoreU(hn::ConcatLowerLower(d, ce, ab), d, to);
  hn::StoreU(hn::ConcatUpperUpper(d, ce, ab), d, to + width);
  hn::StoreU(hn::ConcatLowerLower(d, ce_upper, ab_upper), d, to + 2 * width);
  hn::StoreU(hn::ConcatUpperUpper(d, ce_upper, ab_upper), d, to + 3 * width);
}

/// One panel: to[p * width + i] = from[i * across + p * along], zeros from `count` on.
HWY_INLINE void pack_panel(const float* from, std::size_t across, std::size_t along, std::size_t count, std::size_t depth, std::size_t width, float* to) {
  if (across != 1 && along == 1 && count == width) {
    std::size_t p = 0;
    for (; p + 4 <= depth; p += 4) {
      std::size_t i = 0;
      for (; i + 4 <= width; i += 4) turn_four(from + i * across + p, across, to + p * width + i, width);
      for (; i < width; ++i) {
        for (std::size_t q = 0; q < 4; ++q) to[(p + q) * width + i] = from[i * across + p + q];
      }
    }
    from += p * along;
    to += p * width;
    depth -= p;
  }
  for (std::size_t p = 0; p < depth; ++p, from += along, to += width) {
    for (std::size_t i = 0; i < count; ++i) to[i] = from[i * across];
    std::fill(to + count, to + width, 0.0F);
  }
}

template <std::size_t kWidth>
void pack(const float* from, std::size_t across, std::size_t along, std::size_t count, std::size_t depth, float* to) {
  for (std::size_t first = 0; first < count; first += kWidth, to += kWidth * depth) {
    pack_panel(from + first * across, across, along, std::min(kWidth, count - first), depth, kWidth, to);
  }
}

struct Sums {
  Vector at[kRows][2];
};

/// The products of a packed left panel and a packed right one.
HWY_INLINE Sums tile_products(const float* HWY_RESTRICT left, const float* HWY_RESTRICT right, std::size_t depth) {
  const Tag d;
  Sums sums;
  HWY_UNROLL(12)
  for (std::size_t i = 0; i < kRows; ++i) sums.at[i][0] = sums.at[i][1] = hn::Zero(d);
  HWY_UNROLL(2)
  for (std::size_t p = 0; p < depth; ++p, left += kRows, right += kColumns) {
    const Vector first = hn::Load(d, right);
    const Vector second = hn::Load(d, right + kLanes);
    HWY_UNROLL(12)
    for (std::size_t i = 0; i < kRows; ++i) {
      const Vector factor = hn::Set(d, left[i]);
      sums.at[i][0] = hn::MulAdd(factor, first, sums.at[i][0]);
      sums.at[i][1] = hn::MulAdd(factor, second, sums.at[i][1]);
    }
  }
  return sums;
}

/// c [rows, columns], at most one tile, += alpha left right.
void add_tile(float alpha, const float* left, const float* right, std::size_t depth, const MatrixView& c) {
  const Tag d;
  const Vector factor = hn::Set(d, alpha);
  for (std::size_t i = 0; i < c.rows; ++i) {
    for (std::size_t j = 0; j < c.columns; j += 16) hwy::Prefetch(c.data + i * c.stride + j);
  }
  const Sums sums = tile_products(left, right, depth);
  if (c.rows == kRows && c.columns == kColumns) {
    HWY_UNROLL(12)
    for (std::size_t i = 0; i < kRows; ++i) {
      float* row = c.data + i * c.stride;
      hn::StoreU(hn::MulAdd(factor, sums.at[i][0], hn::LoadU(d, row)), d, row);
      hn::StoreU(hn::MulAdd(factor, sums.at[i][1], hn::LoadU(d, row + kLanes)), d, row + kLanes);
    }
    return;
  }
  HWY_ALIGN float spilled[kRows][kColumns];
  HWY_UNROLL(12)
  for (std::size_t i = 0; i < kRows; ++i) {
    hn::Store(sums.at[i][0], d, spilled[i]);
    hn::Store(sums.at[i][1], d, spilled[i] + kLanes);
  }
  for (std::size_t i = 0; i < c.rows; ++i) {
    for (std::size_t j = 0; j < c.columns; ++j) c.data[i * c.stride + j] += alpha * spilled[i][j];
  }
}

/// c += alpha left right over [first, first + deep) of packed sides: a strip of the right side meets all panels of the left one.
void add_packed(float alpha, const float* left, const float* right, std::size_t depth, std::size_t first, std::size_t deep, const MatrixView& c) {
  for (std::size_t column = 0; column < c.columns; column += kColumns) {
    for (std::size_t row = 0; row < c.rows; row += kRows) {
      add_tile(alpha, left + row * depth + first * kRows, right + column * depth + first * kColumns, deep,
               c.part(row, column, std::min(kRows, c.rows - row), std::min(kColumns, c.columns - column)));
    }
  }
}

void PackLeft(Operand left, std::size_t rows, std::size_t depth, float* to) { pack<kRows>(left.data, left.row_step, left.column_step, rows, depth, to); }
void PackRight(Operand right, std::size_t depth, std::size_t columns, float* to) {
  pack<kColumns>(right.data, right.column_step, right.row_step, columns, depth, to);
}

void AddPackedProduct(float alpha, const float* left, const float* right, std::size_t depth, MatrixView c) {
  for (std::size_t row = 0; row < c.rows; row += kRowsAtOnce) {
    const MatrixView part = c.part(row, 0, std::min(kRowsAtOnce, c.rows - row), c.columns);
    for (std::size_t first = 0; first < depth; first += kDepth)
      add_packed(alpha, left + row * depth, right, depth, first, std::min(kDepth, depth - first), part);
  }
}

void AddProduct(float alpha, Operand left, Operand right, std::size_t depth, MatrixView c) {
  thread_local std::vector<float, CacheLineAllocator<float>> packed_left(kRowsAtOnce * kDepth);
  thread_local std::vector<float, CacheLineAllocator<float>> packed_right(kColumnsAtOnce * kDepth);
  for (std::size_t column = 0; column < c.columns; column += kColumnsAtOnce) {
    const std::size_t columns = std::min(kColumnsAtOnce, c.columns - column);
    for (std::size_t first = 0; first < depth; first += kDepth) {
      const std::size_t deep = std::min(kDepth, depth - first);
      PackRight({right.data + first * right.row_step + column * right.column_step, right.row_step, right.column_step}, deep, columns, packed_right.data());
      for (std::size_t row = 0; row < c.rows; row += kRowsAtOnce) {
        const std::size_t rows = std::min(kRowsAtOnce, c.rows - row);
        PackLeft({left.data + row * left.row_step + first * left.column_step, left.row_step, left.column_step}, rows, deep, packed_left.data());
        add_packed(alpha, packed_left.data(), packed_right.data(), deep, 0, deep, c.part(row, column, rows, columns));
      }
    }
  }
}

}  // namespace
}  // namespace cineloom::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cineloom {
namespace {

HWY_EXPORT(AddProduct);
HWY_EXPORT(PackLeft);
HWY_EXPORT(PackRight);
HWY_EXPORT(AddPackedProduct);

}  // namespace

void add_product(float alpha, Operand left, Operand right, std::size_t depth, MatrixView c) { HWY_DYNAMIC_DISPATCH(AddProduct)(alpha, left, right, depth, c); }
void pack_left(Operand left, std::size_t rows, std::size_t depth, float* to) { HWY_DYNAMIC_DISPATCH(PackLeft)(left, rows, depth, to); }
void pack_right(Operand right, std::size_t depth, std::size_t columns, float* to) { HWY_DYNAMIC_DISPATCH(PackRight)(right, depth, columns, to); }
void add_packed_product(float alpha, const float* left, const float* right, std::size_t depth, MatrixView c) {
  HWY_DYNAMIC_DISPATCH(AddPackedProduct)(alpha, left, right, depth, c);
}

}  // namespace cineloom
#endif
