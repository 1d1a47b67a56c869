#pragma once

#include <complex>
#include <span>

namespace cineloom::privacy {

enum class Transform { Forward, Backward };

/// The discrete Fourier transform in place; the length must be a power of two. Backward divides by the length.
void fourier(std::span<std::complex<double>> values, Transform transform);

}  // namespace cineloom::privacy
