#include "math/internal/ridge_kernels.h"

// Every processor since 2011 has SSE4: the library's scalar fallback has no tiles.
#define HWY_BASELINE_TARGETS HWY_SSE4

#include <algorithm>
#include <cmath>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "math/internal/ridge_kernels.cc"
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
constexpr std::size_t kWidth = kLanes;       // columns of a panel
constexpr std::size_t kRows = 4;             // rows of a tile; with three panels twelve sums, which hides the latency of an FMA
constexpr std::size_t kDepth = 128;          // rows gathered at once: four panels of them stay in the first cache
constexpr std::size_t kBlock = 16;           // rows of a Cholesky block; a multiple of every panel's width
constexpr std::size_t kAhead = 12;           // rows fetched ahead of their use
constexpr std::size_t kPackedStride = kDepth + 2;  // panels a power of two apart would fall on one another in the cache

constexpr std::size_t round_up(std::size_t count, std::size_t step) { return (count + step - 1) / step * step; }

/// A square matrix in panels: `size` rows used (a multiple of 4), `stride` rows apart.
struct Square {
  float* data = nullptr;
  std::size_t size = 0;
  std::size_t stride = 0;

  [[nodiscard]] std::size_t panels() const { return (size + kWidth - 1) / kWidth; }
  [[nodiscard]] float* at(std::size_t row, std::size_t panel) const { return data + (panel * stride + row) * kWidth; }
};

/// Four rows of kPanels neighbouring panels in registers; all loops over it unroll.
template <std::size_t kPanels>
struct Tile {
  Vector sums[kRows][kPanels];
};

template <std::size_t kPanels>
HWY_INLINE Tile<kPanels> load_tile(Square from, std::size_t row, std::size_t panel) {
  Tile<kPanels> tile;
  HWY_UNROLL(4)
  for (std::size_t i = 0; i < kRows; ++i) {
    HWY_UNROLL(4)
    for (std::size_t q = 0; q < kPanels; ++q) tile.sums[i][q] = hn::Load(Tag(), from.at(row + i, panel + q));
  }
  return tile;
}

template <std::size_t kPanels>
HWY_INLINE void store_tile(const Tile<kPanels>& tile, Square to, std::size_t row, std::size_t panel) {
  HWY_UNROLL(4)
  for (std::size_t i = 0; i < kRows; ++i) {
    HWY_UNROLL(4)
    for (std::size_t q = 0; q < kPanels; ++q) hn::Store(tile.sums[i][q], Tag(), to.at(row + i, panel + q));
  }
}

enum class Sign { Plus, Minus };

/// tile +-= sum over depth of left[0..4) right[panel][0..W); all walk down their panels, which lie `stride` rows apart.
template <Sign kSign, std::size_t kPanels>
HWY_INLINE void add_products(const float* HWY_RESTRICT left, const float* HWY_RESTRICT right, std::size_t stride, std::size_t depth, Tile<kPanels>& sums) {
  const Tag d;
  Tile<kPanels> tile = sums;
  for (std::size_t p = 0; p < depth; ++p, left += kWidth, right += kWidth) {
    Vector columns[kPanels];
    HWY_UNROLL(4)
    for (std::size_t q = 0; q < kPanels; ++q) columns[q] = hn::Load(d, right + q * stride * kWidth);
    HWY_UNROLL(4)
    for (std::size_t i = 0; i < kRows; ++i) {
      const Vector factor = hn::Set(d, left[i]);
      HWY_UNROLL(4)
      for (std::size_t q = 0; q < kPanels; ++q) {
        tile.sums[i][q] = kSign == Sign::Plus ? hn::MulAdd(factor, columns[q], tile.sums[i][q]) : hn::NegMulAdd(factor, columns[q], tile.sums[i][q]);
      }
    }
  }
  sums = tile;
}

/// Calls visit(count, panel) over panels [first, last) in threes, ending in twos rather than ones, which would wait for latency.
template <class Visit>
HWY_INLINE void for_panels(std::size_t first, std::size_t last, const Visit& visit) {
  std::size_t panel = first;
  for (; last - panel > 4 || last - panel == 3; panel += 3) visit(std::integral_constant<std::size_t, 3>(), panel);
  for (; last - panel >= 2; panel += 2) visit(std::integral_constant<std::size_t, 2>(), panel);
  if (panel < last) visit(std::integral_constant<std::size_t, 1>(), panel);
}

/// Four rows of kPanels panels: sum += packed' packed.
template <std::size_t kPanels>
HWY_INLINE void add_gram_tile(const float* packed, std::size_t stride, std::size_t depth, Square sum, std::size_t row, std::size_t panel) {
  Tile<kPanels> tile = load_tile<kPanels>(sum, row, panel);
  add_products<Sign::Plus>(packed + row / kWidth * stride * kWidth + row % kWidth, packed + panel * stride * kWidth, stride, depth, tile);
  store_tile(tile, sum, row, panel);
}

/// Upper triangle += packed' packed; packed: panels of `depth` rows, `stride` rows apart. The group of panels on the right side stays in the first
/// cache while the left side walks past it.
void add_gram(const float* packed, std::size_t stride, std::size_t depth, Square sum) {
  for_panels(0, sum.panels(), [&](auto count, std::size_t panel) HWY_ATTR {
    std::size_t row = 0;
    for (; row < std::min(sum.size, (panel + 1) * kWidth); row += kRows) add_gram_tile<count>(packed, stride, depth, sum, row, panel);
    if constexpr (count > 1) {
      for (; row < std::min(sum.size, (panel + 2) * kWidth); row += kRows) add_gram_tile<count - 1>(packed, stride, depth, sum, row, panel + 1);
    }
    if constexpr (count > 2) {
      for (; row < std::min(sum.size, (panel + 3) * kWidth); row += kRows) add_gram_tile<count - 2>(packed, stride, depth, sum, row, panel + 2);
    }
  });
}

/// The 4 x 4 upper factor on the diagonal: above[j][i] = U[j][i] for j < i; inverse: one over the diagonal.
struct Corner {
  float above[kRows][kRows];
  float inverse[kRows];
};

HWY_INLINE bool factor_corner(const float* block, Corner& corner) {
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t j = i; j < kRows; ++j) {
      float sum = block[i * kWidth + j];
      for (std::size_t p = 0; p < i; ++p) sum -= corner.above[p][i] * corner.above[p][j];
      if (j > i) {
        corner.above[i][j] = sum * corner.inverse[i];
      } else if (sum > 0) {
        corner.inverse[i] = 1 / std::sqrt(sum);
        corner.above[i][i] = sum * corner.inverse[i];
      } else {
        return false;
      }
    }
  }
  return true;
}

template <std::size_t kPanels>
HWY_INLINE void solve_corner(const Corner& corner, Tile<kPanels>& tile) {
  const Tag d;
  HWY_UNROLL(4)
  for (std::size_t q = 0; q < kPanels; ++q) {
    HWY_UNROLL(4)
    for (std::size_t i = 0; i < kRows; ++i) {
      HWY_UNROLL(4)
      for (std::size_t p = 0; p < i; ++p) tile.sums[i][q] = hn::NegMulAdd(hn::Set(d, corner.above[p][i]), tile.sums[p][q], tile.sums[i][q]);
      tile.sums[i][q] = hn::Mul(tile.sums[i][q], hn::Set(d, corner.inverse[i]));
    }
  }
}

/// Zeros left of the diagonal, so that later walks along a row need no end of their own.
HWY_INLINE void clear_below(std::size_t row_in_panel, float* block) {
  for (std::size_t i = 0; i < kRows; ++i) std::fill_n(block + i * kWidth, row_in_panel + i, 0.0F);
}

/// Rows [row, row + 4) of A less what the factor's rows [from, row) explain.
template <std::size_t kPanels>
HWY_INLINE Tile<kPanels> rest_of(Square a, std::size_t row, std::size_t panel, std::size_t from, std::size_t to) {
  Tile<kPanels> tile = load_tile<kPanels>(a, row, panel);
  add_products<Sign::Minus>(a.at(from, row / kWidth) + row % kWidth, a.at(from, panel), a.stride, to - from, tile);
  return tile;
}

/// Four rows of the factor, given that rows [from, row) of the factor are still to be taken off.
HWY_INLINE bool factor_rows(Square a, std::size_t row, std::size_t from, float* inverse) {
  const std::size_t first = row / kWidth;
  const Tile<1> tile = rest_of<1>(a, row, first, from, row);
  store_tile(tile, a, row, first);
  Corner corner;
  if (!factor_corner(a.at(row, first) + row % kWidth, corner)) return false;
  Tile<1> own = tile;
  solve_corner(corner, own);
  store_tile(own, a, row, first);
  clear_below(row % kWidth, a.at(row, first));
  for_panels(first + 1, a.panels(), [&](auto count, std::size_t panel) HWY_ATTR {
    Tile<count> others = rest_of<count>(a, row, panel, from, row);
    solve_corner(corner, others);
    store_tile(others, a, row, panel);
  });
  std::copy_n(corner.inverse, kRows, inverse + row);
  return true;
}

/// A = U'U in place, left-looking: blocks of rows take off all that lies above them while it is in the first cache, then are
/// factored four rows at a time. `inverse` [size].
bool factor(Square a, float* inverse) {
  for (std::size_t block = 0; block < a.size; block += kBlock) {
    const std::size_t end = std::min(a.size, block + kBlock);
    if (block > 0) {
      for_panels(block / kWidth, a.panels(), [&](auto count, std::size_t panel) HWY_ATTR {
        for (std::size_t row = block; row < end; row += kRows) store_tile(rest_of<count>(a, row, panel, 0, block), a, row, panel);
      });
    }
    for (std::size_t row = block; row < end; row += kRows) {
      if (!factor_rows(a, row, block, inverse)) return false;
    }
  }
  return true;
}

/// x = U'^-1 x; x has whole panels, its tail zeros.
void solve_forward(Square u, const float* inverse, float* x) {
  const Tag d;
  for (std::size_t row = 0; row < u.size; row += kRows) {
    const std::size_t first = row / kWidth;
    const float* block = u.at(row, first) + row % kWidth;
    float found[kRows] = {};
    for (std::size_t i = 0; i < kRows; ++i) {
      float sum = x[row + i];
      for (std::size_t p = 0; p < i; ++p) sum -= block[p * kWidth + i] * found[p];
      found[i] = sum * inverse[row + i];
    }
    for (std::size_t panel = first; panel < u.panels(); ++panel) {
      const Tile<1> tile = load_tile<1>(u, row, panel);
      Vector rest = hn::Load(d, x + panel * kWidth);
      HWY_UNROLL(4)
      for (std::size_t i = 0; i < kRows; ++i) rest = hn::NegMulAdd(hn::Set(d, found[i]), tile.sums[i][0], rest);
      hn::Store(rest, d, x + panel * kWidth);
    }
    std::copy_n(found, kRows, x + row);
  }
}

/// x = U^-1 x.
void solve_backward(Square u, const float* inverse, float* x) {
  const Tag d;
  for (std::size_t row = u.size; row > 0;) {
    row -= kRows;
    const std::size_t first = row / kWidth;
    float known[kRows];
    std::copy_n(x + row, kRows, known);
    std::fill_n(x + row, kRows, 0.0F);  // what is not yet solved takes no part; left of it the factor is zero
    Vector sums[kRows];
    std::fill_n(sums, kRows, hn::Zero(d));
    for (std::size_t panel = first; panel < u.panels(); ++panel) {
      const Tile<1> tile = load_tile<1>(u, row, panel);
      const Vector part = hn::Load(d, x + panel * kWidth);
      HWY_UNROLL(4)
      for (std::size_t i = 0; i < kRows; ++i) sums[i] = hn::MulAdd(tile.sums[i][0], part, sums[i]);
    }
    const float* block = u.at(row, first) + row % kWidth;
    for (std::size_t i = kRows; i-- > 0;) {
      float sum = known[i] - hn::GetLane(hn::SumOfLanes(d, sums[i]));
      for (std::size_t p = i + 1; p < kRows; ++p) sum -= block[i * kWidth + p] * x[row + p];
      x[row + i] = sum * inverse[row + i];
    }
  }
}

const float* row_at(const RidgeTask& task, std::size_t i) {
  return task.rows->data() + static_cast<std::size_t>(task.indices[i]) * task.rows->columns() + task.first_column;
}
float weight_at(const RidgeTask& task, std::size_t i) { return task.weights.empty() ? 1.0F : task.weights[i]; }
float target_at(const RidgeTask& task, std::size_t i) { return task.targets.empty() ? 1.0F : task.targets[i]; }

HWY_INLINE void fetch(const RidgeTask& task, std::size_t i) {
  if (i >= task.indices.size()) return;
  const float* row = row_at(task, i);
  for (std::size_t at = 0; at < task.diagonal.size(); at += 16) hwy::Prefetch(row + at);
}

/// sum += weight * row.
void add_row(const float* row, float weight, std::size_t size, float* sum) {
  const Tag d;
  const Vector factor = hn::Set(d, weight);
  std::size_t at = 0;
  for (; at + kLanes <= size; at += kLanes) hn::StoreU(hn::MulAdd(factor, hn::LoadU(d, row + at), hn::LoadU(d, sum + at)), d, sum + at);
  for (; at < size; ++at) sum[at] += weight * row[at];
}

/// Four gathered rows and the roots of their weights; those past the end have weight 0.
struct FourRows {
  const float* rows[4];
  float roots[4];
  float targets[4];
};

HWY_INLINE FourRows four_rows(const RidgeTask& task, std::size_t first, std::size_t end) {
  FourRows four;
  for (std::size_t i = 0; i < 4; ++i) {
    fetch(task, first + kAhead + i);
    four.rows[i] = row_at(task, std::min(first + i, end - 1));
    four.roots[i] = first + i < end ? std::sqrt(weight_at(task, first + i)) : 0.0F;
    four.targets[i] = target_at(task, std::min(first + i, end - 1));
  }
  return four;
}

/// Gathers rows [first, end) into panels `stride` apart, scaled by the roots of their weights, and adds c t h to the right side.
/// Rows come in fours (the last filled up with zeros), so that stores fill cache lines.
void pack(const RidgeTask& task, std::size_t first, std::size_t end, std::size_t stride, RidgeScratch& scratch) {
  const Tag d;
  const std::size_t size = task.diagonal.size();
  for (std::size_t row = first; row < end; row += 4) {
    const FourRows four = four_rows(task, row, end);
    float* to = scratch.packed.data() + (row - first) * kWidth;
    std::size_t at = 0;
    for (; at + kWidth <= size; at += kWidth, to += stride * kWidth) {
      Vector sum = hn::Load(d, scratch.right.data() + at);
      HWY_UNROLL(4)
      for (std::size_t i = 0; i < 4; ++i) {
        const Vector root = hn::Set(d, four.roots[i]);
        const Vector scaled = hn::Mul(root, hn::LoadU(d, four.rows[i] + at));
        hn::Store(scaled, d, to + i * kWidth);
        sum = hn::MulAdd(hn::Set(d, four.roots[i] * four.targets[i]), scaled, sum);
      }
      hn::Store(sum, d, scratch.right.data() + at);
    }
    if (at == size) continue;
    std::fill_n(to, 4 * kWidth, 0.0F);
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; at + j < size; ++j) {
        const float scaled = four.roots[i] * four.rows[i][at + j];
        to[i * kWidth + j] = scaled;
        scratch.right[at + j] += four.roots[i] * four.targets[i] * scaled;
      }
    }
  }
}

bool SolvePrimal(const RidgeTask& task, RidgeScratch& scratch) {
  const std::size_t size = task.diagonal.size();
  const std::size_t padded = round_up(size, kWidth);
  scratch.packed.resize(padded * kPackedStride);
  scratch.normal.assign(padded * padded, 0);
  scratch.inverse.resize(padded);
  scratch.right.assign(padded, 0);
  const Square normal{.data = scratch.normal.data(), .size = round_up(size, kRows), .stride = padded};
  for (std::size_t i = 0; i < normal.size; ++i) normal.at(i, i / kWidth)[i % kWidth] = i < size ? task.diagonal[i] + task.ridge : 1.0F;
  for (std::size_t i = 0; i < kAhead; ++i) fetch(task, i);
  for (std::size_t first = 0; first < task.indices.size(); first += kDepth) {
    const std::size_t end = std::min(first + kDepth, task.indices.size());
    pack(task, first, end, kPackedStride, scratch);
    add_gram(scratch.packed.data(), kPackedStride, end - first, normal);
  }
  if (!factor(normal, scratch.inverse.data())) return false;
  solve_forward(normal, scratch.inverse.data(), scratch.right.data());
  solve_backward(normal, scratch.inverse.data(), scratch.right.data());
  std::copy_n(scratch.right.data(), size, task.solution.data());
  return true;
}

/// The rows' next four values, scaled, as columns of the panel.
HWY_INLINE void transpose_four(const FourRows& four, std::size_t at, const float* scale, float* to) {
  const hn::FixedTag<float, 4> d;
  const auto by = hn::LoadU(d, scale + at);
  const auto a = hn::Mul(hn::Mul(by, hn::Set(d, four.roots[0])), hn::LoadU(d, four.rows[0] + at));
  const auto b = hn::Mul(hn::Mul(by, hn::Set(d, four.roots[1])), hn::LoadU(d, four.rows[1] + at));
  const auto c = hn::Mul(hn::Mul(by, hn::Set(d, four.roots[2])), hn::LoadU(d, four.rows[2] + at));
  const auto e = hn::Mul(hn::Mul(by, hn::Set(d, four.roots[3])), hn::LoadU(d, four.rows[3] + at));
  const auto ab = hn::InterleaveLower(d, a, b);
  const auto ce = hn::InterleaveLower(d, c, e);
  const auto ab_upper = hn::InterleaveUpper(d, a, b);
  const auto ce_upper = hn::InterleaveUpper(d, c, e);
  hn::StoreU(hn::ConcatLowerLower(d, ce, ab), d, to);
  hn::StoreU(hn::ConcatUpperUpper(d, ce, ab), d, to + kWidth);
  hn::StoreU(hn::ConcatLowerLower(d, ce_upper, ab_upper), d, to + 2 * kWidth);
  hn::StoreU(hn::ConcatUpperUpper(d, ce_upper, ab_upper), d, to + 3 * kWidth);
}

/// (B D^-1/2)' : panels over the gathered rows, k deep, zeros in the columns past the last row.
void pack_transposed(const RidgeTask& task, const float* scale, float* packed) {
  const std::size_t size = task.diagonal.size();
  const std::size_t count = task.indices.size();
  if (count % kWidth != 0) std::fill_n(packed + count / kWidth * size * kWidth, size * kWidth, 0.0F);
  for (std::size_t first = 0; first < count; first += 4) {
    const FourRows four = four_rows(task, first, count);
    float* panel = packed + first / kWidth * size * kWidth + first % kWidth;
    std::size_t at = 0;
    for (; at + 4 <= size; at += 4) transpose_four(four, at, scale, panel + at * kWidth);
    for (; at < size; ++at) {
      for (std::size_t i = 0; i < 4; ++i) panel[at * kWidth + i] = scale[at] * four.roots[i] * four.rows[i][at];
    }
  }
}

bool SolveDual(const RidgeTask& task, RidgeScratch& scratch) {
  const std::size_t size = task.diagonal.size();
  const std::size_t count = task.indices.size();
  const std::size_t padded = round_up(count, kWidth);
  scratch.packed.resize(padded * size);
  scratch.normal.assign(padded * padded, 0);
  scratch.inverse.resize(padded);
  scratch.right.assign(padded, 0);
  scratch.scale.resize(2 * round_up(size, kWidth));
  float* sum = scratch.scale.data() + round_up(size, kWidth);
  for (std::size_t i = 0; i < size; ++i) scratch.scale[i] = 1 / std::sqrt(task.diagonal[i] + task.ridge);
  std::fill_n(sum, size, 0.0F);
  for (std::size_t i = 0; i < kAhead; ++i) fetch(task, i);
  pack_transposed(task, scratch.scale.data(), scratch.packed.data());
  const Square kernel{.data = scratch.normal.data(), .size = round_up(count, kRows), .stride = padded};
  add_gram(scratch.packed.data(), size, size, kernel);
  for (std::size_t i = 0; i < kernel.size; ++i) kernel.at(i, i / kWidth)[i % kWidth] += 1;
  for (std::size_t i = 0; i < count; ++i) scratch.right[i] = std::sqrt(weight_at(task, i)) * target_at(task, i);
  if (!factor(kernel, scratch.inverse.data())) return false;
  solve_forward(kernel, scratch.inverse.data(), scratch.right.data());
  solve_backward(kernel, scratch.inverse.data(), scratch.right.data());
  for (std::size_t i = 0; i < count; ++i) add_row(row_at(task, i), std::sqrt(weight_at(task, i)) * scratch.right[i], size, sum);
  for (std::size_t i = 0; i < size; ++i) task.solution[i] = sum[i] * scratch.scale[i] * scratch.scale[i];
  return true;
}

/// a.b, in four sums.
HWY_INLINE float dot(const float* a, const float* b, std::size_t size) {
  const Tag d;
  Vector sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  std::size_t at = 0;
  for (; at + 4 * kLanes <= size; at += 4 * kLanes) {
    HWY_UNROLL(4)
    for (std::size_t i = 0; i < 4; ++i) sums[i] = hn::MulAdd(hn::LoadU(d, a + at + i * kLanes), hn::LoadU(d, b + at + i * kLanes), sums[i]);
  }
  for (; at + kLanes <= size; at += kLanes) sums[0] = hn::MulAdd(hn::LoadU(d, a + at), hn::LoadU(d, b + at), sums[0]);
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]))));
  for (; at < size; ++at) sum += a[at] * b[at];
  return sum;
}

void AddScores(const RidgeTask& task, std::span<const float> x, std::span<float> scores) {
  for (std::size_t i = 0; i < task.indices.size(); ++i) scores[i] += dot(row_at(task, i), x.data(), x.size());
}

}  // namespace
}  // namespace cineloom::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cineloom {
namespace {

HWY_EXPORT(SolvePrimal);
HWY_EXPORT(SolveDual);
HWY_EXPORT(AddScores);

}  // namespace

bool solve_primal(const RidgeTask& task, RidgeScratch& scratch) { return HWY_DYNAMIC_DISPATCH(SolvePrimal)(task, scratch); }
bool solve_dual(const RidgeTask& task, RidgeScratch& scratch) { return HWY_DYNAMIC_DISPATCH(SolveDual)(task, scratch); }
void add_scores(const RidgeTask& task, std::span<const float> x, std::span<float> scores) { HWY_DYNAMIC_DISPATCH(AddScores)(task, x, scores); }

}  // namespace cineloom
#endif
