#pragma once

#include <cstdint>
#include <string_view>

namespace cineloom {

/// The only source of randomness: the same seed gives the same numbers on every machine and compiler.
using Seed = std::uint64_t;

/// A seed of its own for a named part, so that parts can be added or reordered without changing the others.
Seed derive_seed(Seed seed, std::string_view part);
Seed derive_seed(Seed seed, std::uint64_t part);

/// xoshiro256** by Blackman and Vigna, seeded through SplitMix64. Meets UniformRandomBitGenerator.
class Random {
 public:
  using result_type = std::uint64_t;

  explicit Random(Seed seed);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()();

  /// Uniform in [0, 1).
  double uniform();
  /// Uniform in [0, bound), bound > 0; unbiased.
  std::uint64_t below(std::uint64_t bound);
  /// Standard normal (Box-Muller; the standard library's distributions differ between implementations).
  double normal();

 private:
  std::uint64_t state_[4];
  double spare_normal_ = 0;
  bool has_spare_ = false;
};

}  // namespace cineloom
