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
constexpr int kRounds = 6;   // capacity and overload by turns, so that a machine that others slow down slows both
constexpr int kSeconds = 3;  // of overload in a round

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
  Load load = questions(port, 800);
  load.connections = 4;
  CINELOOM_TRY_ASSIGN(const auto result, bench::run_load(load));
  if (result.wrong > 0) return fail(ErrorCode::Internal, "a wrong answer: " + result.first_wrong);
  return static_cast<double>(result.answered) / result.seconds;
}

struct Overload {
  double goodput = 0;          ///< answers a second
  std::size_t asked = 0;
  std::size_t refused = 0;
  std::vector<double> waits;   ///< ms, of those who were answered, from when they were due
};

Expected<Overload> overload(int port, double per_second) {
  Overload found;
  Load load = questions(port, static_cast<std::size_t>(per_second * kSeconds));
  load.connections = 256;
  load.per_second = per_second;
  Clock::time_point begin;
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
      found.waits.push_back(wait_ms);
      return true;
    }
    ++found.refused;
    return answer.starts_with("HTTP/1.1 503") && answer.contains("Retry-After: ") && answer.contains("application/problem+json");
  };
  CINELOOM_TRY_ASSIGN(const auto result, bench::run_load(load));
  if (result.wrong > 0) return fail(ErrorCode::Internal, "neither picks nor a refusal: " + result.first_wrong);
  if (found.waits.empty()) return fail(ErrorCode::Internal, "nobody was answered");
  found.asked = load.count;
  found.goodput = static_cast<double>(found.waits.size()) / result.seconds;
  return found;
}

/// All rounds together: capacity is the mean of what could be answered before and after each overload.
struct Rounds {
  double capacity = 0;  ///< answers a second, the mean of the rounds
  double goodput = 0;
  double worst = 1e9;   ///< goodput over capacity in the worst round
  Overload all;         ///< but for its goodput
};

Expected<Rounds> run_rounds(int port) {
  Rounds rounds;
  CINELOOM_TRY_ASSIGN(double before, capacity_of(port));
  for (int round = 0; round < kRounds; ++round) {
    CINELOOM_TRY_ASSIGN(const Overload found, overload(port, 2 * before));
    CINELOOM_TRY_ASSIGN(const double after, capacity_of(port));
    const double capacity = (before + after) / 2;
    rounds.capacity += capacity / kRounds;
    rounds.goodput += found.goodput / kRounds;
    rounds.worst = std::min(rounds.worst, found.goodput / capacity);
    rounds.all.asked += found.asked;
    rounds.all.refused += found.refused;
    rounds.all.waits.insert(rounds.all.waits.end(), found.waits.begin(), found.waits.end());
    before = after;
  }
  std::ranges::sort(rounds.all.waits);
  return rounds;
}

void report_rounds(const Rounds& rounds, Report& report) {
  const std::vector<double>& waits = rounds.all.waits;
  const auto quantile = [&](double share) { return waits[static_cast<std::size_t>(std::ceil(share * static_cast<double>(waits.size()))) - 1]; };
  report.add({.key = "overload_goodput",
              .value = rounds.goodput / rounds.capacity,
              .n = rounds.all.asked,
              .note = fmt::format("new picks of {} films asked for at twice the capacity, in {} rounds; {:.0f} a second answered where {:.0f} could be just before "
                                  "and after, in the worst round {:.2f} of it; {} refused with 503 and Retry-After",
                                  kLibrary.films, kRounds, rounds.goodput, rounds.capacity, rounds.worst, rounds.all.refused),
              .bound = Bound{.must = .9, .aim = .95, .is_least = true}});
  report.add({.key = "overload_p99_ms",
              .value = quantile(.99),
              .unit = "ms",
              .n = waits.size(),
              .note = fmt::format("of those who were answered, from when they were due; median {:.1f} ms", quantile(.5)),
              .bound = Bound{.must = 50, .aim = 30}});
}

Expected<void> measure(Report& report) {
  const std::filesystem::path kept = std::filesystem::path(CINELOOM_BINARY_DIR) / "torture-library";
  if (!std::filesystem::exists(kept / "cineloom.db")) { CINELOOM_TRY(bench::make_library(kept, kLibrary)); }
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create("torture"));
  std::filesystem::copy(kept, folder.path() / "library", std::filesystem::copy_options::recursive);
  const bench::ServerProcess server(program(), folder.path() / "library");
  CINELOOM_TRY(capacity_of(server.port()));  // the first loads the model
  CINELOOM_TRY_ASSIGN(const Rounds rounds, run_rounds(server.port()));
  report_rounds(rounds, report);
  return {};
}

}  // namespace

void measure_overload(Report& report) {
  const auto done = measure(report);
  if (done) return;
  for (const char* key : {"overload_goodput", "overload_p99_ms"}) report.add_missing(key, done.error().describe());
}

}  // namespace cineloom::torture
