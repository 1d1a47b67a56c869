#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/expected.h"
#include "privacy/random_bytes.h"

namespace cineloom::privacy {

/// One number of a viewer's contribution and its place in the sum.
struct Share {
  std::size_t place = 0;
  double value = 0;
};

/// A sum over viewers in whole numbers, to which each adds a vector of length at most 1 and nobody more: with or without one of them
/// the sum moves by at most kUnit in the L2 norm, exactly, in any order of adding. Noise is added in whole numbers too.
class BoundedSum {
 public:
  static constexpr std::int64_t kUnit = 1 << 16;  ///< what length 1 is in whole numbers

  explicit BoundedSum(std::size_t places) : sums_(places, 0) {}

  /// Adds a viewer's shares, places rising; a vector that is too long, or not finite, is shortened until it fits. Values are cut to the
  /// grid toward zero, which never lengthens.
  void add(std::span<const Share> shares);
  /// The whole numbers themselves: private, for tests of what a viewer can change.
  [[nodiscard]] std::span<const std::int64_t> exact() const { return sums_; }

  /// The sum with discrete Gaussian noise of `noise` times the sensitivity on every place, in the viewers' own unit: what may be told.
  /// Errors: InvalidArgument for noise outside 0.0001 .. 256.
  [[nodiscard]] Expected<std::vector<double>> told(double noise, RandomBytes& bytes) const;

 private:
  std::vector<std::int64_t> sums_;
};

}  // namespace cineloom::privacy
