// The web client in a real browser against a real server on the demo library. What has to be known of browsers is in measure.mjs; it says
// each figure as a line: key, value, unit, measurements, note, with tabs between them, or key, "missing", reason.
//   ./dev bench web                 everything
//   bench_web --only branch         one part
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <sstream>

#include "base/files.h"
#include "report.h"
#include "server_process.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;

const std::string kProgram = std::string(CINELOOM_BINARY_DIR) + "/cineloom";

const std::map<std::string, Bound, std::less<>> kBounds{
    {"first_route_kb", {60, 45}}, {"lcp_ms", {1000, 800}},         {"axe_violations", {0, 0}}, {"i18n_missing", {0, 0}},
    {"branch_gap_ms", {60, 45}},  {"xr_choices_ok", {9, 9, true}}, {"arcs_2h_ms", {100, 50}},  {"library_scroll_fps", {59, 60, true}}};

/// The demo library with a server on it, for all parts.
class DemoServer {
 public:
  static Expected<DemoServer> start() {
    CINELOOM_TRY_ASSIGN(TemporaryFolder folder, TemporaryFolder::create("cineloom-bench-web"));
    const std::string library = (folder.path() / "library").string();
    if (std::system(fmt::format("'{}' demo --data '{}' >/dev/null 2>&1", kProgram, library).c_str()) != 0) return fail(ErrorCode::Internal, "the demo failed");
    auto server = std::make_unique<ServerProcess>(kProgram, library);
    if (!server->is_ready()) return fail(ErrorCode::Internal, "the server did not get ready");
    return DemoServer(std::move(folder), std::move(server));
  }
  [[nodiscard]] std::string address() const { return server_->address(); }

 private:
  DemoServer(TemporaryFolder folder, std::unique_ptr<ServerProcess> server) : folder_(std::move(folder)), server_(std::move(server)) {}
  TemporaryFolder folder_;
  std::unique_ptr<ServerProcess> server_;  // ends before its folder goes
};

const Expected<DemoServer>& demo_server() {
  static const Expected<DemoServer> server = DemoServer::start();
  return server;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '\t');) fields.push_back(field);
  return fields;
}

void add_line(Report& report, const std::string& line) {
  const auto fields = split(line);
  if (fields.size() == 3 && fields[1] == "missing") return report.add_missing(fields[0], fields[2]);
  if (fields.size() != 5) return;  // not a figure: what the browser or its driver says
  const auto bound = kBounds.find(fields[0]);
  report.add({.key = fields[0],
              .value = std::strtod(fields[1].c_str(), nullptr),
              .unit = fields[2],
              .n = std::strtoull(fields[3].c_str(), nullptr, 10),
              .note = fields[4],
              .bound = bound == kBounds.end() ? std::nullopt : std::optional(bound->second)});
}

void measure_part(Report& report, std::string_view part, std::string_view key) {
  if (!demo_server()) return report.add_missing(std::string(key), demo_server().error().describe());
  const std::string said = output_of(fmt::format("node '{}/bench/web/measure.mjs' {} {}", CINELOOM_SOURCE_DIR, part, demo_server()->address()));
  if (!said.contains(key)) return report.add_missing(std::string(key), "the browser's run failed: see above");
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) add_line(report, line);
}

constexpr std::array kParts{Part{"route", [](Report& report) { measure_part(report, "route", "first_route_kb"); }},
                            Part{"paint", [](Report& report) { measure_part(report, "paint", "lcp_ms"); }},
                            Part{"branch", [](Report& report) { measure_part(report, "branch", "branch_gap_ms"); }},
                            Part{"headset", [](Report& report) { measure_part(report, "headset", "xr_choices_ok"); }},
                            Part{"arcs", [](Report& report) { measure_part(report, "arcs", "arcs_2h_ms"); }},
                            Part{"scroll", [](Report& report) { measure_part(report, "scroll", "library_scroll_fps"); }},
                            Part{"words", [](Report& report) { measure_part(report, "words", "i18n_missing"); }},
                            Part{"access", [](Report& report) { measure_part(report, "access", "axe_violations"); }}};

int measure(std::span<char*> arguments) {
  Report report("web", 1);
  report.add_data(fs::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4");
  report.add_data(fs::path(CINELOOM_SOURCE_DIR) / "web/dist/index.html");
  return run_parts(report, kParts, arguments);
}

}  // namespace
}  // namespace cineloom::bench

int main(int count, char** arguments) { return cineloom::bench::measure({arguments, static_cast<std::size_t>(count)}); }
