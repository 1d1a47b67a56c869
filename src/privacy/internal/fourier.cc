#include "privacy/internal/fourier.h"

#include <bit>
#include <numbers>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace cineloom::privacy {
namespace {

void swap_to_reversed_bits(std::span<std::complex<double>> values) {
  std::size_t reversed = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    std::size_t bit = values.size() >> 1U;
    for (; (reversed & bit) != 0; bit >>= 1U) reversed ^= bit;
    reversed |= bit;
    if (i < reversed) std::swap(values[i], values[reversed]);
  }
}

/// e^(2 pi i k / n) for k below n / 2.
std::vector<std::complex<double>> roots_of_one(std::size_t n, double sign) {
  std::vector<std::complex<double>> roots(n / 2);
  for (std::size_t k = 0; k < roots.size(); ++k) roots[k] = std::polar(1.0, sign * 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n));
  return roots;
}

}  // namespace

void fourier(std::span<std::complex<double>> values, Transform transform) {
  CINELOOM_ASSERT(std::has_single_bit(values.size()));
  swap_to_reversed_bits(values);
  const auto roots = roots_of_one(values.size(), transform == Transform::Forward ? -1 : 1);
  for (std::size_t half = 1; half < values.size(); half *= 2) {
    const std::size_t stride = values.size() / (2 * half);
    for (std::size_t begin = 0; begin < values.size(); begin += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const std::complex<double> odd = roots[k * stride] * values[begin + half + k];
        values[begin + half + k] = values[begin + k] - odd;
        values[begin + k] += odd;
      }
    }
  }
  if (transform == Transform::Forward) return;
  for (auto& value : values) value /= static_cast<double>(values.size());
}

}  // namespace cineloom::privacy
