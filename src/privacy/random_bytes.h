#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/expected.h"

namespace cineloom::privacy {

/// A stream of uniform random bytes that noise is made of. Not thread-safe.
class RandomBytes {
 public:
  virtual ~RandomBytes() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

/// The only stream there is outside of tests: ChaCha20 with a key that the system drew for this value alone and that is replaced with
/// every block. Nobody can choose it, repeat it or find earlier bytes from later ones. Errors: Unavailable if libsodium cannot be started.
Expected<std::unique_ptr<RandomBytes>> secret_bytes();

/// Whole numbers out of a stream, without bias. Borrows the stream.
class RandomIntegers {
 public:
  __extension__ using Wide = unsigned __int128;

  explicit RandomIntegers(RandomBytes& bytes) : bytes_(bytes) {}

  /// Uniform in [0, bound), bound > 0.
  std::uint64_t below(std::uint64_t bound);
  Wide below_wide(Wide bound);
  /// True with probability one half.
  bool coin();

 private:
  std::uint64_t word();

  RandomBytes& bytes_;
  std::uint64_t coins_ = 0;
  int coins_left_ = 0;
};

}  // namespace cineloom::privacy
