#include "server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "base/files.h"
#include "report.h"

namespace cineloom::bench {

ServerProcess::ServerProcess(const std::string& program, const std::filesystem::path& library, const std::vector<std::string>& more) {
  std::vector<std::string> words = {program, "serve", "--port", "0", "--data", library.string()};
  words.insert(words.end(), more.begin(), more.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  process_ = fork();
  if (process_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execv(program.c_str(), arguments.data());
    _exit(127);
  }
  close(ends[1]);
  char letter = 0;
  while (!said_.contains("\n") && read(ends[0], &letter, 1) == 1) said_ += letter;
  close(ends[0]);
}

ServerProcess::~ServerProcess() {
  if (process_ <= 0) return;
  kill(process_, SIGINT);
  waitpid(process_, nullptr, 0);
}

std::string ServerProcess::address() const {
  const auto begin = said_.find("http://");
  return begin == std::string::npos ? std::string() : said_.substr(begin, said_.find('/', begin + 7) - begin);
}

int ServerProcess::port() const {
  const std::string where = address();
  return where.empty() ? 0 : std::atoi(where.c_str() + where.rfind(':') + 1);
}

bool ServerProcess::is_ready() const { return ask(port(), "GET", "/health/ready").starts_with("HTTP/1.1 200"); }

double ServerProcess::resident_mb() const {
  std::ifstream status(fmt::format("/proc/{}/status", process_));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

std::string ask(int port, const std::string& method, const std::string& path, const std::string& body) {
  const FileDescriptor connection(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connection.get() < 0) return {};
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection.get(), reinterpret_cast<const sockaddr*>(&where), sizeof(where)) != 0) return {};
  const std::string request =
      fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", method, path,
                  port, body.size(), body);
  if (send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) return {};
  std::string answer;
  char block[65536];
  for (ssize_t size = 0; (size = recv(connection.get(), block, sizeof(block), 0)) > 0;) answer.append(block, static_cast<std::size_t>(size));
  return answer;
}

}  // namespace cineloom::bench
