#pragma once

#include "base/random.h"
#include "privacy/random_bytes.h"

namespace cineloom::privacy::testing {

/// A stream that repeats itself, so that tests and benchmarks do. It lies outside of the library: the program cannot choose it.
class SeededBytes final : public RandomBytes {
 public:
  explicit SeededBytes(Seed seed) : random_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) {
      if (left_ == 0) word_ = random_();
      byte = static_cast<std::uint8_t>(word_ >> (8 * left_));
      left_ = (left_ + 1) % 8;
    }
  }

 private:
  Random random_;
  std::uint64_t word_ = 0;
  unsigned left_ = 0;
};

}  // namespace cineloom::privacy::testing
