#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "outbound/testing/loopback_listener.h"

namespace cineloom::llm {

/// Serves one text to everybody, from where the Range header says; the first `cut_after` answers end in the middle.
class FileServer {
 public:
  FileServer(std::string content, int cut_answers) : content_(std::move(content)), cuts_left_(cut_answers) {
    thread_ = listener_.start([this](int client) { answer(client); });
  }

  [[nodiscard]] std::string url(const std::string& file) const { return listener_.url() + "/" + file; }
  [[nodiscard]] std::size_t sent() const { return sent_; }

 private:
  void answer(int client) {
    char bytes[4096];
    const ssize_t got = ::recv(client, bytes, sizeof(bytes), 0);
    const std::string request(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
    const auto range = request.find("Range: bytes=");
    const std::size_t begin = range == std::string::npos ? 0 : std::stoul(request.substr(range + 13));
    if (begin >= content_.size()) {
      send(client, "HTTP/1.1 416 No\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    std::string rest = content_.substr(begin);
    send(client,
         "HTTP/1.1 " + std::string(begin > 0 ? "206 Part" : "200 OK") + "\r\nContent-Length: " + std::to_string(rest.size()) + "\r\nConnection: close\r\n\r\n");
    if (cuts_left_-- > 0) rest.resize(rest.size() / 2);
    sent_ += rest.size();
    send(client, rest);
  }

  static void send(int client, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t sent = ::send(client, text.data() + at, text.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return;
      at += static_cast<std::size_t>(sent);
    }
  }

  std::string content_;
  std::atomic<int> cuts_left_;
  LoopbackListener listener_;
  std::atomic<std::size_t> sent_ = 0;
  std::jthread thread_;
};

}  // namespace cineloom::llm
