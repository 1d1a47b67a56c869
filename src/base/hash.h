#pragma once

#include <cstdint>
#include <string_view>

namespace cineloom {

/// 64-bit FNV-1a: stable across machines, for identities and seeds; not for secrets.
constexpr std::uint64_t fnv1a64(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001B3ULL;
  }
  return hash;
}

}  // namespace cineloom
