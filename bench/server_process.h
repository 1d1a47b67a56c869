#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace cineloom::bench {

/// A running server on a library, at a free port of the loopback; ends with the value.
class ServerProcess {
 public:
  ServerProcess(const std::string& program, const std::filesystem::path& library, const std::vector<std::string>& more = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// "http://127.0.0.1:4711"; empty if it did not start.
  [[nodiscard]] std::string address() const;
  [[nodiscard]] int port() const;
  [[nodiscard]] bool is_ready() const;
  [[nodiscard]] double resident_mb() const;

 private:
  pid_t process_ = -1;
  std::string said_;
};

/// Sends one request over a new connection of the loopback and gives the whole answer, head included; empty if that failed.
std::string ask(int port, const std::string& method, const std::string& path, const std::string& body = "");

}  // namespace cineloom::bench
