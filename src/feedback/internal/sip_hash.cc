#include "feedback/internal/sip_hash.h"

#include <array>
#include <bit>

namespace cineloom {
namespace {

using State = std::array<std::uint64_t, 4>;

void round(State& v) {
  v[0] += v[1];
  v[2] += v[3];
  v[1] = std::rotl(v[1], 13) ^ v[0];
  v[3] = std::rotl(v[3], 16) ^ v[2];
  v[0] = std::rotl(v[0], 32);
  v[2] += v[1];
  v[0] += v[3];
  v[1] = std::rotl(v[1], 17) ^ v[2];
  v[3] = std::rotl(v[3], 21) ^ v[0];
  v[2] = std::rotl(v[2], 32);
}

void absorb(State& v, std::uint64_t word) {
  v[3] ^= word;
  round(v);
  round(v);
  v[0] ^= word;
}

std::uint64_t word_of(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

}  // namespace

std::uint64_t sip_hash(SipKey key, std::string_view bytes) {
  State v = {key.first ^ 0x736F6D6570736575ULL, key.second ^ 0x646F72616E646F6DULL, key.first ^ 0x6C7967656E657261ULL, key.second ^ 0x7465646279746573ULL};
  const std::uint64_t size = bytes.size();
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) absorb(v, word_of(bytes.substr(0, 8)));
  absorb(v, word_of(bytes) | size << 56U);
  v[2] ^= 0xFF;
  for (int i = 0; i < 4; ++i) round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

}  // namespace cineloom
