#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <thread>

#include "base/files.h"

namespace cineloom {

/// Accepts connections on a free port of this machine and hands them to a function, one at a time, on a thread of its own.
class LoopbackListener {
 public:
  using Answer = std::function<void(int client)>;

  LoopbackListener() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof(address);
    const bool listens = ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0 && ::listen(listener_.get(), 8) == 0 &&
                         ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0;
    port_ = listens ? ntohs(address.sin_port) : 0;
  }

  /// Until the returned thread ends; this object must outlive it.
  [[nodiscard]] std::jthread start(Answer answer) {
    return std::jthread([this, answer = std::move(answer)](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        pollfd poll{.fd = listener_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&poll, 1, 10) <= 0) continue;
        const FileDescriptor client(::accept(listener_.get(), nullptr, nullptr));
        answer(client.get());
      }
    });
  }

  /// "http://127.0.0.1:PORT"; port 0 where nothing could be bound.
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  FileDescriptor listener_;
  std::uint16_t port_ = 0;
};

}  // namespace cineloom
