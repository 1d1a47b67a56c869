// A server that is asked to stop: what was begun is answered, who listens is told, and long work goes on after the next start.
#include <fmt/format.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "torture.h"
#include "wire.h"

namespace cineloom::torture {
namespace {

namespace fs = std::filesystem;
using bench::ask;
using bench::ServerProcess;

std::string head_of(int port, std::string_view method, std::string_view path, std::size_t length) {
  return fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", method, path, port, length);
}

/// One stop with a half-sent request, a listener and an idle connection; gives what went wrong.
std::string stop_once(const fs::path& data, const SmallLibrary& library, const std::string& key, std::vector<Told>& told) {
  ServerProcess server(program(), data, {}, {"--drain", "300"});  // the machine may be busy, and we are a part of the connection
  const int port = server.port();
  const std::string body = event_body(library.films.front(), key);
  Wire half(port);
  Wire listener(port);
  Wire idle(port);
  half.send(head_of(port, "POST", fmt::format("/api/v1/viewers/{}/events", library.viewers.front().number()), body.size()) + body.substr(0, 10));
  listener.send(head_of(port, "GET", "/api/v1/events", 0));
  idle.send(head_of(port, "GET", "/health/live", 0));
  if (!listener.receive_until(": hello") || !idle.receive_until("\"ok\"")) return "the server did not answer before the stop";
  ::kill(server.process(), SIGTERM);
  if (!listener.receive_until("event: goodbye") || !listener.receive_rest()) return "a listener was not told";
  if (!idle.receive_rest()) return "an idle connection stays open";
  if (Wire(port).is_open()) return "a stopping server takes new connections";
  half.send(body.substr(10));
  if (!half.receive_rest() || !half.received().starts_with("HTTP/1.1 201")) return "a request that was begun had no answer: " + half.received().substr(0, 200);
  if (!half.received().contains("Connection: close")) return "a last answer does not say that it is the last";
  int status = 0;
  if (::waitpid(server.process(), &status, 0) != server.process() || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return "the server did not end well";
  server.forget();
  told.front().acknowledged.push_back(key);
  const Verdict verdict = judge(data, told);
  return verdict.is_right() ? "" : "an acknowledged event is not there once";
}

Expected<int> broken_stops(int stops, std::string& first) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  const fs::path data = folder.path() / "library";
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(data, 1));
  std::vector<Told> told{{.viewer = library.viewers.front()}};
  int broken = 0;
  for (int i = 0; i < stops; ++i) {
    const std::string fault = stop_once(data, library, fmt::format("stop-{}", i), told);
    if (!fault.empty() && broken++ == 0) first = fault;
  }
  return broken;
}

bool has_job(int port, std::string_view state) {
  const std::string jobs = ask(port, "GET", "/api/v1/jobs");
  return jobs.contains("\"kind\":\"analyze\"") && jobs.contains(state);
}

/// Waits for a state of the one analysis; bounded by ten minutes.
bool wait_for_job(int port, std::string_view state) {
  for (int waits = 0; waits < 6000 && !has_job(port, state); ++waits) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return has_job(port, state);
}

/// An analysis that is ended by kill -9 or by a stop is there again after the next start, and ends once.
Expected<std::string> resumed_fault() {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  const fs::path data = folder.path() / "library";
  const std::string library = std::string(CINELOOM_SOURCE_DIR) + "/demo/library";
  int status = 0;
  const pid_t importing = bench::start_program({program(), "import", library, "--data", data.string()}, {}, -1);
  if (::waitpid(importing, &status, 0) != importing || status != 0) return fail(ErrorCode::Unavailable, "the demo library could not be imported");
  {
    ServerProcess server(program(), data);
    const std::string films = ask(server.port(), "GET", "/api/v1/films?query=The+Moon+in+the+Reeds");
    const auto found = films.find("\"id\":\"");
    if (found == std::string::npos) return fail(ErrorCode::NotFound, "the demo film is not in its library");
    const std::string id = films.substr(found + 6, films.find('"', found + 6) - found - 6);
    if (!ask(server.port(), "POST", "/api/v1/films/" + id + "/analysis").starts_with("HTTP/1.1 202")) return std::string("the analysis was not taken");
    if (!wait_for_job(server.port(), "\"state\":\"running\"")) return std::string("the analysis does not begin");
    server.end(SIGKILL);
  }
  {
    ServerProcess server(program(), data);
    if (!has_job(server.port(), "analyze")) return std::string("after a kill the analysis is not there again");
    server.end(SIGTERM);
  }
  ServerProcess server(program(), data);
  if (!has_job(server.port(), "analyze")) return std::string("after a stop the analysis is not there again");
  if (is_short()) return std::string();
  if (!wait_for_job(server.port(), "\"state\":\"done\"")) return std::string("the analysis does not end");
  server.end(SIGTERM);
  const ServerProcess last(program(), data);
  return has_job(last.port(), "analyze") ? std::string("an analysis that was done is there again") : std::string();
}

}  // namespace

void measure_draining(Report& report) {
  const int stops = is_short() ? 3 : 50;
  std::string first;
  const auto broken = broken_stops(stops, first);
  if (!broken) return report.add_missing("stops_broken", broken.error().describe());
  report.add({.key = "stops_broken",
              .value = static_cast<double>(*broken),
              .n = static_cast<std::uint64_t>(stops),
              .note = first.empty() ? "SIGTERM: what was begun is answered, listeners are told, idle connections closed, new ones refused" : first,
              .bound = Bound{.must = 0, .aim = 0}});
  const auto resumed = resumed_fault();
  if (!resumed) return report.add_missing("jobs_lost", resumed.error().describe());
  report.add({.key = "jobs_lost",
              .value = resumed->empty() ? 0.0 : 1.0,
              .n = 2,
              .note = resumed->empty() ? "an analysis goes on after kill -9 and after SIGTERM" : *resumed,
              .bound = Bound{.must = 0, .aim = 0}});
}

}  // namespace cineloom::torture
