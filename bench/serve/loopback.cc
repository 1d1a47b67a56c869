#include "loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace cineloom::bench {

Expected<FileDescriptor> connect_to_loopback(int port) {
  FileDescriptor connection(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int at_once = 1;
  if (connection.get() < 0 || connect(connection.get(), reinterpret_cast<const sockaddr*>(&where), sizeof(where)) != 0 ||
      setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once)) != 0 || fcntl(connection.get(), F_SETFL, O_NONBLOCK) != 0) {
    return fail(ErrorCode::Unavailable, "cannot connect to the server");
  }
  return connection;
}

}  // namespace cineloom::bench
