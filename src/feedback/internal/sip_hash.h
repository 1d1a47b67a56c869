#pragma once

#include <cstdint>
#include <string_view>

namespace cineloom {

struct SipKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

/// SipHash-2-4 (Aumasson and Bernstein 2012): who does not know the key cannot tell or steer the outcome.
std::uint64_t sip_hash(SipKey key, std::string_view bytes);

}  // namespace cineloom
