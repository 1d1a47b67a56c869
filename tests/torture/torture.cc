#include "torture.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "store/sqlite_store.h"

namespace cineloom::torture {
namespace {

namespace fs = std::filesystem;

constexpr int kFilms = 20;
constexpr int kShortStride = 13;

Expected<int> run_program(const std::vector<std::string>& words, const std::vector<std::string>& environment) {
  const pid_t process = bench::start_program(words, environment, -1);
  int status = 0;
  if (process <= 0 || ::waitpid(process, &status, 0) != process) return fail(ErrorCode::Unavailable, "cannot run the program");
  return status;
}

void judge_viewer(Store& store, const Told& told, Verdict& verdict) {
  const auto tellings = store.tellings_of(told.viewer);
  if (!tellings) {
    verdict.damage = tellings.error().describe();
    return;
  }
  std::map<std::string, int> count;
  for (const Telling& telling : *tellings) ++count[telling.event.key];
  for (const std::string& key : told.acknowledged) verdict.lost += count[key] == 0 ? 1 : 0;
  const std::set<std::string> acknowledged(told.acknowledged.begin(), told.acknowledged.end());
  const std::set<std::string> unsure(told.unsure.begin(), told.unsure.end());
  for (const auto& [key, times] : count) {
    if (times > 1) verdict.doubled += times - 1;
    if (times > 0 && !acknowledged.contains(key) && !unsure.contains(key)) verdict.damage = fmt::format("an event '{}' that nobody told", key);
  }
}

}  // namespace

Expected<TemporaryFolder> make_place() {
  std::error_code error;
  const fs::path memory = "/dev/shm";
  return fs::is_directory(memory, error) ? TemporaryFolder::create_in(memory, "torture") : TemporaryFolder::create("torture");
}

std::string program() {
  const char* other = std::getenv("CINELOOM_PROGRAM");
  return other == nullptr ? std::string(CINELOOM_BINARY_DIR) + "/cineloom" : other;
}

Expected<SmallLibrary> make_small_library(const fs::path& folder, int viewers) {
  CINELOOM_TRY_ASSIGN(const auto store, open_sqlite_store(folder));
  SmallLibrary library;
  for (int i = 0; i < kFilms; ++i) {
    CINELOOM_TRY_ASSIGN(const FilmId film, store->put_film({.key = fmt::format("film-{}", i),
                                                            .title = {.english = fmt::format("Film {}", i)},
                                                            .year = 1990 + i,
                                                            .genres = {i % 2 == 0 ? "drama" : "comedy"}}));
    library.films.push_back(film);
  }
  for (int i = 0; i < viewers; ++i) {
    CINELOOM_TRY_ASSIGN(const ViewerId viewer, store->put_viewer({.name = fmt::format("viewer {}", i)}));
    library.viewers.push_back(viewer);
  }
  return library;
}

std::string event_body(FilmId film, const std::string& key) { return fmt::format(R"({{"kind":"watch","film":"{}","event_id":"{}"}})", film.number(), key); }

Verdict judge(const fs::path& folder, const std::vector<Told>& told) {
  Verdict verdict;
  const auto store = open_sqlite_store(folder);
  if (!store) return {.damage = store.error().describe()};
  if (const auto whole = (*store)->check(); !whole) return {.damage = whole.error().describe()};
  for (const Told& one : told) judge_viewer(**store, one, verdict);
  return verdict;
}

Expected<SweepResult> run_sweep(const Sweep& sweep) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder place, make_place());
  const fs::path folder = place.path() / "library";
  CINELOOM_TRY_ASSIGN(const FaultPage page, FaultPage::make(place.path() / "control", place.path()));
  CINELOOM_TRY(sweep.prepare(place.path() / "prepared"));
  const auto run = [&](std::int64_t kill_at) -> Expected<int> {
    std::error_code error;
    fs::remove_all(folder, error);
    fs::copy(place.path() / "prepared", folder, fs::copy_options::recursive, error);
    if (error) return fail(ErrorCode::Unavailable, error.message());
    page.reset();
    page.control().kill_at = kill_at;
    std::vector<std::string> words = sweep.words(folder);
    words.insert(words.begin(), program());
    return run_program(words, page.environment());
  };
  CINELOOM_TRY_ASSIGN(const int clean, run(-1));
  if (clean != 0) return fail(ErrorCode::Internal, "the command fails although nobody kills it");
  SweepResult result{.calls = static_cast<int>(page.control().calls.load())};
  if (std::string fault = sweep.fault(folder); !fault.empty()) return fail(ErrorCode::Internal, "without a kill: " + fault);
  for (int kill_at = 0; kill_at < 2 * result.calls; kill_at += is_short() ? kShortStride : 1) {
    CINELOOM_TRY_ASSIGN(const int status, run(kill_at));
    result.kills += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 1 : 0;
    const std::string fault = sweep.fault(folder);
    if (!fault.empty() && result.faults++ == 0) result.first_fault = fmt::format("at call {}{}: {}", kill_at / 2, kill_at % 2 == 0 ? "" : " halfway", fault);
  }
  return result;
}

}  // namespace cineloom::torture
