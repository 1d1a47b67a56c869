// The real server is told events over HTTP by several clients and killed: at random, and at every call that writes.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include "torture.h"

namespace cineloom::torture {
namespace {

namespace fs = std::filesystem;
using bench::ask;
using bench::ServerProcess;

constexpr int kClients = 4;
constexpr int kKillsOfLibrary = 50;  // a library that grows for ever would make every start slower
constexpr int kEventsOfSweep = 6;

struct Tally {
  int kills = 0;
  int acknowledged = 0;
  int unsure = 0;
  int retold = 0;
  int lost = 0;
  int doubled = 0;
  std::string damage;

  void add(const Verdict& verdict, std::string_view when) {
    lost += verdict.lost;
    doubled += verdict.doubled;
    if (!verdict.damage.empty() && damage.empty()) damage = fmt::format("{}: {}", when, verdict.damage);
  }
};

bool is_kept(const std::string& answer) { return answer.starts_with("HTTP/1.1 201") || answer.starts_with("HTTP/1.1 200"); }

std::string tell(int port, ViewerId viewer, FilmId film, const std::string& key) {
  return ask(port, "POST", fmt::format("/api/v1/viewers/{}/events", viewer.number()), event_body(film, key));
}

/// One client: tells event after event until the server is gone.
void tell_until_gone(int port, const SmallLibrary& library, const std::string& prefix, Told& told, std::atomic<int>& answers) {
  for (int i = 0;; ++i) {
    const std::string key = fmt::format("{}-{}", prefix, i);
    const std::string answer = tell(port, told.viewer, library.films[static_cast<std::size_t>(i) % library.films.size()], key);
    if (!is_kept(answer)) {
      told.unsure.push_back(key);
      return;
    }
    told.acknowledged.push_back(key);
    ++answers;
  }
}

/// Clients tell; once the first was answered and some milliseconds went by the server is killed.
void kill_under_load(ServerProcess& server, const SmallLibrary& library, int round, std::chrono::microseconds after, std::vector<Told>& told) {
  std::atomic<int> answers{0};
  std::vector<Told> round_told(kClients);
  {
    std::vector<std::jthread> clients;
    for (std::size_t i = 0; i < kClients; ++i) {
      round_told[i].viewer = library.viewers[i % library.viewers.size()];
      clients.emplace_back([&, i] { tell_until_gone(server.port(), library, fmt::format("r{}c{}", round, i), round_told[i], answers); });
    }
    for (int waits = 0; answers == 0 && waits < 30'000; ++waits) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(after);
    server.end(SIGKILL);
  }
  for (Told& one : round_told) {
    Told& whole = *std::ranges::find(told, one.viewer, &Told::viewer);
    std::ranges::move(one.acknowledged, std::back_inserter(whole.acknowledged));
    std::ranges::move(one.unsure, std::back_inserter(whole.unsure));
  }
}

/// What had no answer is told again, as a client does: from then on it must be there once.
Expected<void> tell_again(int port, const SmallLibrary& library, std::vector<Told>& told, Tally& tally) {
  for (Told& one : told) {
    for (const std::string& key : std::exchange(one.unsure, {})) {
      const auto number = static_cast<std::size_t>(std::atoi(key.c_str() + key.rfind('-') + 1));
      const std::string answer = tell(port, one.viewer, library.films[number % library.films.size()], key);
      if (!is_kept(answer)) return fail(ErrorCode::Internal, "an event that was told again is refused: " + answer.substr(0, 300));
      one.acknowledged.push_back(key);
      ++tally.retold;
    }
  }
  return {};
}

Expected<void> kill_one_library(int kills, Random& random, Tally& tally) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, is_short() ? make_place() : TemporaryFolder::create("torture"));
  const fs::path data = folder.path() / "library";
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(data, 2));
  std::vector<Told> told;
  for (const ViewerId viewer : library.viewers) told.push_back({.viewer = viewer});
  for (int round = 0; round < kills; ++round) {
    ServerProcess server(program(), data);
    if (server.port() == 0) return fail(ErrorCode::DataLoss, "the server does not start after a kill");
    CINELOOM_TRY(tell_again(server.port(), library, told, tally));
    kill_under_load(server, library, round, std::chrono::microseconds(random.below(25'000)), told);
    ++tally.kills;
    tally.add(judge(data, told), fmt::format("kill {}", tally.kills));
  }
  for (const Told& one : told) {
    tally.acknowledged += static_cast<int>(one.acknowledged.size());
    tally.unsure += static_cast<int>(one.unsure.size());
  }
  return {};
}

Expected<Tally> kill_at_random(int kills) {
  Random random(20261127);
  Tally tally;
  while (tally.kills < kills) { CINELOOM_TRY(kill_one_library(std::min(kKillsOfLibrary, kills - tally.kills), random, tally)); }
  return tally;
}

/// A server that dies at a chosen call, told a few events one after the other.
Told tell_few(const ServerProcess& server, const SmallLibrary& library) {
  Told told{.viewer = library.viewers.front()};
  for (int i = 0; i < kEventsOfSweep && server.port() != 0; ++i) {
    const std::string key = fmt::format("sweep-{}", i);
    (is_kept(tell(server.port(), told.viewer, library.films[static_cast<std::size_t>(i)], key)) ? told.acknowledged : told.unsure).push_back(key);
    if (!told.unsure.empty()) break;
  }
  return told;
}

struct SweepTally {
  Tally tally;
  int calls = 0;
};

Expected<SweepTally> kill_at_every_call() {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  CINELOOM_TRY_ASSIGN(const FaultPage page, FaultPage::make(folder.path() / "control", folder.path()));
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(folder.path() / "prepared", 1));
  const fs::path data = folder.path() / "library";
  SweepTally found;
  const auto run = [&](std::int64_t kill_at) {
    fs::remove_all(data);
    fs::copy(folder.path() / "prepared", data, fs::copy_options::recursive);
    page.reset();
    page.control().kill_at = kill_at;
    ServerProcess server(program(), data, page.environment());
    Told told = tell_few(server, library);
    if (kill_at < 0) found.calls = static_cast<int>(page.control().calls.load());
    server.end(SIGKILL);
    ++found.tally.kills;
    found.tally.acknowledged += static_cast<int>(told.acknowledged.size());
    found.tally.add(judge(data, {told}), fmt::format("call {}", kill_at / 2));
  };
  run(-1);
  for (int kill_at = 0; kill_at < 2 * found.calls; kill_at += is_short() ? 11 : 1) run(kill_at);
  return found;
}

/// Writes that are said to be done and are not must be found out, or the harness proves nothing.
Expected<bool> is_lying_disk_found() {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  CINELOOM_TRY_ASSIGN(const FaultPage page, FaultPage::make(folder.path() / "control", folder.path()));
  const fs::path data = folder.path() / "library";
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(data, 1));
  ServerProcess server(program(), data, page.environment());
  page.control().is_swallowing = 1;
  const Told told = tell_few(server, library);
  server.end(SIGKILL);
  return !told.acknowledged.empty() && !judge(data, {told}).is_right();
}

void add_figures(Report& report, const Tally& random, const SweepTally& sweep, bool is_mutant_found) {
  report.add({.key = "kills",
              .value = static_cast<double>(random.kills),
              .n = static_cast<std::uint64_t>(random.acknowledged),
              .note = fmt::format("kill -9 of a server that {} clients tell events; {} events acknowledged, {} told again after a kill", kClients,
                                  random.acknowledged, random.retold),
              .bound = is_short() ? std::nullopt : std::optional(Bound{.must = 2000, .aim = 10'000, .is_least = true})});
  report.add({.key = "kills_at_calls",
              .value = static_cast<double>(sweep.tally.kills),
              .n = static_cast<std::uint64_t>(sweep.calls),
              .note = fmt::format("before and within calls that write, of the {} that a start and {} events take; {} events acknowledged", sweep.calls,
                                  kEventsOfSweep, sweep.tally.acknowledged),
              .bound = Bound{.must = 1, .aim = 1, .is_least = true}});
  const std::string damage = random.damage.empty() ? sweep.tally.damage : random.damage;
  report.add({.key = "acked_lost",
              .value = static_cast<double>(random.lost + sweep.tally.lost) + (damage.empty() ? 0 : 1),
              .n = static_cast<std::uint64_t>(random.acknowledged + sweep.tally.acknowledged),
              .note = damage.empty() ? "acknowledged, and not there after the kill" : damage,
              .bound = Bound{.must = 0, .aim = 0}});
  report.add({.key = "acked_doubled",
              .value = static_cast<double>(random.doubled + sweep.tally.doubled),
              .n = static_cast<std::uint64_t>(random.acknowledged + sweep.tally.acknowledged),
              .note = "there twice, also when told again",
              .bound = Bound{.must = 0, .aim = 0}});
  report.add({.key = "lying_disk_detected",
              .value = is_mutant_found ? 1.0 : 0.0,
              .note = "the same with a disk that drops what it is given: the harness must notice",
              .bound = Bound{.must = 1, .aim = 1, .is_least = true}});
}

}  // namespace

void measure_kills(Report& report) {
  const auto random = kill_at_random(is_short() ? 10 : 2000);
  if (!random) return report.add_missing("kills", random.error().describe());
  const auto sweep = kill_at_every_call();
  if (!sweep) return report.add_missing("kills_at_calls", sweep.error().describe());
  const auto lying = is_lying_disk_found();
  if (!lying) return report.add_missing("lying_disk_detected", lying.error().describe());
  add_figures(report, *random, *sweep, *lying);
}

}  // namespace cineloom::torture
