#include "privacy/webhook_signature.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <vector>

namespace cineloom::privacy {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kLeastKey = 24;
constexpr std::size_t kMostKey = 64;

/// The bytes of a secret; wiped when the value goes.
struct Key {
  std::array<unsigned char, kMostKey> bytes{};
  std::size_t size = 0;
  Key() = default;
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() { sodium_memzero(bytes.data(), bytes.size()); }
};

Expected<void> read_key(const Secret& secret, Key& key) {
  std::string_view text = secret.reveal();
  const bool is_prefixed = text.starts_with(kPrefix);
  if (is_prefixed) text.remove_prefix(kPrefix.size());
  const bool is_read = is_prefixed && sodium_base642bin(key.bytes.data(), key.bytes.size(), text.data(), text.size(), nullptr, &key.size, nullptr,
                                                        sodium_base64_VARIANT_ORIGINAL) == 0;
  if (is_read && key.size >= kLeastKey) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("expected a secret of {} and the base64 of {} to {} bytes", kPrefix, kLeastKey, kMostKey));
}

std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the zero at the end
  return text;
}

void add(crypto_auth_hmacsha256_state& state, std::string_view text) {
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

}  // namespace

Expected<Secret> new_webhook_secret() {
  if (sodium_init() < 0) return fail(ErrorCode::Unavailable, "libsodium cannot be started: the system gives no randomness");
  Key key;
  randombytes_buf(key.bytes.data(), kKeyBytes);
  return Secret(std::string(kPrefix) + base64(key.bytes.data(), kKeyBytes));
}

Expected<std::string> sign_webhook(const Secret& secret, const SignedMessage& message) {
  Key key;
  CINELOOM_TRY(read_key(secret, key));
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.bytes.data(), key.size);
  add(state, fmt::format("{}.{}.", message.id, message.seconds));
  add(state, message.body);
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> sum{};
  crypto_auth_hmacsha256_final(&state, sum.data());
  sodium_memzero(&state, sizeof state);
  return "v1," + base64(sum.data(), sum.size());
}

}  // namespace cineloom::privacy
