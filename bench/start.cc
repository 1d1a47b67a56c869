// From nothing to a page that answers: the clean build, the demo's main job, the server's start, and what it needs idle.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "base/files.h"
#include "report.h"
#include "server_process.h"

namespace cineloom::bench {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

const std::string kProgram = std::string(CINELOOM_BINARY_DIR) + "/cineloom";

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void measure_build(Report& report, const fs::path& folder) {
  const auto begin = Clock::now();
  const int result =
      std::system(fmt::format("export CCACHE_DISABLE=1; cmake -S '{}' --preset release -B '{}' >/dev/null && ninja -C '{}' --quiet cineloom >/dev/null",
                              CINELOOM_SOURCE_DIR, (folder / "build").string(), (folder / "build").string())
                      .c_str());
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
    const ServerProcess server(kProgram, library);
    if (!server.is_ready()) return report.add_missing("ready_ms", "the server did not get ready");
    ready.push_back(seconds_since(begin) * 1000);
    resident = server.resident_mb();
  }
  report.add({.key = "ready_ms",
              .value = median(ready),
              .unit = "ms",
              .n = ready.size(),
              .note = "process start to /health/ready, curl included",
              .bound = Bound{500, 150}});
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
