#include <fmt/format.h>

#include <chrono>

#include "base/files.h"
#include "marked_library.h"
#include "parts.h"
#include "pipeline/privacy.h"
#include "store/sealing.h"
#include "store/sqlite_store.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kRotated = 100'000;
constexpr int kEvents = 400'000;
constexpr int kAtOnce = 1000;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

enum class Sealed { Yes, No };

struct Library {
  TemporaryFolder folder;
  fs::path data;
  privacy::KeyChoice key;
};

Expected<Library> make_library(Sealed sealed) {
  CINELOOM_TRY_ASSIGN(TemporaryFolder folder, TemporaryFolder::create("trust"));
  const fs::path data = folder.path() / "library";
  const privacy::KeyChoice key{.file = folder.path() / "key"};
  CINELOOM_TRY(privacy::make_key_file(key.file));
  Progress progress;
  if (sealed == Sealed::Yes) CINELOOM_TRY(seal_library(data, key, progress, CancelToken()));
  return Library{.folder = std::move(folder), .data = data, .key = key};
}

/// Markers found while the library is open, with its journal as it is, and after it was closed; copies that lie open and that are sealed count too.
Expected<int> markers_at_rest(Sealed sealed) {
  const std::string victim = "Vera Victim 4f1d9c";
  CINELOOM_TRY_ASSIGN(const Library library, make_library(sealed));
  int found = 0;
  {
    CINELOOM_TRY_ASSIGN(const auto cinema, Cinema::open({.data = library.data, .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = {}}));
    CINELOOM_TRY(fill_with_markers(*cinema, victim, ModelMarker::No));
    CINELOOM_TRY(cinema->store().put_story(StoryId(), "{\"wish\":\"" + victim + "\"}"));
    CINELOOM_TRY(back_up(*cinema, library.folder.path() / "copy.db", {}, CancelToken()));
    CINELOOM_TRY(back_up(*cinema, library.folder.path() / "sealed-copy", library.key, CancelToken()));
    found = markers_in(library.folder.path(), victim);
  }
  return std::max(found, markers_in(library.folder.path(), victim));
}

/// A library that lay open, sealed: nothing of it may be left.
Expected<int> markers_after_sealing() {
  const std::string victim = "Vera Victim 4f1d9c";
  CINELOOM_TRY_ASSIGN(const Library library, make_library(Sealed::No));
  {
    CINELOOM_TRY_ASSIGN(const auto cinema, Cinema::open({.data = library.data, .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = {}}));
    CINELOOM_TRY(fill_with_markers(*cinema, victim, ModelMarker::No));
  }
  Progress progress;
  CINELOOM_TRY(seal_library(library.data, library.key, progress, CancelToken()));
  return markers_in(library.folder.path(), victim);
}

Expected<void> measure_markers(Report& report) {
  CINELOOM_TRY_ASSIGN(const int open, markers_at_rest(Sealed::No));
  CINELOOM_TRY_ASSIGN(const int sealed, markers_at_rest(Sealed::Yes));
  CINELOOM_TRY_ASSIGN(const int turned, markers_after_sealing());
  report.add(
      {.key = "plaintext_markers_at_rest",
       .value = static_cast<double>(sealed + turned),
       .n = kMarkers,
       .note = fmt::format("in the store, its journal while open and after, an unsealed and a sealed copy; {} after sealing a library that lay open; {} are "
                           "found where nothing is sealed",
                           turned, open),
       .bound = Bound{.must = 0, .aim = 0}});
  return {};
}

std::vector<Event> some_events(ViewerId first, FilmId film, int from) {
  std::vector<Event> events;
  for (int i = 0; i < kAtOnce; ++i) {
    events.push_back({.viewer = ViewerId(first.number() + (from + i) % 1000),
                      .film = FilmId(film.number() + (from + i) / 1000 % 100),
                      .kind = EventKind::Rate,
                      .value = 3.5,
                      .at = Timestamp(std::chrono::seconds(from + i)),
                      .key = fmt::format("event-{}", from + i),
                      .origin = "bench"});
  }
  return events;
}

struct Speeds {
  double written_per_s = 0;
  double read_per_s = 0;
};

Expected<Speeds> speeds(Sealed sealed) {
  CINELOOM_TRY_ASSIGN(const Library library, make_library(sealed));
  CINELOOM_TRY_ASSIGN(const auto store, open_sqlite_store(library.data));
  Progress progress;
  ImportBatch batch{.source = "bench"};
  for (int i = 0; i < 100; ++i) batch.films.push_back({.key = fmt::format("film-{}", i)});
  for (int i = 0; i < 1000; ++i) batch.viewers.push_back({.name = fmt::format("viewer {}", i)});
  CINELOOM_TRY(store->apply_import(batch, Timestamp(), progress, CancelToken()));
  const auto begin = Clock::now();
  for (int from = 0; from < kEvents; from += kAtOnce) CINELOOM_TRY(store->append_events(some_events(ViewerId(1), FilmId(1), from)));
  const double written = seconds_since(begin);
  const auto reading = Clock::now();
  CINELOOM_TRY_ASSIGN(const auto events, store->all_events());
  return Speeds{.written_per_s = kEvents / written, .read_per_s = static_cast<double>(events.size()) / seconds_since(reading)};
}

Expected<void> measure_speeds(Report& report) {
  CINELOOM_TRY_ASSIGN(const Speeds open, speeds(Sealed::No));
  CINELOOM_TRY_ASSIGN(const Speeds sealed, speeds(Sealed::Yes));
  report.add({.key = "sealed_write_ratio",
              .value = sealed.written_per_s / open.written_per_s,
              .n = kEvents,
              .note = fmt::format("a thousand events a call, one thread, durable: {:.0f}/s sealed, {:.0f}/s where nothing is", sealed.written_per_s,
                                  open.written_per_s),
              .bound = Bound{.must = 0.9, .aim = 1, .is_least = true}});
  report.add({.key = "sealed_read_per_s",
              .value = sealed.read_per_s,
              .unit = "1/s",
              .n = kEvents,
              .note = fmt::format("all events at once, as training reads them; {:.0f} where nothing is sealed", open.read_per_s),
              .bound = {}});
  return {};
}

Expected<void> measure_rotation(Report& report) {
  CINELOOM_TRY_ASSIGN(const Library library, make_library(Sealed::Yes));
  const privacy::KeyChoice next{.file = library.folder.path() / "next"};
  CINELOOM_TRY(privacy::make_key_file(next.file));
  {
    CINELOOM_TRY_ASSIGN(const auto store, open_sqlite_store(library.data));
    ImportBatch batch{.source = "bench"};
    for (int i = 0; i < kRotated; ++i) batch.viewers.push_back({.name = fmt::format("viewer {}", i)});
    Progress progress;
    CINELOOM_TRY(store->apply_import(batch, Timestamp(), progress, CancelToken()));
  }
  const auto begin = Clock::now();
  CINELOOM_TRY_ASSIGN(const int viewers, rotate_master_key(library.data, next));
  report.add({.key = "rotate_owner_key_s",
              .value = seconds_since(begin),
              .unit = "s",
              .n = static_cast<std::uint64_t>(viewers),
              .note = "opening included",
              .bound = Bound{.must = 1, .aim = 1}});
  return {};
}

void add(Report& report, Expected<void> (*measure)(Report&), std::initializer_list<const char*> keys) {
  const auto done = measure(report);
  if (done) return;
  for (const char* key : keys) report.add_missing(key, done.error().describe());
}

}  // namespace

void measure_sealing(Report& report) {
  add(report, measure_markers, {"plaintext_markers_at_rest"});
  add(report, measure_speeds, {"sealed_write_ratio", "sealed_read_per_s"});
  add(report, measure_rotation, {"rotate_owner_key_s"});
}

}  // namespace cineloom::bench
