#pragma once

#include <sys/socket.h>

/// How far a connection may lead, judged by the address it is really made to: names and redirects can say anything.
namespace cineloom::outbound {

/// Where an address lies.
enum class Place {
  ThisMachine,  ///< loopback
  Inside,       ///< private networks
  World,
  Nowhere       ///< link-local (where clouds keep their secrets), multicast, reserved, and IPv6 ones that wrap an IPv4 one
};
Place place_of(const sockaddr& address);

/// What a connection may reach.
enum class Reach {
  ThisMachine,
  Inside,  ///< private networks alone
  Named,   ///< a host that the owner allowed: this network and the world
  World    ///< what anybody may publish: the world alone
};
bool is_within(Place place, Reach reach);

}  // namespace cineloom::outbound
