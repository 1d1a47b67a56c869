#include "recommend/models/rating_random.h"

#include <array>
#include <cmath>

namespace cineloom {
namespace {

constexpr std::size_t kLayers = 256;
/// Where the lowest layer ends, and the area of each, for 256 layers.
constexpr double kTail = 3.6541528853610088;
constexpr double kArea = 0.00492867323399;

double height(double x) { return std::exp(-0.5 * x * x); }

/// Right ends of the layers, the widest (with the tail's area spread over it) first; one more for
/// the top.
struct Ziggurat {
  std::array<double, kLayers + 1> ends{};
  std::array<double, kLayers + 1> heights{};
  Ziggurat() {
    ends[0] = kArea / height(kTail);
    ends[1] = kTail;
    for (std::size_t layer = 2; layer < kLayers; ++layer) ends[layer] = std::sqrt(-2 * std::log(kArea / ends[layer - 1] + height(ends[layer - 1])));
    ends[kLayers] = 0;
    for (std::size_t layer = 0; layer <= kLayers; ++layer) heights[layer] = height(ends[layer]);
  }
};

double draw_beyond_tail(Random& random) {
  for (;;) {
    const double x = -std::log(1 - random.uniform()) / kTail;
    if (-2 * std::log(1 - random.uniform()) > x * x) return kTail + x;
  }
}

}  // namespace

double quick_normal(Random& random) {
  static const Ziggurat ziggurat;
  for (;;) {
    const Random::result_type bits = random();
    const std::size_t layer = bits & (kLayers - 1);
    const double sign = (bits & kLayers) != 0 ? -1 : 1;
    const double x = static_cast<double>(bits >> 11U) * 0x1.0p-53 * ziggurat.ends[layer];
    if (x < ziggurat.ends[layer + 1]) return sign * x;
    if (layer == 0) return sign * draw_beyond_tail(random);
    const double y = ziggurat.heights[layer] + random.uniform() * (ziggurat.heights[layer + 1] - ziggurat.heights[layer]);
    if (y < height(x)) return sign * x;
  }
}

double draw_gamma(double shape, double rate, Random& random) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = quick_normal(random);
    const double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
    if (v <= 0) continue;
    if (std::log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v / rate;
  }
}

}  // namespace cineloom
