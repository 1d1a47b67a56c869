// Copies made while the server is told events: each holds all that was acknowledged before it was begun, and comes back whole.
#include <fmt/format.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <mutex>
#include <thread>

#include "torture.h"

namespace cineloom::torture {
namespace {

namespace fs = std::filesystem;
using bench::ask;

Expected<void> run(std::vector<std::string> words) {
  words.insert(words.begin(), program());
  int status = 0;
  const pid_t process = bench::start_program(words, {}, -1);
  if (process <= 0 || ::waitpid(process, &status, 0) != process || status != 0) return fail(ErrorCode::Internal, "the program failed: " + words[1]);
  return {};
}

/// Clients that tell events until they are asked to stop.
class Tellers {
 public:
  Tellers(int port, const SmallLibrary& library) {
    for (std::size_t i = 0; i < library.viewers.size(); ++i) {
      told_.push_back({.viewer = library.viewers[i]});
      threads_.emplace_back([this, port, i, film = library.films[i]](const std::stop_token& stop) {
        for (int number = 0; !stop.stop_requested(); ++number) tell(port, i, film, fmt::format("c{}-{}", i, number));
      });
    }
  }
  /// What is acknowledged by now; everything else that may come is unsure.
  std::vector<Told> acknowledged() {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  void stop() { threads_.clear(); }

 private:
  void tell(int port, std::size_t viewer, FilmId film, const std::string& key) {
    const std::string path = fmt::format("/api/v1/viewers/{}/events", told_[viewer].viewer.number());
    const bool is_kept = ask(port, "POST", path, event_body(film, key)).starts_with("HTTP/1.1 201");
    const std::lock_guard lock(mutex_);
    (is_kept ? told_[viewer].acknowledged : told_[viewer].unsure).push_back(key);
  }
  std::mutex mutex_;
  std::vector<Told> told_;
  std::vector<std::jthread> threads_;
};

struct CopyTally {
  int copies = 0;
  int lost = 0;
  std::size_t acknowledged = 0;
  std::string damage;
};

/// A copy is right if it has what was acknowledged before it was begun, and nothing that was never told.
void judge_copy(const fs::path& folder, std::vector<Told> before, const std::vector<Told>& in_the_end, CopyTally& tally) {
  for (std::size_t i = 0; i < before.size(); ++i) {
    tally.acknowledged += before[i].acknowledged.size();
    before[i].unsure = in_the_end[i].unsure;
    before[i].unsure.insert(before[i].unsure.end(), in_the_end[i].acknowledged.begin(), in_the_end[i].acknowledged.end());
  }
  const Verdict verdict = judge(folder, before);
  tally.lost += verdict.lost + verdict.doubled;
  if (tally.damage.empty()) tally.damage = verdict.damage;
}

Expected<CopyTally> copy_under_load(int copies) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  const fs::path data = folder.path() / "library";
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(data, 3));
  const std::string key = (folder.path() / "key").string();
  CINELOOM_TRY(run({"keys", "new", key}));
  bench::ServerProcess server(program(), data);
  Tellers tellers(server.port(), library);
  std::vector<std::vector<Told>> before;
  // Every other copy is sealed.
  const auto words = [&](const std::string& command, int number) {
    std::vector<std::string> all{command, (folder.path() / fmt::format("copy-{}", number)).string()};
    if (number % 2 == 1) all.insert(all.end(), {"--key-file", key});
    return all;
  };
  for (int number = 0; number < copies; ++number) {
    before.push_back(tellers.acknowledged());
    std::vector<std::string> all = words("backup", number);
    all.insert(all.end(), {"--data", data.string()});
    CINELOOM_TRY(run(all));
  }
  tellers.stop();
  server.end(SIGTERM);
  const std::vector<Told> in_the_end = tellers.acknowledged();
  CopyTally tally;
  for (int number = 0; number < copies; ++number) {
    const fs::path restored = folder.path() / fmt::format("restored-{}", number);
    std::vector<std::string> all = words("restore", number);
    all.insert(all.end(), {"--data", restored.string()});
    CINELOOM_TRY(run(all));
    judge_copy(restored, before[static_cast<std::size_t>(number)], in_the_end, tally);
    ++tally.copies;
  }
  return tally;
}

}  // namespace

void measure_backups(Report& report) {
  const auto tally = copy_under_load(is_short() ? 4 : 40);
  if (!tally) return report.add_missing("copies_lost", tally.error().describe());
  report.add({.key = "copies_lost",
              .value = static_cast<double>(tally->lost) + (tally->damage.empty() ? 0 : 1),
              .n = static_cast<std::uint64_t>(tally->copies),
              .note = tally->damage.empty()
                          ? fmt::format("copies of a server under load, half of them sealed, restored: {} events acknowledged before them are there",
                                        tally->acknowledged)
                          : tally->damage,
              .bound = Bound{.must = 0, .aim = 0}});
}

}  // namespace cineloom::torture
