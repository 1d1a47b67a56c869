#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace cineloom::bench {

/// A running server on a library, at a free port of the loopback; ends with the value.
class ServerProcess {
 public:
  /// `environment` adds to this program's, as "NAME=VALUE"; `options` to the command's.
  ServerProcess(const std::string& program, const std::filesystem::path& library, const std::vector<std::string>& environment = {},
                const std::vector<std::string>& options = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// "http://127.0.0.1:4711"; empty if it did not start.
  [[nodiscard]] std::string address() const;
  [[nodiscard]] int port() const;
  [[nodiscard]] bool is_ready() const;
  [[nodiscard]] double resident_mb() const;
  [[nodiscard]] pid_t process() const { return process_; }
  /// Sends a signal, waits until the process has ended, and gives its status as waitpid does; it may be sent only once.
  int end(int signal);
  /// Somebody else waited for its end.
  void forget() { process_ = -1; }

 private:
  pid_t process_ = -1;
  std::string said_;
};

/// Starts a program with its words and more in its environment; what it prints goes to `output`, or nowhere for -1.
pid_t start_program(const std::vector<std::string>& words, const std::vector<std::string>& environment, int output);

/// Sends one request over a new connection of the loopback and gives the whole answer, head included; empty if that failed.
std::string ask(int port, const std::string& method, const std::string& path, const std::string& body = "");

}  // namespace cineloom::bench
