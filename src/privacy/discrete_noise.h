#pragma once

#include <cstdint>

#include "base/expected.h"
#include "privacy/random_bytes.h"

namespace cineloom::privacy {

/// Noise in whole numbers, drawn exactly: no floating-point number takes part, so none can betray what it was added to (Mironov 2012).
/// The samplers are those of Canonne, Kamath and Steinke 2020.

/// True with probability e^-(numerator / denominator); denominator > 0, both at most 2^112.
bool is_exponentially_rare(RandomIntegers& random, RandomIntegers::Wide numerator, RandomIntegers::Wide denominator);

/// P(x) ~ e^-(|x| / scale) over whole numbers; scale 1 .. 2^40.
class DiscreteLaplace {
 public:
  /// Errors: InvalidArgument for a scale out of range.
  static Expected<DiscreteLaplace> with_scale(std::uint64_t scale);
  [[nodiscard]] std::int64_t draw(RandomIntegers& random) const;

 private:
  explicit DiscreteLaplace(std::uint64_t scale) : scale_(scale) {}
  std::uint64_t scale_;
};

/// P(x) ~ e^-(x^2 / 2 deviation^2) over whole numbers; deviation 1 .. 2^24. As private as the continuous one of the same deviation.
class DiscreteGaussian {
 public:
  /// Errors: InvalidArgument for a deviation out of range.
  static Expected<DiscreteGaussian> with_deviation(std::uint64_t deviation);
  [[nodiscard]] std::int64_t draw(RandomIntegers& random) const;
  [[nodiscard]] std::uint64_t deviation() const { return deviation_; }

 private:
  explicit DiscreteGaussian(std::uint64_t deviation) : deviation_(deviation) {}
  std::uint64_t deviation_;
};

}  // namespace cineloom::privacy
