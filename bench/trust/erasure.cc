#include <fmt/format.h>

#include <chrono>

#include "base/files.h"
#include "marked_library.h"
#include "parts.h"
#include "pipeline/privacy.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;

Expected<void> measure(Report& report) {
  const std::string victim = "Vera Victim 4f1d9c";
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create("trust"));
  CINELOOM_TRY_ASSIGN(const auto cinema, Cinema::open({.data = folder.path() / "library", .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = {}}));
  CINELOOM_TRY(fill_with_markers(*cinema, victim));
  for (const char* copy : {"copy1.db", "copy2.db"}) CINELOOM_TRY(back_up(*cinema, folder.path() / copy, {}, CancelToken()));
  const int planted = markers_in(folder.path(), victim);
  const auto begin = std::chrono::steady_clock::now();
  CINELOOM_TRY_ASSIGN(const ErasureReceipt receipt, erase_viewer(*cinema, victim));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  CINELOOM_TRY(cinema->store().check());
  report.add({.key = "erase_10k_s",
              .value = seconds,
              .unit = "s",
              .n = static_cast<std::uint64_t>(receipt.rows.events),
              .note = fmt::format("{} events, {} lists, {} settings, {} reviews, {} models, 2 copies of the store", receipt.rows.events, receipt.rows.slates,
                                  receipt.rows.preferences, receipt.rows.reviews, receipt.rows.models),
              .bound = Bound{.must = 5, .aim = 5}});
  report.add({.key = "markers_left",
              .value = static_cast<double>(markers_in(folder.path(), victim)),
              .n = kMarkers,
              .note = fmt::format("of {} found before, in the store, its journal and two copies; the program writes no log", planted),
              .bound = Bound{.must = 0, .aim = 0}});
  return {};
}

}  // namespace

void measure_erasure(Report& report) {
  const auto done = measure(report);
  if (done) return;
  for (const char* key : {"erase_10k_s", "markers_left"}) report.add_missing(key, done.error().describe());
}

}  // namespace cineloom::bench
