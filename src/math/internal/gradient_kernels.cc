#include "math/internal/gradient_kernels.h"

// Every processor since 2011 has SSE4: the library's scalar fallback has no tiles.
#define HWY_BASELINE_TARGETS HWY_SSE4

#include <unistd.h>

#include <algorithm>
#include <cmath>

#ifndef CINELOOM_RESIDENT_FLOATS
#define CINELOOM_RESIDENT_FLOATS
namespace cineloom {
namespace {

/// How many floats of gathered rows stay in the second cache, with room for what passes through. No sum depends on it.
std::size_t resident_floats() {
  constexpr std::size_t kLeast = 96UL * 1024;
  static const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  return std::max(kLeast, bytes > 0 ? static_cast<std::size_t>(bytes) / 2 / sizeof(float) : 0);
}

}  // namespace
}  // namespace cineloom
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "math/internal/gradient_kernels.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace cineloom::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;
using Four = hn::FixedTag<float, 4>;
constexpr std::size_t kLanes = hn::MaxLanes(Tag());
constexpr std::size_t kTogether = 8;             // rows whose sums are in registers at once
constexpr std::size_t kBlock = 32;               // rows gathered at once where not all fit
constexpr std::size_t kAhead = 16;               // rows fetched ahead of their use

constexpr std::size_t round_up(std::size_t count, std::size_t step) { return (count + step - 1) / step * step; }

/// Four vectors' sums of lanes, side by side.
HWY_INLINE hn::Vec<Four> sums_of_four(Vector a, Vector b, Vector c, Vector e) {
  const Tag d;
  const hn::ScalableTag<double> pairs;
  const Vector ab = hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  const Vector ce = hn::Add(hn::InterleaveLower(d, c, e), hn::InterleaveUpper(d, c, e));
  const auto low = hn::InterleaveLower(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, ce));
  const auto high = hn::InterleaveUpper(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, ce));
  const Vector blocks = hn::Add(hn::BitCast(d, low), hn::BitCast(d, high));
#if HWY_TARGET <= HWY_AVX3
  const hn::Half<Tag> half;
  const auto folded = hn::Add(hn::LowerHalf(half, blocks), hn::UpperHalf(half, blocks));
  return hn::Add(hn::LowerHalf(Four(), folded), hn::UpperHalf(Four(), folded));
#elif HWY_TARGET <= HWY_AVX2
  return hn::Add(hn::LowerHalf(Four(), blocks), hn::UpperHalf(Four(), blocks));
#else
  return blocks;
#endif
}

/// What a pass over rows adds to the sum: the pull of each towards its goal, or of all of it where x is zero.
enum class From { Zero, Anywhere };

/// pulls[i] = goal root_i - g_i.x for eight rows.
HWY_INLINE void pulls_of(const float* rows, std::size_t stride, const float* x, const float* roots, float goal, float* pulls) {
  const Tag d;
  Vector sums[kTogether];
  HWY_UNROLL(8)
  for (std::size_t i = 0; i < kTogether; ++i) sums[i] = hn::Zero(d);
  for (std::size_t at = 0; at < stride; at += kLanes) {
    const Vector part = hn::Load(d, x + at);
    HWY_UNROLL(8)
    for (std::size_t i = 0; i < kTogether; ++i) sums[i] = hn::MulAdd(part, hn::Load(d, rows + i * stride + at), sums[i]);
  }
  const Four four;
  const auto goals = hn::Set(four, goal);
  hn::Store(hn::MulSub(goals, hn::Load(four, roots), sums_of_four(sums[0], sums[1], sums[2], sums[3])), four, pulls);
  hn::Store(hn::MulSub(goals, hn::Load(four, roots + 4), sums_of_four(sums[4], sums[5], sums[6], sums[7])), four, pulls + 4);
}

/// sum += sum_i (goal root_i - g_i.x) g_i over rows in eights, `stride` floats apart, a multiple of a vector.
template <From kFrom>
void add_pull(const float* rows, std::size_t count, std::size_t stride, const float* x, const float* roots, float goal, float* sum) {
  const Tag d;
  HWY_ALIGN float pulls[kTogether];
  for (std::size_t first = 0; first < count; first += kTogether, rows += kTogether * stride) {
    const float* factors = roots + first;
    if constexpr (kFrom == From::Anywhere) {
      pulls_of(rows, stride, x, roots + first, goal, pulls);
      factors = pulls;
    }
    Vector spread[kTogether];
    HWY_UNROLL(8)
    for (std::size_t i = 0; i < kTogether; ++i) spread[i] = hn::Set(d, factors[i]);
    for (std::size_t at = 0; at < stride; at += kLanes) {
      Vector one = hn::Load(d, sum + at);
      Vector two = hn::Mul(spread[1], hn::Load(d, rows + stride + at));
      one = hn::MulAdd(spread[0], hn::Load(d, rows + at), one);
      HWY_UNROLL(3)
      for (std::size_t i = 2; i < kTogether; i += 2) {
        one = hn::MulAdd(spread[i], hn::Load(d, rows + i * stride + at), one);
        two = hn::MulAdd(spread[i + 1], hn::Load(d, rows + (i + 1) * stride + at), two);
      }
      hn::Store(hn::Add(one, two), d, sum + at);
    }
  }
}

HWY_INLINE void fetch(const RidgeTask& task, std::size_t i) {
  if (i >= task.indices.size()) return;
  const std::size_t size = task.diagonal.size();
  const std::size_t at = static_cast<std::size_t>(task.indices[i]) * size;
  if (task.halves != nullptr) {
    for (std::size_t j = 0; j < size; j += 32) hwy::Prefetch(task.halves + at + j);
  } else {
    for (std::size_t j = 0; j < size; j += 16) hwy::Prefetch(task.rows->data() + at + j);
  }
}

HWY_INLINE Vector load(const float* row) { return hn::LoadU(Tag(), row); }
HWY_INLINE Vector load(const std::uint16_t* row) {
  const hn::Rebind<hwy::float16_t, Tag> half;
  return hn::PromoteTo(Tag(), hn::LoadU(half, reinterpret_cast<const hwy::float16_t*>(row)));
}

/// to = root row, zeros to the end of the last vector.
template <class Value>
HWY_INLINE void scale_row(const Value* row, float root, std::size_t size, float* to) {
  const Tag d;
  std::size_t at = 0;
  for (; at + kLanes <= size; at += kLanes) hn::Store(hn::Mul(hn::Set(d, root), load(row + at)), d, to + at);
  if (at == size) return;
  Value tail[kLanes] = {};
  std::copy(row + at, row + size, tail);
  hn::Store(hn::Mul(hn::Set(d, root), load(tail)), d, to + at);
}

std::size_t stride_of(const RidgeTask& task) { return round_up(task.diagonal.size(), kLanes); }
bool fits(const RidgeTask& task) { return task.indices.size() * stride_of(task) <= resident_floats(); }

/// Never shrinks: what grows again would be filled with zeros again.
void grow(AlignedFloats& values, std::size_t size) {
  if (values.size() < size) values.resize(size);
}

/// The system of one row: M x + sum_i g_i g_i' x = sum_i root_i g_i.
class Gradients {
 public:
  Gradients(const RidgeTask& task, GradientScratch& scratch)
      : task_(task), scratch_(scratch), count_(task.indices.size()), stride_(stride_of(task)), is_resident_(fits(task)) {
    scratch.roots.assign(round_up(count_, kBlock), 0);
    for (std::size_t i = 0; i < count_; ++i) scratch.roots[i] = task.weights.empty() ? 1 : std::sqrt(task.weights[i]);
    scratch.vectors.assign(6 * stride_, 0);
    for (std::size_t i = 0; i < task.diagonal.size(); ++i) {
      whole()[i] = task.diagonal[i] + task.ridge;
      inverse()[i] = 1 / whole()[i];
    }
    grow(scratch.rows, (is_resident_ ? round_up(count_, kTogether) : kBlock) * stride_);
    for (std::size_t i = 0; i < kAhead; ++i) fetch(task_, i);
    if (is_resident_) gather(0, count_);
  }

  float* x() { return vector(0); }

  void start_from(std::span<const float> solution) {
    std::ranges::copy(solution, x());
    for (std::size_t i = 0; i < stride_; ++i) residual()[i] = -whole()[i] * x()[i];
    add_all<From::Anywhere>(x(), 1, residual());
  }
  void start_from_zero() { add_all<From::Zero>(x(), 1, residual()); }

  /// r' M^-1 r
  float residual_square() {
    float sums[kLanes] = {};
    for (std::size_t at = 0; at < stride_; at += kLanes) {
      for (std::size_t i = 0; i < kLanes; ++i) sums[i] += residual()[at + i] * residual()[at + i] * inverse()[at + i];
    }
    return hn::GetLane(hn::SumOfLanes(Tag(), hn::LoadU(Tag(), sums)));
  }

  /// x += a p with p = M^-1 r + keep p and the best a; false when there is no further way down.
  bool step(float keep, float square) {
    for (std::size_t i = 0; i < stride_; ++i) direction()[i] = residual()[i] * inverse()[i] + keep * direction()[i];
    for (std::size_t i = 0; i < stride_; ++i) image()[i] = -whole()[i] * direction()[i];
    add_all<From::Anywhere>(direction(), 0, image());  // -A p
    const Tag d;
    Vector sum = hn::Zero(d);
    for (std::size_t at = 0; at < stride_; at += kLanes) sum = hn::NegMulAdd(hn::Load(d, direction() + at), hn::Load(d, image() + at), sum);
    const float curvature = hn::GetLane(hn::SumOfLanes(d, sum));
    if (!(curvature > 0)) return false;
    const float length = square / curvature;
    for (std::size_t i = 0; i < stride_; ++i) {
      x()[i] += length * direction()[i];
      residual()[i] += length * image()[i];
    }
    return true;
  }

 private:
  float* vector(std::size_t i) { return scratch_.vectors.data() + i * stride_; }
  float* residual() { return vector(1); }
  float* direction() { return vector(2); }
  float* image() { return vector(3); }
  float* whole() { return vector(4); }
  float* inverse() { return vector(5); }

  void gather(std::size_t first, std::size_t end) {
    const std::size_t size = task_.diagonal.size();
    float* to = scratch_.rows.data();
    for (std::size_t i = first; i < end; ++i, to += stride_) {
      fetch(task_, i + kAhead);
      const std::size_t at = static_cast<std::size_t>(task_.indices[i]) * size;
      if (task_.halves != nullptr) {
        scale_row(task_.halves + at, scratch_.roots[i], size, to);
      } else {
        scale_row(task_.rows->data() + at, scratch_.roots[i], size, to);
      }
    }
    std::fill_n(to, (round_up(end - first, kTogether) - (end - first)) * stride_, 0.0F);
  }

  template <From kFrom>
  void add_all(const float* x, float goal, float* sum) {
    if (is_resident_) return add_pull<kFrom>(scratch_.rows.data(), count_, stride_, x, scratch_.roots.data(), goal, sum);
    for (std::size_t first = 0; first < count_; first += kBlock) {
      const std::size_t end = std::min(count_, first + kBlock);
      gather(first, end);
      add_pull<kFrom>(scratch_.rows.data(), end - first, stride_, x, scratch_.roots.data() + first, goal, sum);
    }
  }

  const RidgeTask& task_;
  GradientScratch& scratch_;
  std::size_t count_;
  std::size_t stride_;
  bool is_resident_;
};

void ImproveByGradients(const RidgeTask& task, int steps, GradientScratch& scratch) {
  Gradients gradients(task, scratch);
  gradients.start_from(task.solution);
  float before = 0;
  for (int step = 0; step < steps; ++step) {
    const float square = gradients.residual_square();
    if (!(square > 1e-20F) || !gradients.step(step == 0 ? 0 : square / before, square)) break;
    before = square;
  }
  std::copy_n(gradients.x(), task.solution.size(), task.solution.data());
}

/// From so many steps on a factor is cheaper: its flops run three times as fast, most of them on what is in registers.
constexpr std::size_t kWorthwhileSteps = 20;
constexpr float kPrecision = 1e-13F;  // of the residual's square: 3e-7 of its length

/// Whether the fall so far, were it to go on as it did, would come nowhere near the precision in time. It mostly gets steeper.
bool is_hopeless(std::size_t steps, float share) {
  return steps == kWorthwhileSteps || (steps >= 4 && static_cast<float>(steps) * std::log(kPrecision) < 2 * kWorthwhileSteps * std::log(share));
}

bool SolveByGradients(const RidgeTask& task, GradientScratch& scratch) {
  if (!fits(task)) return false;  // every step would gather the rows again
  Gradients gradients(task, scratch);
  gradients.start_from_zero();
  const float first = gradients.residual_square();
  float before = first;
  float square = first;
  for (std::size_t step = 0; square > kPrecision * first; ++step) {
    if (is_hopeless(step, square / first) || !gradients.step(step == 0 ? 0 : square / before, square)) return false;
    before = square;
    square = gradients.residual_square();
  }
  std::copy_n(gradients.x(), task.solution.size(), task.solution.data());
  return std::isfinite(first) && std::isfinite(square);
}

void Halve(std::span<const float> values, std::span<std::uint16_t> halves) {
  const hn::Rebind<hwy::float16_t, Tag> half;
  std::size_t at = 0;
  for (; at + kLanes <= values.size(); at += kLanes) {
    hn::StoreU(hn::DemoteTo(half, hn::LoadU(Tag(), values.data() + at)), half, reinterpret_cast<hwy::float16_t*>(halves.data() + at));
  }
  if (at == values.size()) return;
  float tail[kLanes] = {};
  std::uint16_t out[kLanes] = {};
  std::copy(values.begin() + static_cast<std::ptrdiff_t>(at), values.end(), tail);
  hn::StoreU(hn::DemoteTo(half, hn::LoadU(Tag(), tail)), half, reinterpret_cast<hwy::float16_t*>(out));
  std::copy_n(out, values.size() - at, halves.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace
}  // namespace cineloom::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cineloom {
namespace {

HWY_EXPORT(ImproveByGradients);
HWY_EXPORT(SolveByGradients);
HWY_EXPORT(Halve);

}  // namespace

void improve_by_gradients(const RidgeTask& task, int steps, GradientScratch& scratch) { HWY_DYNAMIC_DISPATCH(ImproveByGradients)(task, steps, scratch); }
bool solve_by_gradients(const RidgeTask& task, GradientScratch& scratch) { return HWY_DYNAMIC_DISPATCH(SolveByGradients)(task, scratch); }
void halve(std::span<const float> values, std::span<std::uint16_t> halves) { HWY_DYNAMIC_DISPATCH(Halve)(values, halves); }

}  // namespace cineloom
#endif
