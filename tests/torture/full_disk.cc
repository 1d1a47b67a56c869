// A disk without room, and one that fails now and then: nothing acknowledged is lost, reading goes on, and writing comes back by itself.
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "torture.h"

namespace cineloom::torture {
namespace {

namespace fs = std::filesystem;
using bench::ask;
using bench::ServerProcess;

class FullDisk {
 public:
  FullDisk(const fs::path& data, const SmallLibrary& library, const FaultPage& page)
      : library_(library), page_(page), server_(program(), data, page.environment()) {}

  /// What goes wrong when the disk fills up and gets room again.
  std::string fault(Told& told) {
    if (!is(tell(told, "before"), 201)) return "an event is refused before the disk is full";
    page_.control().room = 0;
    const std::string refused = fill(told);
    if (!is(refused, 507)) return "a full disk is not told with 507: " + refused.substr(0, 400);
    if (!refused.contains("application/problem+json") || !refused.contains("disk")) return "the problem does not speak of the disk: " + refused;
    if (!is(get("/health/ready"), 507) || !is(get("/health/live"), 200)) return "health does not tell that nothing can be written";
    for (const std::string& path : {events(), std::string("/api/v1/films"), std::string("/api/v1/viewers")}) {
      if (!is(get(path), 200)) return "what is there cannot be read: " + path;
    }
    page_.control().room = -1;
    if (!is(get("/health/ready"), 200)) return "nobody finds out that there is room again";
    return is(tell(told, "after"), 201) ? "" : "an event is refused although there is room";
  }

 private:
  static bool is(const std::string& answer, int status) { return answer.starts_with(fmt::format("HTTP/1.1 {}", status)); }
  [[nodiscard]] std::string events() const { return fmt::format("/api/v1/viewers/{}/events", library_.viewers.front().number()); }
  std::string get(const std::string& path) { return ask(server_.port(), "GET", path); }
  std::string tell(Told& told, const std::string& key) {
    std::string answer = ask(server_.port(), "POST", events(), event_body(library_.films.front(), key));
    (is(answer, 201) ? told.acknowledged : told.unsure).push_back(key);
    return answer;
  }
  /// The journal may have room that it used before: tells until that is used up.
  std::string fill(Told& told) {
    std::string answer;
    for (int i = 0; i < 200 && (answer.empty() || is(answer, 201)); ++i) answer = tell(told, fmt::format("fill-{}", i));
    return answer;
  }

  const SmallLibrary& library_;
  const FaultPage& page_;
  ServerProcess server_;
};

Expected<std::string> full_disk_fault() {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  const fs::path data = folder.path() / "library";
  CINELOOM_TRY_ASSIGN(const FaultPage page, FaultPage::make(folder.path() / "control", data));
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(data, 1));
  Told told{.viewer = library.viewers.front()};
  {
    FullDisk disk(data, library, page);
    if (std::string fault = disk.fault(told); !fault.empty()) return fault;
  }
  const Verdict verdict = judge(data, {told});
  return verdict.is_right() ? std::string() : fmt::format("{} lost, {} doubled {}", verdict.lost, verdict.doubled, verdict.damage);
}

struct FailureTally {
  int failures = 0;
  int acknowledged = 0;
  int restarts = 0;
  Verdict verdict;
};

/// Single calls fail; a server whose disk did not keep what it was given says so and is started again.
Expected<FailureTally> fail_now_and_then(int failures) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  const fs::path data = folder.path() / "library";
  CINELOOM_TRY_ASSIGN(const FaultPage page, FaultPage::make(folder.path() / "control", data));
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(data, 1));
  Told told{.viewer = library.viewers.front()};
  FailureTally tally;
  auto server = std::make_unique<ServerProcess>(program(), data, page.environment());
  Random random(11);
  for (; tally.failures < failures; ++tally.failures) {
    constexpr std::array kErrors{EIO, ENOSPC, EMFILE, ENOMEM};
    page.control().fail_with = kErrors[random.below(kErrors.size())];
    page.control().fail_count = 1;
    page.control().fail_from = page.control().calls + static_cast<std::int64_t>(random.below(12));
    for (int i = 0; i < 3; ++i) {
      const std::string key = fmt::format("fail-{}-{}", tally.failures, i);
      const std::string answer = ask(server->port(), "POST", fmt::format("/api/v1/viewers/{}/events", told.viewer.number()),
                                     event_body(library.films[static_cast<std::size_t>(i)], key));
      (answer.starts_with("HTTP/1.1 201") ? told.acknowledged : told.unsure).push_back(key);
    }
    page.control().fail_from = -1;
    if (ask(server->port(), "GET", "/health/live").starts_with("HTTP/1.1 200")) continue;
    server->end(SIGKILL);
    server = std::make_unique<ServerProcess>(program(), data, page.environment());
    ++tally.restarts;
  }
  server.reset();
  tally.acknowledged = static_cast<int>(told.acknowledged.size());
  tally.verdict = judge(data, {told});
  return tally;
}

}  // namespace

void measure_full_disk(Report& report) {
  const auto fault = full_disk_fault();
  if (!fault) return report.add_missing("full_disk_faults", fault.error().describe());
  report.add({.key = "full_disk_faults",
              .value = fault->empty() ? 0.0 : 1.0,
              .note = fault->empty() ? "507 with a problem document, reading goes on, writing comes back by itself" : *fault,
              .bound = Bound{.must = 0, .aim = 0}});
  const auto tally = fail_now_and_then(is_short() ? 20 : 500);
  if (!tally) return report.add_missing("failing_disk_lost", tally.error().describe());
  report.add(
      {.key = "failing_disk_lost",
       .value = static_cast<double>(tally->verdict.lost + tally->verdict.doubled) + (tally->verdict.damage.empty() ? 0 : 1),
       .n = static_cast<std::uint64_t>(tally->failures),
       .note = tally->verdict.damage.empty()
                   ? fmt::format("single calls fail with EIO, ENOSPC, EMFILE, ENOMEM; {} events acknowledged; started again {} times after a failed sync",
                                 tally->acknowledged, tally->restarts)
                   : tally->verdict.damage,
       .bound = Bound{.must = 0, .aim = 0}});
}

}  // namespace cineloom::torture
