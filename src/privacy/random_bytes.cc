#include "privacy/random_bytes.h"

#include <sodium.h>

#include <array>
#include <bit>
#include <cstring>

namespace cineloom::privacy {
namespace {

/// Fast key erasure (Bernstein 2017): of each block that the cipher gives, the first part is the key of the next.
class SecretBytes final : public RandomBytes {
 public:
  SecretBytes() { randombytes_buf(key_.data(), key_.size()); }
  ~SecretBytes() override {
    sodium_memzero(key_.data(), key_.size());
    sodium_memzero(block_.data(), block_.size());
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  void fill(std::span<std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      if (next_ == block_.size()) renew();
      const std::size_t size = std::min(bytes.size(), block_.size() - next_);
      std::memcpy(bytes.data(), block_.data() + next_, size);
      sodium_memzero(block_.data() + next_, size);
      next_ += size;
      bytes = bytes.subspan(size);
    }
  }

 private:
  void renew() {
    constexpr std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> kNonce{};  // each key is used once
    crypto_stream_chacha20(block_.data(), block_.size(), kNonce.data(), key_.data());
    std::memcpy(key_.data(), block_.data(), key_.size());
    next_ = key_.size();
  }

  std::array<std::uint8_t, crypto_stream_chacha20_KEYBYTES> key_{};
  std::array<std::uint8_t, 4096> block_{};
  std::size_t next_ = block_.size();
};

}  // namespace

Expected<std::unique_ptr<RandomBytes>> secret_bytes() {
  if (sodium_init() < 0) return fail(ErrorCode::Unavailable, "libsodium cannot be started: the system gives no randomness");
  return std::make_unique<SecretBytes>();
}

std::uint64_t RandomIntegers::word() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  bytes_.fill(bytes);
  return std::bit_cast<std::uint64_t>(bytes);
}

bool RandomIntegers::coin() {
  if (coins_left_ == 0) {
    coins_ = word();
    coins_left_ = 64;
  }
  const bool is_heads = (coins_ & 1U) != 0;
  coins_ >>= 1U;
  --coins_left_;
  return is_heads;
}

// Numbers of as many bits as the bound has, until one is below it: fewer than two tries on average.
std::uint64_t RandomIntegers::below(std::uint64_t bound) {
  const int unused = std::countl_zero((bound - 1) | 1U);
  for (;;) {
    const std::uint64_t number = word() >> static_cast<unsigned>(unused);
    if (number < bound) return number;
  }
}

RandomIntegers::Wide RandomIntegers::below_wide(Wide bound) {
  const auto high = static_cast<std::uint64_t>((bound - 1) >> 64U);
  if (high == 0) return static_cast<std::uint64_t>(bound) == 0 ? word() : below(static_cast<std::uint64_t>(bound));
  const auto unused = static_cast<unsigned>(std::countl_zero(high));
  for (;;) {
    const Wide number = static_cast<Wide>(word() >> unused) << 64U | word();
    if (number < bound) return number;
  }
}

}  // namespace cineloom::privacy
