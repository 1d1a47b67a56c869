// Every processor since 2011 has SSE4.
#define HWY_BASELINE_TARGETS HWY_SSE4

#include <algorithm>
#include <array>

#include "vision/internal/cascade_scan.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "vision/internal/cascade_kernel.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace cineloom::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Real = hn::ScalableTag<float>;
using Whole = hn::RebindToSigned<Real>;
using Values = hn::Vec<Real>;
constexpr float kLeastDeviation = 10;  // windows with less are flat

/// A lane is a window; neighbours lie two columns apart.
class Windows {
 public:
  Windows(const FaceCascade& cascade, const internal::SplitIntegral& integral, const std::int32_t* offsets, std::int32_t corner)
      : cascade_(cascade), integral_(integral), offsets_(offsets), corner_(corner) {}

  /// Which windows pass every stage.
  HWY_INLINE hn::Mask<Real> run() const {
    const Real d;
    Values scale;
    hn::Mask<Real> open = normalise(scale);
    for (const FaceCascade::Stage& stage : cascade_.stages) {
      if (hn::AllFalse(d, open)) return open;
      Values sum = hn::Zero(d);
      for (std::int32_t t = 0; t < stage.trees; ++t) sum = hn::Add(sum, tree(cascade_.trees[static_cast<std::size_t>(stage.first_tree + t)], scale));
      open = hn::And(open, hn::Ge(sum, hn::Set(d, stage.threshold)));
    }
    return open;
  }

 private:
  template <class T>
  HWY_INLINE auto rectangle(const T* sums, const std::int32_t* corners) const {
    const hn::ScalableTag<T> d;
    const T* base = sums + corner_;
    const auto diagonal = hn::Add(hn::LoadU(d, base + corners[0]), hn::LoadU(d, base + corners[3]));
    return hn::Sub(diagonal, hn::Add(hn::LoadU(d, base + corners[1]), hn::LoadU(d, base + corners[2])));
  }

  /// One over the deviation times the area, of the window without its border, as the cascades were trained.
  HWY_INLINE hn::Mask<Real> normalise(Values& scale) const {
    const Real d;
    const float area = static_cast<float>((cascade_.width - 2) * (cascade_.height - 2));
    const Values sum = hn::ConvertTo(d, rectangle(integral_.sums, offsets_));
    const Values squares = hn::ConvertTo(d, hn::BitCast(Whole(), rectangle(integral_.squares, offsets_)));
    const Values spread = hn::Sub(hn::Mul(hn::Set(d, area), squares), hn::Mul(sum, sum));
    const float least = area * kLeastDeviation;
    const auto is_open = hn::Gt(spread, hn::Set(d, least * least));
    scale = hn::Div(hn::Set(d, 1.0F), hn::Sqrt(hn::Max(spread, hn::Set(d, 1.0F))));
    return is_open;
  }

  HWY_INLINE Values feature(std::int32_t index) const {
    const Real d;
    const FaceCascade::Feature& parts = cascade_.features[static_cast<std::size_t>(index)];
    const std::int32_t* corners = offsets_ + static_cast<std::ptrdiff_t>(1 + 3 * index) * internal::kCorners;
    Values value = hn::Mul(hn::Set(d, parts.rectangles[0].weight), hn::ConvertTo(d, rectangle(integral_.sums, corners)));
    for (int i = 1; i < parts.count; ++i) {
      const Values weight = hn::Set(d, parts.rectangles[static_cast<std::size_t>(i)].weight);
      value = hn::Add(value, hn::Mul(weight, hn::ConvertTo(d, rectangle(integral_.sums, corners + static_cast<std::ptrdiff_t>(i) * internal::kCorners))));
    }
    return value;
  }

  /// From the last node to the root: each picks what its children came to.
  HWY_INLINE Values tree(const FaceCascade::Tree& tree, Values scale) const {
    const Real d;
    std::array<Values, FaceCascade::kMostNodes> values;
    for (std::int32_t i = tree.nodes; i-- > 0;) {
      const FaceCascade::Node& node = cascade_.nodes[static_cast<std::size_t>(tree.first_node + i)];
      const auto child = [&](std::int32_t index) {
        return index > 0 ? values[static_cast<std::size_t>(index)] : hn::Set(d, cascade_.leaves[static_cast<std::size_t>(tree.first_leaf - index)]);
      };
      const auto is_left = hn::Lt(hn::Mul(feature(node.feature), scale), hn::Set(d, node.threshold));
      values[static_cast<std::size_t>(i)] = hn::IfThenElse(is_left, child(node.left), child(node.right));
    }
    return values[0];
  }

  const FaceCascade& cascade_;
  const internal::SplitIntegral& integral_;
  const std::int32_t* offsets_;
  std::int32_t corner_;
};

void RunCascade(const FaceCascade& cascade, const internal::SplitIntegral& integral, const std::int32_t* offsets, std::int32_t corner, std::int32_t count,
                std::uint8_t* passed) {
  const Real d;
  const auto lanes = static_cast<std::int32_t>(hn::Lanes(d));
  for (std::int32_t at = 0; at < count; at += lanes) {
    const auto open = Windows(cascade, integral, offsets, corner + at).run();
    std::array<std::uint8_t, 8> bits{};
    hn::StoreMaskBits(d, open, bits.data());
    for (std::int32_t i = 0; i < std::min(lanes, count - at); ++i) passed[at + i] = (bits[static_cast<std::size_t>(i / 8)] >> (i % 8)) & 1U;
  }
}

}  // namespace
}  // namespace cineloom::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cineloom::internal {

HWY_EXPORT(RunCascade);

void run_cascade(const FaceCascade& cascade, const SplitIntegral& integral, const std::int32_t* offsets, std::int32_t corner, std::int32_t count,
                 std::uint8_t* passed) {
  HWY_DYNAMIC_DISPATCH(RunCascade)(cascade, integral, offsets, corner, count, passed);
}

}  // namespace cineloom::internal
#endif
