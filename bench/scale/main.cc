// A capacity model: what one event, one viewer, one job costs here, held against stores of other sizes, and what that comes to for
// audiences that nobody has measured. Figures whose names begin with "simulated" are of the model, not of a machine.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "capacity.h"
#include "measure.h"
#include "report.h"

namespace cineloom::bench {
namespace {

constexpr std::uint64_t kSeed = 20261127;

void tell(Report& report, const Constants& constants) {
  report.add({.key = "event_bytes", .value = constants.event_bytes, .unit = "bytes", .n = 100'000, .note = "on disk, with indices", .bound = {}});
  report.add(
      {.key = "item_bytes", .value = constants.item_bytes, .unit = "bytes", .n = 8000, .note = "a film on disk, by libraries of 2,000 and 8,000", .bound = {}});
  report.add({.key = "words_bytes", .value = constants.words_bytes, .unit = "bytes", .n = 8000, .note = "of all words that films have", .bound = {}});
  report.add({.key = "viewer_bytes", .value = constants.viewer_bytes, .unit = "bytes", .n = 2000, .note = "on disk, with indices", .bound = {}});
  report.add(
      {.key = "event_memory_bytes", .value = constants.event_memory_bytes, .unit = "bytes", .n = 100'000, .note = "of a process that learns", .bound = {}});
  report.add({.key = "postgres_bulk_events_per_s",
              .value = constants.bulk_events_per_s,
              .unit = "1/s",
              .n = 100'000,
              .note = "4 threads, a thousand a call, durable",
              .bound = {}});
  report.add({.key = "postgres_single_events_per_s",
              .value = constants.single_events_per_s,
              .unit = "1/s",
              .n = 4000,
              .note = "8 threads, each acknowledged alone",
              .bound = {}});
  report.add(
      {.key = "jobs_per_s", .value = constants.jobs_per_s, .unit = "1/s", .n = 500, .note = "added, taken and ended one by one, 4 threads", .bound = {}});
}

/// How far the model is from a store four times as large, and from one with longer histories.
void hold(Report& report, Laboratory& laboratory, const Constants& constants) {
  double worst = 0;
  double history_ms = 0;
  for (const auto& [viewers, events_each, films] : {std::tuple(8000, 50, 2000), std::tuple(1000, 200, 500), std::tuple(500, 100, 20'000)}) {
    const auto measured = laboratory.fill(viewers, events_each, films);
    if (!measured) return report.add_missing("capacity_error", measured.error().describe());
    const double foretold =
        viewers * constants.viewer_bytes + measured->events * constants.event_bytes + measured->films * constants.item_bytes + constants.words_bytes;
    worst = std::max(worst, std::abs(foretold - measured->disk_bytes) / measured->disk_bytes);
    history_ms = std::max(history_ms, measured->events_of_one_ms);
  }
  report.add({.key = "capacity_error",
              .value = worst,
              .unit = "share",
              .n = 3,
              .note = "of foretold bytes: 8,000 x 50, 1,000 x 200 and 500 x 100 events; 2,000, 500 and 20,000 films",
              .bound = Bound{.must = 0.1, .aim = 0.05}});
  report.add({.key = "history_ms", .value = history_ms, .unit = "ms", .n = 200, .note = "median to read one viewer's", .bound = {}});
}

void simulate(Report& report, const Constants& constants, double items) {
  for (const double viewers : {1e4, 1e5, 1e6, 1e7, 1e8}) {
    const Audience audience{.viewers = viewers, .items = items};
    const Need need = need_of(constants, audience);
    const SimulatedDay day = simulate_day(constants, audience, need.databases, kSeed);
    const std::string name = fmt::format("simulated_{:.0e}_of_{:.0f}_films_", viewers, items);
    report.add({.key = name + "p99_wait_s",
                .value = day.p99_wait_s,
                .unit = "s",
                .n = static_cast<std::uint64_t>(day.events),
                .note = fmt::format(
                    "{:.0f} databases, {:.0f} events/s at the peak, {:.0f} GB on disk, {:.0f} cores on {:.0f} nodes of {:.2f} GB to answer, {:.0f} GB to learn",
                    need.databases, need.events_per_s, need.disk_gb, need.answer_cores, need.nodes, need.node_memory_gb, need.training_memory_gb),
                .bound = {}});
    report.add({.key = name + "euros_a_month", .value = need.euros_a_month, .unit = "EUR", .n = 1, .note = "at assumed prices", .bound = {}});
  }
}

void measure_capacity(Report& report) {
  const auto laboratory = Laboratory::open();
  if (!laboratory) return report.add_missing("capacity_error", laboratory.error().describe());
  const auto constants = (*laboratory)->measure();
  if (!constants) return report.add_missing("capacity_error", constants.error().describe());
  tell(report, *constants);
  hold(report, **laboratory, *constants);
  for (const double items : {2'000.0, 100'000.0}) simulate(report, *constants, items);
}

}  // namespace
}  // namespace cineloom::bench

int main(int count, char** arguments) {
  using namespace cineloom::bench;
  Report report("scale", kSeed);
  constexpr std::array kParts = {Part{"capacity", measure_capacity}};
  return run_parts(report, kParts, std::span(arguments, static_cast<std::size_t>(count)));
}
