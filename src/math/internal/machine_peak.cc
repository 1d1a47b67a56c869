// Every processor since 2011 has SSE4: the library's scalar fallback has no tiles.
#define HWY_BASELINE_TARGETS HWY_SSE4

#include "math/machine_peak.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "math/internal/machine_peak.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace cineloom::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
constexpr std::size_t kSums = 12;

/// Runs `rounds` times twelve independent multiply-adds; gives their sum so that they are not left out.
float RunMultiplyAdds(std::size_t rounds, double& flops) {
  const Tag d;
  hn::Vec<Tag> sums[kSums];
  for (std::size_t i = 0; i < kSums; ++i) sums[i] = hn::Set(d, static_cast<float>(i));
  const auto factor = hn::Set(d, 0.999F);
  const auto summand = hn::Set(d, 0.001F);
  for (std::size_t round = 0; round < rounds; ++round) {
    HWY_UNROLL(12)
    for (std::size_t i = 0; i < kSums; ++i) sums[i] = hn::MulAdd(sums[i], factor, summand);
  }
  flops = static_cast<double>(rounds * kSums * 2 * hn::MaxLanes(d));
  float sum = 0;
  for (const auto& lanes : sums) sum += hn::GetLane(hn::SumOfLanes(d, lanes));
  return sum;
}

float ReadAll(const float* values, std::size_t count) {
  const Tag d;
  hn::Vec<Tag> sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  for (std::size_t at = 0; at + 4 * hn::MaxLanes(d) <= count; at += 4 * hn::MaxLanes(d)) {
    HWY_UNROLL(4)
    for (std::size_t i = 0; i < 4; ++i) sums[i] = hn::Add(sums[i], hn::LoadU(d, values + at + i * hn::MaxLanes(d)));
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]))));
}

const char* Target() { return hwy::TargetName(HWY_TARGET); }

}  // namespace
}  // namespace cineloom::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cineloom {
namespace {

HWY_EXPORT(RunMultiplyAdds);
HWY_EXPORT(ReadAll);
HWY_EXPORT(Target);

/// The shortest of some runs, in seconds.
template <class Work>
double shortest(const Work& work) {
  double best = 1e9;
  for (int run = 0; run < 7; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

}  // namespace

double measure_fma_peak() {
  double flops = 0;
  volatile float kept = 0;
  const double seconds = shortest([&] { kept = HWY_DYNAMIC_DISPATCH(RunMultiplyAdds)(1'000'000, flops); });
  return flops / seconds;
}

double measure_read_bandwidth() {
  const std::vector<float> values(std::size_t{32} << 20U, 1.0F);
  volatile float kept = 0;
  const double seconds = shortest([&] { kept = HWY_DYNAMIC_DISPATCH(ReadAll)(values.data(), values.size()); });
  return static_cast<double>(values.size() * sizeof(float)) / seconds;
}

const char* vector_target() { return HWY_DYNAMIC_DISPATCH(Target)(); }

}  // namespace cineloom
#endif
