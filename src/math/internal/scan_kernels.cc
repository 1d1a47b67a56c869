// Every processor since 2011 has SSE4: the library's scalar fallback has no tiles.
#define HWY_BASELINE_TARGETS HWY_SSE4

#include "math/internal/scan_kernels.h"

#include <algorithm>
#include <functional>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "math/internal/scan_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace cineloom::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Whole = hn::ScalableTag<std::int32_t>;
using Sums = hn::Vec<Whole>;
using Four = hn::FixedTag<float, 4>;
using FourWhole = hn::FixedTag<std::int32_t, 4>;
constexpr std::size_t kBytes = hn::MaxLanes(Whole()) * 4;

/// sum += products of four neighbouring bytes each, query 0 .. 127 and row -127 .. 127. Highway 1.0 has no such product yet.
HWY_INLINE Sums add_products(Sums sum, const std::uint8_t* query, const std::int8_t* row) {
  const Whole d;
  const Sums left = hn::Load(d, reinterpret_cast<const std::int32_t*>(query));
  const Sums right = hn::Load(d, reinterpret_cast<const std::int32_t*>(row));
#if HWY_TARGET <= HWY_AVX3
  return hn::Add(sum, Sums{_mm512_madd_epi16(_mm512_maddubs_epi16(left.raw, right.raw), _mm512_set1_epi16(1))});
#elif HWY_TARGET <= HWY_AVX2
  return hn::Add(sum, Sums{_mm256_madd_epi16(_mm256_maddubs_epi16(left.raw, right.raw), _mm256_set1_epi16(1))});
#else
  return hn::Add(sum, Sums{_mm_madd_epi16(_mm_maddubs_epi16(left.raw, right.raw), _mm_set1_epi16(1))});
#endif
}

/// Four vectors' sums of lanes, side by side.
HWY_INLINE hn::Vec<FourWhole> sums_of_four(Sums a, Sums b, Sums c, Sums e) {
  const Whole d;
  const hn::ScalableTag<std::int64_t> pairs;
  const Sums ab = hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  const Sums ce = hn::Add(hn::InterleaveLower(d, c, e), hn::InterleaveUpper(d, c, e));
  const auto low = hn::InterleaveLower(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, ce));
  const auto high = hn::InterleaveUpper(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, ce));
  const Sums blocks = hn::Add(hn::BitCast(d, low), hn::BitCast(d, high));
#if HWY_TARGET <= HWY_AVX3
  const hn::Half<Whole> half;
  const auto folded = hn::Add(hn::LowerHalf(half, blocks), hn::UpperHalf(half, blocks));
  return hn::Add(hn::LowerHalf(FourWhole(), folded), hn::UpperHalf(FourWhole(), folded));
#elif HWY_TARGET <= HWY_AVX2
  return hn::Add(hn::LowerHalf(FourWhole(), blocks), hn::UpperHalf(FourWhole(), blocks));
#else
  return blocks;
#endif
}

HWY_INLINE hn::Vec<FourWhole> products_of_four(const ByteRows& rows, const std::uint8_t* query, std::size_t first) {
  const Whole d;
  Sums a = hn::Zero(d), b = hn::Zero(d), c = hn::Zero(d), e = hn::Zero(d);
  const std::int8_t* row = rows.bytes + first * rows.stride;
  for (std::size_t at = 0; at < rows.stride; at += kBytes) {
    a = add_products(a, query + at, row + at);
    b = add_products(b, query + at, row + rows.stride + at);
    c = add_products(c, query + at, row + 2 * rows.stride + at);
    e = add_products(e, query + at, row + 3 * rows.stride + at);
  }
  return sums_of_four(a, b, c, e);
}

/// The largest lower bounds, as a heap with the least of them in front.
class LowerBounds {
 public:
  explicit LowerBounds(std::size_t count) : count_(count) {}
  [[nodiscard]] float threshold() const { return bounds_.size() < count_ ? -std::numeric_limits<float>::infinity() : bounds_.front(); }
  void add(float bound) {
    if (bounds_.size() == count_) {
      if (bound <= bounds_.front()) return;
      std::ranges::pop_heap(bounds_, std::greater());
      bounds_.pop_back();
    }
    bounds_.push_back(bound);
    std::ranges::push_heap(bounds_, std::greater());
  }

 private:
  std::size_t count_;
  std::vector<float> bounds_;
};

std::vector<ScanCandidate> ScanBytes(const ByteRows& rows, const ByteQuery& query, std::size_t count, std::span<const std::uint64_t> allowed,
                                     float& threshold) {
  const Four d;
  std::vector<ScanCandidate> found;
  LowerBounds lower(count);
  const auto margin = hn::Set(d, query.margin);
  const auto step = hn::Set(d, query.step);
  auto least = hn::Set(d, lower.threshold());
  for (std::size_t block = 0; block < rows.count; block += 64) {
    std::uint64_t open = allowed.empty() ? ~0ULL : allowed[block / 64];
    if (rows.count - block < 64) open &= (1ULL << (rows.count - block)) - 1;
    for (std::size_t first = block; open != 0; first += 4, open >>= 4) {
      if ((open & 15U) == 0) continue;
      const auto products = hn::ConvertTo(d, products_of_four(rows, query.bytes, first));
      const auto scale = hn::Mul(step, hn::Load(d, rows.steps + first));
      const auto upper = hn::Mul(scale, hn::Add(hn::Add(products, hn::Load(d, rows.offsets + first)), margin));
      const hn::Mask<Four> reaches = hn::Ge(upper, least);
      if (HWY_LIKELY(hn::AllFalse(d, reaches))) continue;
      const auto width = hn::Mul(scale, hn::Add(hn::Load(d, rows.widths + first), hn::Add(margin, margin)));
      HWY_ALIGN float uppers[4];
      HWY_ALIGN float widths[4];
      hn::Store(upper, d, uppers);
      hn::Store(width, d, widths);
      for (std::size_t i = 0; i < 4; ++i) {
        if ((open >> i & 1U) == 0 || !(uppers[i] >= lower.threshold())) continue;
        found.push_back({.index = static_cast<std::int32_t>(first + i), .upper = uppers[i]});
        lower.add(uppers[i] - widths[i]);
      }
      least = hn::Set(d, lower.threshold());
    }
  }
  threshold = lower.threshold();
  return found;
}

}  // namespace
}  // namespace cineloom::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cineloom {
namespace {

HWY_EXPORT(ScanBytes);

}  // namespace

std::vector<ScanCandidate> scan_bytes(const ByteRows& rows, const ByteQuery& query, std::size_t count, std::span<const std::uint64_t> allowed,
                                      float& threshold) {
  return HWY_DYNAMIC_DISPATCH(ScanBytes)(rows, query, count, allowed, threshold);
}

}  // namespace cineloom
#endif
