#include "wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>

namespace cineloom::torture {

Wire::Wire(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr timeval kPatience{.tv_sec = 300, .tv_usec = 0};
  if (::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience)) != 0 ||
      ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&where), sizeof(where)) != 0) {
    socket_.close();
  }
}

bool Wire::send(std::string_view bytes) const { return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes); }

Wire::Got Wire::receive() {
  std::array<char, 65536> block{};
  const ssize_t size = ::recv(socket_.get(), block.data(), block.size(), 0);
  if (size > 0) received_.append(block.data(), static_cast<std::size_t>(size));
  return size > 0 ? Got::Bytes : size == 0 ? Got::End : Got::Nothing;
}

bool Wire::receive_until(std::string_view words) {
  while (!received_.contains(words)) {
    if (receive() != Got::Bytes) return false;
  }
  return true;
}

bool Wire::receive_rest() {
  Got got = Got::Bytes;
  while (got == Got::Bytes) got = receive();
  return got == Got::End;
}

}  // namespace cineloom::torture
