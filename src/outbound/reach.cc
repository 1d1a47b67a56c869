#include "outbound/reach.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace cineloom::outbound {
namespace {

struct Range4 {
  std::uint32_t network;
  unsigned bits;
  Place place;
};
// RFC 6890 and the registries it began.
constexpr std::array<Range4, 15> kRanges4 = {{{0x7F000000U, 8, Place::ThisMachine},
                                              {0x0A000000U, 8, Place::Inside},
                                              {0xAC100000U, 12, Place::Inside},
                                              {0xC0A80000U, 16, Place::Inside},
                                              {0x64400000U, 10, Place::Inside},    // carriers' networks
                                              {0x00000000U, 8, Place::Nowhere},
                                              {0xA9FE0000U, 16, Place::Nowhere},   // link-local
                                              {0xC0000000U, 24, Place::Nowhere},
                                              {0xC0000200U, 24, Place::Nowhere},   // of documents, as the next but one and two
                                              {0xC0586300U, 24, Place::Nowhere},
                                              {0xC6120000U, 15, Place::Nowhere},   // of benchmarks
                                              {0xC6336400U, 24, Place::Nowhere},
                                              {0xCB007100U, 24, Place::Nowhere},
                                              {0xE0000000U, 4, Place::Nowhere},    // multicast
                                              {0xF0000000U, 4, Place::Nowhere}}};

struct Range6 {
  std::array<std::uint8_t, 16> network;
  unsigned bits;
  Place place;
};
constexpr std::array<Range6, 5> kRanges6 = {{{{0xFC}, 7, Place::Inside},
                                             {{0x20, 0x01, 0x0D, 0xB8}, 32, Place::Nowhere},    // of documents
                                             {{0x20, 0x02}, 16, Place::Nowhere},                // wraps IPv4: 6to4
                                             {{0x20, 0x01, 0x00, 0x00}, 32, Place::Nowhere},    // wraps IPv4: Teredo
                                             {{0x20, 0x01, 0x00, 0x10}, 28, Place::Nowhere}}};

Place place_of_number(std::uint32_t number) {
  for (const Range4& range : kRanges4) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32U - range.bits);
    if ((number & mask) == range.network) return range.place;
  }
  return Place::World;
}

bool is_in(const in6_addr& address, const Range6& range) {
  for (unsigned bit = 0; bit < range.bits; ++bit) {
    const unsigned shift = 7 - bit % 8;
    if (((address.s6_addr[bit / 8] ^ range.network[bit / 8]) >> shift & 1U) != 0) return false;
  }
  return true;
}

Place place_of_ip6(const in6_addr& address) {
  if (IN6_IS_ADDR_LOOPBACK(&address)) return Place::ThisMachine;
  // Only what is given out to the world begins with the bits 001; fc00::/7 is private.
  for (const Range6& range : kRanges6) {
    if (is_in(address, range)) return range.place;
  }
  return address.s6_addr[0] >> 5U == 1 ? Place::World : Place::Nowhere;
}

}  // namespace

Place place_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in found{};
    std::memcpy(&found, &address, sizeof found);
    return place_of_number(ntohl(found.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return Place::Nowhere;
  sockaddr_in6 found{};
  std::memcpy(&found, &address, sizeof found);
  return place_of_ip6(found.sin6_addr);
}

bool is_within(Place place, Reach reach) {
  switch (reach) {
    case Reach::ThisMachine: return place == Place::ThisMachine;
    case Reach::Inside: return place == Place::Inside;
    case Reach::Named: return place == Place::Inside || place == Place::World;
    case Reach::World: return place == Place::World;
  }
  return false;
}

}  // namespace cineloom::outbound
