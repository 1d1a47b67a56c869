#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/files.h"
#include "base/random.h"
#include "fault_page.h"
#include "report.h"
#include "server_process.h"
#include "store/store.h"

namespace cineloom::torture {

using bench::Bound;
using bench::Report;

/// Whether a short part is run that is the same every time, or all of it.
bool is_short();

/// The program under torture: the one that was built, or CINELOOM_PROGRAM.
std::string program();

/// A folder that goes with the value: in memory where there is such a file system. What kill -9 leaves is the same there, and a power cut
/// is played, not waited for.
Expected<TemporaryFolder> make_place();

/// Films and viewers to tell events of.
struct SmallLibrary {
  std::vector<FilmId> films;
  std::vector<ViewerId> viewers;
};
/// Makes one in a folder. Errors: those of the store.
Expected<SmallLibrary> make_small_library(const std::filesystem::path& folder, int viewers);

/// The body of one event.
std::string event_body(FilmId film, const std::string& key);

/// What is wrong with a library: it does not open, is damaged, or a viewer's events are not `told` exactly once (others that are not in
/// `maybe` are wrong too). None if it is right.
struct Told {
  ViewerId viewer;
  std::vector<std::string> acknowledged;
  std::vector<std::string> unsure;  ///< sent, but no answer came
};
struct Verdict {
  int lost = 0;
  int doubled = 0;
  std::string damage;  ///< empty if it opens and is whole
  [[nodiscard]] bool is_right() const { return lost == 0 && doubled == 0 && damage.empty(); }
};
Verdict judge(const std::filesystem::path& folder, const std::vector<Told>& told);

/// Runs a command of the program once for every call that writes, killed there; before each run `prepare` has made the folder, after each
/// run `fault` says what is wrong, or nothing.
struct Sweep {
  std::function<Expected<void>(const std::filesystem::path&)> prepare;
  std::function<std::vector<std::string>(const std::filesystem::path&)> words;  ///< behind the program's name
  std::function<std::string(const std::filesystem::path&)> fault;
};
struct SweepResult {
  int calls = 0;  ///< that write, in a run that nobody kills
  int kills = 0;
  int faults = 0;
  std::string first_fault;
};
Expected<SweepResult> run_sweep(const Sweep& sweep);

// The parts; each says itself what is missing.
void measure_kills(Report& report);
void measure_sweeps(Report& report);
void measure_replays(Report& report);
void measure_power_cuts(Report& report);
void measure_backups(Report& report);
void measure_draining(Report& report);
void measure_full_disk(Report& report);
void measure_overload(Report& report);
void measure_hostile(Report& report);

}  // namespace cineloom::torture
