// From nothing to a page that answers: the clean build, the demo's main job, the server's start, and what it needs idle.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "base/files.h"
#include "report.h"

namespace cineloom::bench {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

const std::string kProgram = std::string(CINELOOM_BINARY_DIR) + "/cineloom";

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// A running server; ends with the value.
class ServerProcess {
 public:
  explicit ServerProcess(const fs::path& library) {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(kProgram.c_str(), kProgram.c_str(), "serve", "--port", "0", "--data", library.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    close(ends[1]);
    char letter = 0;
    while (read(ends[0], &letter, 1) == 1 && !said_.contains("\n")) said_ += letter;
    close(ends[0]);
  }
  ~ServerProcess() {
    kill(process_, SIGINT);
    waitpid(process_, nullptr, 0);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// "http://127.0.0.1:4711"
  [[nodiscard]] std::string address() const {
    const auto begin = said_.find("http://");
    return begin == std::string::npos ? std::string() : said_.substr(begin, said_.find('/', begin + 7) - begin);
  }
  [[nodiscard]] bool is_ready() const { return output_of(fmt::format("curl -s -o /dev/null -w '%{{http_code}}' {}/health/ready", address())) == "200"; }
  [[nodiscard]] double resident_mb() const {
    std::ifstream status(fmt::format("/proc/{}/status", process_));
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
    }
    return 0;
  }

 private:
  pid_t process_ = -1;
  std::string said_;
};

void measure_build(Report& report, const fs::path& folder) {
  const auto begin = Clock::now();
  const int result = std::system(fmt::format("export CCACHE_DISABLE=1; cmake -S '{}' --preset release -B '{}' >/dev/null && ninja -C '{}' --quiet cineloom >/dev/null",
                                             CINELOOM_SOURCE_DIR, (folder / "build").string(), (folder / "build").string()).c_str());
  if (result != 0) return report.add_missing("build_clean_s", "the build failed");
  report.add({.key = "build_clean_s", .value = seconds_since(begin), .unit = "s", .note = "the program, release, no cache", .bound = Bound{720, 480}});
}

void measure_demo(Report& report, const fs::path& library) {
  const auto begin = Clock::now();
  const int result = std::system(fmt::format("'{}' demo --data '{}' >/dev/null 2>&1", kProgram, library.string()).c_str());
  if (result != 0) return report.add_missing("demo_main_job_s", "the demo failed");
  report.add({.key = "demo_main_job_s", .value = seconds_since(begin), .unit = "s", .note = "import, film, story, training, picks", .bound = Bound{180, 60}});
}

void measure_server(Report& report, const fs::path& library) {
  std::vector<double> ready;
  double resident = 0;
  for (int i = 0; i < 7; ++i) {
    const auto begin = Clock::now();
    const ServerProcess server(library);
    if (!server.is_ready()) return report.add_missing("ready_ms", "the server did not get ready");
    ready.push_back(seconds_since(begin) * 1000);
    resident = server.resident_mb();
  }
  report.add({.key = "ready_ms", .value = median(ready), .unit = "ms", .n = ready.size(), .note = "process start to /health/ready, curl included", .bound = Bound{500, 150}});
  report.add({.key = "idle_rss_mb", .value = resident, .unit = "MB", .note = "before the first question", .bound = Bound{120, 40}});
}

int measure(std::span<char*> arguments) {
  Report report("start", 1);
  report.add_data(fs::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4");
  const auto folder = TemporaryFolder::create("cineloom-bench");
  if (!folder) return 1;
  measure_demo(report, folder->path() / "library");
  measure_server(report, folder->path() / "library");
  measure_build(report, folder->path());
  return report.finish(arguments);
}

}  // namespace
}  // namespace cineloom::bench

int main(int count, char** arguments) { return cineloom::bench::measure({arguments, static_cast<std::size_t>(count)}); }
