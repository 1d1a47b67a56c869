#include "privacy/bounded_sum.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assert.h"
#include "privacy/discrete_noise.h"

namespace cineloom::privacy {
namespace {

using Wide = RandomIntegers::Wide;

double length_of(std::span<const Share> shares) {
  double largest = 0;
  for (const Share& share : shares) largest = std::max(largest, std::isnan(share.value) ? std::numeric_limits<double>::infinity() : std::abs(share.value));
  if (largest == 0 || std::isinf(largest)) return largest;
  double squares = 0;
  for (const Share& share : shares) squares += (share.value / largest) * (share.value / largest);
  return largest * std::sqrt(squares);
}

/// The shares times `scale` on the grid; their length is checked in whole numbers, because rounding may have lied before.
bool fits_on_grid(std::span<const Share> shares, double scale, std::vector<std::int64_t>& grid) {
  Wide squares = 0;
  grid.clear();
  for (const Share& share : shares) {
    grid.push_back(static_cast<std::int64_t>(share.value * scale));
    squares += static_cast<Wide>(grid.back() * grid.back());
  }
  return squares <= static_cast<Wide>(BoundedSum::kUnit) * BoundedSum::kUnit;
}

}  // namespace

void BoundedSum::add(std::span<const Share> shares) {
  const double length = length_of(shares);
  if (!std::isfinite(length) || length == 0) return;
  thread_local std::vector<std::int64_t> grid;
  double scale = static_cast<double>(kUnit) / std::max(length, 1.0);
  while (!fits_on_grid(shares, scale, grid)) scale *= 1 - 1e-9;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    CINELOOM_ASSERT(shares[i].place < sums_.size() && (i == 0 || shares[i - 1].place < shares[i].place));
    sums_[shares[i].place] += grid[i];
  }
}

Expected<std::vector<double>> BoundedSum::told(double noise, RandomBytes& bytes) const {
  if (!(noise >= 1e-4 && noise <= 256)) return fail(ErrorCode::InvalidArgument, fmt::format("noise over sensitivity: expected 0.0001 to 256, found {}", noise));
  // Rounded up: a little more noise than was asked for is a little more private.
  CINELOOM_TRY_ASSIGN(const DiscreteGaussian gaussian,
                      DiscreteGaussian::with_deviation(static_cast<std::uint64_t>(std::ceil(noise * static_cast<double>(kUnit)))));
  RandomIntegers random(bytes);
  std::vector<double> noisy;
  noisy.reserve(sums_.size());
  for (const std::int64_t sum : sums_) noisy.push_back(static_cast<double>(sum + gaussian.draw(random)) / static_cast<double>(kUnit));
  return noisy;
}

}  // namespace cineloom::privacy
