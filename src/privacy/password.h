#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "base/secret.h"

namespace cineloom::privacy {

/// What one guess costs whoever makes it (argon2id, RFC 9106).
struct PasswordCost {
  std::uint64_t passes = 2;                 ///< 1 .. 100
  std::size_t memory_bytes = 64U << 20U;    ///< 8 KiB .. 1 GiB
};

/// A password as it is kept: argon2id with a salt of its own, as "$argon2id$v=19$m=...". Errors: Unavailable if there is no randomness;
/// ResourceExhausted if there is not the memory.
Expected<std::string> hash_password(const Secret& password, const PasswordCost& cost);

enum class PasswordMatch { Yes, No };
/// Takes as long as `hash_password` did at its cost, whether it matches or not. A text that is no hash matches nothing, at once.
PasswordMatch match_password(const std::string& hash, const Secret& password);
/// A hash that no password matches, but that takes as long to be asked: for names that nobody has.
std::string unmatched_hash(const PasswordCost& cost);
/// Whether a hash was made at another cost than this.
bool is_outdated(const std::string& hash, const PasswordCost& cost);

/// 256 random bits as 43 letters of base64url, behind a prefix that says what it is. Errors: Unavailable.
Expected<Secret> new_token(std::string_view prefix);
/// In a time that says nothing of where they differ.
bool are_same(std::string_view one, std::string_view other);

}  // namespace cineloom::privacy
