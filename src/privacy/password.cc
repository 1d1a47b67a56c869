#include "privacy/password.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

namespace cineloom::privacy {
namespace {

constexpr std::size_t kTokenBytes = 32;

Expected<void> start_sodium() {
  if (sodium_init() >= 0) return {};
  return fail(ErrorCode::Unavailable, "libsodium cannot be started: the system gives no randomness");
}

}  // namespace

Expected<std::string> hash_password(const Secret& password, const PasswordCost& cost) {
  CINELOOM_TRY(start_sodium());
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const std::string_view text = password.reveal();
  if (crypto_pwhash_str_alg(hash.data(), text.data(), text.size(), cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorCode::ResourceExhausted, fmt::format("a password needs {} MiB of memory to be kept", cost.memory_bytes >> 20U));
  }
  return std::string(hash.data());
}

PasswordMatch match_password(const std::string& hash, const Secret& password) {
  if (!start_sodium() || hash.size() >= crypto_pwhash_STRBYTES) return PasswordMatch::No;
  const std::string_view text = password.reveal();
  return crypto_pwhash_str_verify(hash.c_str(), text.data(), text.size()) == 0 ? PasswordMatch::Yes : PasswordMatch::No;
}

std::string unmatched_hash(const PasswordCost& cost) {
  // 16 bytes of salt and 32 of hash, all zero: no password is known to give them.
  return fmt::format("$argon2id$v=19$m={},t={},p=1${:A>22}${:A>43}", cost.memory_bytes / 1024, cost.passes, "", "");
}

bool is_outdated(const std::string& hash, const PasswordCost& cost) {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, cost.memory_bytes) != 0;
}

Expected<Secret> new_token(std::string_view prefix) {
  CINELOOM_TRY(start_sodium());
  std::array<unsigned char, kTokenBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, sodium_base64_ENCODED_LEN(kTokenBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  Secret token(std::string(prefix) + text.data());
  sodium_memzero(bytes.data(), bytes.size());
  sodium_memzero(text.data(), text.size());
  return token;
}

bool are_same(std::string_view one, std::string_view other) { return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0; }

}  // namespace cineloom::privacy
