// Whatever the bytes, they are a cascade that can be slid over a picture, or refused.
#include <vector>

#include "base/assert.h"
#include "vision/internal/cascade_scan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  constexpr int kSide = 48;
  static const std::vector<std::uint8_t> picture = [] {
    std::vector<std::uint8_t> samples;
    for (int i = 0; i < kSide * kSide; ++i) samples.push_back(static_cast<std::uint8_t>((i * i) % 251));
    return samples;
  }();
  const auto cascade = read_cascade({reinterpret_cast<const char*>(data), size});
  if (!cascade) return 0;
  // Windows of a shrunk picture are brought back to its size, which rounding may pass by a sample.
  for (const CascadeHit& hit : CascadeScanner(*cascade).scan({.samples = picture, .width = kSide, .height = kSide, .stride = kSide}, 1)) {
    CINELOOM_ASSERT(hit.x >= 0 && hit.y >= 0 && hit.x + hit.width <= kSide + 1 && hit.y + hit.height <= kSide + 1);
  }
  return 0;
}
