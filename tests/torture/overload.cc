// Twice as many questions as can be answered, asked at their times whether or not answers come.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <vector>

#include "http_load.h"
#include "made_library.h"
#include "torture.h"

namespace cineloom::torture {
namespace {

using bench::Load;
using Clock = std::chrono::steady_clock;

constexpr bench::LibrarySize kLibrary{.films = 2'000, .viewers = 500, .ratings = 40'000};
constexpr int kSeconds = 10;

/// Questions of which no two are alike: answers that were given before would be given again without work.
Load questions(int port, std::size_t count) {
  auto random = std::make_shared<std::mt19937_64>(20261127);
  static std::size_t number = 0;
  return {.port = port,
          .count = count,
          .request =
              [=](std::size_t) {
                return bench::wire_request("GET", port,
                                           fmt::format("/api/v1/viewers/{}/recommendations?popularity=0.{:09}", 1 + (*random)() % kLibrary.viewers, number++));
              },
          .is_right = [](std::size_t, std::string_view answer) { return answer.starts_with("HTTP/1.1 200") && answer.contains("\"picks\":[{"); }};
}

/// Answers a second to as many clients as keep the server busy, each of whom waits for its answer.
Expected<double> capacity_of(int port) {
  Load load = questions(port, 1200);
  load.connections = 4;
  CINELOOM_TRY_ASSIGN(const auto result, bench::run_load(load));
  if (result.wrong > 0) return fail(ErrorCode::Internal, "a wrong answer: " + result.first_wrong);
  return static_cast<double>(result.answered) / result.seconds;
}

struct Overload {
  double goodput = 0;  ///< answers a second
  double p50_ms = 0;
  double p99_ms = 0;   ///< of those who were answered, from when they were due
  std::size_t asked = 0;
  std::size_t answered = 0;
  std::size_t refused = 0;
};

Expected<Overload> overload(int port, double per_second) {
  Overload found;
  Load load = questions(port, static_cast<std::size_t>(per_second * kSeconds));
  load.connections = 256;
  load.per_second = per_second;
  Clock::time_point begin;
  std::vector<double> waits;
  const auto request = load.request;
  load.request = [&](std::size_t number) {
    if (number == 0) begin = Clock::now();
    return request(number);
  };
  const auto is_picks = load.is_right;
  load.is_right = [&](std::size_t number, std::string_view answer) {
    const double due_ms = 1000.0 * static_cast<double>(number) / per_second;
    const double wait_ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count() - due_ms;
    if (is_picks(number, answer)) {
      waits.push_back(wait_ms);
      return true;
    }
    ++found.refused;
    return answer.starts_with("HTTP/1.1 503") && answer.contains("Retry-After: ") && answer.contains("application/problem+json");
  };
  CINELOOM_TRY_ASSIGN(const auto result, bench::run_load(load));
  if (result.wrong > 0) return fail(ErrorCode::Internal, "neither picks nor a refusal: " + result.first_wrong);
  std::ranges::sort(waits);
  if (waits.empty()) return fail(ErrorCode::Internal, "nobody was answered");
  const auto quantile = [&](double share) { return waits[static_cast<std::size_t>(std::ceil(share * static_cast<double>(waits.size()))) - 1]; };
  found.asked = load.count;
  found.answered = waits.size();
  found.goodput = static_cast<double>(waits.size()) / result.seconds;
  found.p50_ms = quantile(.5);
  found.p99_ms = quantile(.99);
  return found;
}

Expected<void> measure(Report& report) {
  const std::filesystem::path kept = std::filesystem::path(CINELOOM_BINARY_DIR) / "torture-library";
  if (!std::filesystem::exists(kept / "cineloom.db")) { CINELOOM_TRY(bench::make_library(kept, kLibrary)); }
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create("torture"));
  std::filesystem::copy(kept, folder.path() / "library", std::filesystem::copy_options::recursive);
  const bench::ServerProcess server(program(), folder.path() / "library");
  CINELOOM_TRY(capacity_of(server.port()));  // the first loads the model
  CINELOOM_TRY_ASSIGN(const double before, capacity_of(server.port()));
  CINELOOM_TRY_ASSIGN(const Overload found, overload(server.port(), 2 * before));
  CINELOOM_TRY_ASSIGN(const double after, capacity_of(server.port()));
  const double capacity = std::max(before, after);
  report.add(
      {.key = "overload_goodput",
       .value = found.goodput / capacity,
       .n = found.asked,
       .note = fmt::format("new picks of {} films asked for at {:.0f} a second; {:.0f} a second answered, {} refused with 503 and Retry-After; capacity {:.0f} "
                           "before and {:.0f} after",
                           kLibrary.films, 2 * before, found.goodput, found.refused, before, after),
       .bound = Bound{.must = .9, .aim = .95, .is_least = true}});
  report.add({.key = "overload_p99_ms",
              .value = found.p99_ms,
              .unit = "ms",
              .n = found.answered,
              .note = fmt::format("of those who were answered, from when they were due; median {:.1f} ms", found.p50_ms),
              .bound = Bound{.must = 50, .aim = 30}});
  return {};
}

}  // namespace

void measure_overload(Report& report) {
  const auto done = measure(report);
  if (done) return;
  for (const char* key : {"overload_goodput", "overload_p99_ms"}) report.add_missing(key, done.error().describe());
}

}  // namespace cineloom::torture
