// Commands of the program, killed at every call that writes: what was there before stays, and what comes is whole or not there.
#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <map>
#include <memory>

#include "base/files.h"
#include "store/sealing.h"
#include "store/sqlite_store.h"
#include "torture.h"

namespace cineloom::torture {
namespace {

namespace fs = std::filesystem;

struct Closer {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};
using Handle = std::unique_ptr<sqlite3, Closer>;

Handle open_raw(const fs::path& folder) {
  sqlite3* handle = nullptr;
  sqlite3_open((folder / "cineloom.db").c_str(), &handle);
  return Handle(handle);
}

std::string ask_raw(sqlite3* handle, const std::string& question) {
  std::string answer;
  const auto add = [](void* text, int count, char** values, char**) {
    for (int i = 0; i < count; ++i) *static_cast<std::string*>(text) += values[i] == nullptr ? "" : values[i];
    return 0;
  };
  if (sqlite3_exec(handle, question.c_str(), add, &answer, nullptr) != SQLITE_OK) return fmt::format("cannot be read: {}", sqlite3_errmsg(handle));
  return answer;
}

/// Version and tables of a store.
std::pair<std::string, std::string> schema_of(const fs::path& folder) {
  const Handle handle = open_raw(folder);
  return {ask_raw(handle.get(), "PRAGMA user_version"), ask_raw(handle.get(), "SELECT group_concat(sql) FROM (SELECT sql FROM sqlite_schema ORDER BY name)")};
}

// A store as the first version of the program left it.
constexpr auto kFirstVersion = R"sql(
CREATE TABLE imports(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, path TEXT NOT NULL, at INTEGER NOT NULL, receipt TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE films(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, titles TEXT NOT NULL, genres TEXT NOT NULL, json TEXT NOT NULL,
  import INTEGER REFERENCES imports(id)) STRICT;
CREATE TABLE film_files(film INTEGER PRIMARY KEY REFERENCES films(id) ON DELETE CASCADE, json TEXT NOT NULL) STRICT;
CREATE TABLE viewers(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, simulated INTEGER NOT NULL,
  import INTEGER REFERENCES imports(id)) STRICT;
CREATE TABLE events(
  id INTEGER PRIMARY KEY AUTOINCREMENT, viewer INTEGER NOT NULL REFERENCES viewers(id),
  film INTEGER NOT NULL REFERENCES films(id), kind TEXT NOT NULL, value REAL, at INTEGER NOT NULL,
  valence REAL, arousal REAL, key TEXT, origin TEXT NOT NULL, import INTEGER REFERENCES imports(id)) STRICT;
CREATE UNIQUE INDEX events_by_key ON events(viewer, key) WHERE key IS NOT NULL;
CREATE INDEX events_by_viewer ON events(viewer, at, id);
CREATE INDEX events_by_film ON events(film);
CREATE INDEX events_by_import ON events(import) WHERE import IS NOT NULL;
CREATE TABLE reviews(
  id INTEGER PRIMARY KEY, film INTEGER NOT NULL REFERENCES films(id), author TEXT NOT NULL, language TEXT NOT NULL,
  text TEXT NOT NULL, stars REAL, at INTEGER NOT NULL, import INTEGER REFERENCES imports(id)) STRICT;
CREATE INDEX reviews_by_film ON reviews(film);
CREATE TABLE knowledge(
  film INTEGER NOT NULL REFERENCES films(id) ON DELETE CASCADE, part TEXT NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY(film, part)) STRICT, WITHOUT ROWID;
CREATE TABLE stories(id INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT NOT NULL) STRICT;
CREATE TABLE models(name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
INSERT INTO viewers(name, simulated) VALUES('Ada', 0);
INSERT INTO films(key, titles, genres, json) VALUES('ran', 'Ran', 'drama', '{"key":"ran"}');
INSERT INTO events(viewer, film, kind, value, at, key, origin) VALUES(1, 1, 'rate', 4, 1000, 'first', 'test');
INSERT INTO models VALUES('recommender', x'000102');
PRAGMA user_version=1; PRAGMA application_id=0x434E4C4D; PRAGMA journal_mode=WAL;
)sql";

Expected<void> make_first_version(const fs::path& folder) {
  fs::create_directories(folder);
  const Handle handle = open_raw(folder);
  if (sqlite3_exec(handle.get(), kFirstVersion, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return fail(ErrorCode::Internal, sqlite3_errmsg(handle.get()));
}

/// Old or new, never between: a version always has the same tables; the event is there; and the rest of the way is gone next time.
class MigrationCheck {
 public:
  std::string operator()(const fs::path& folder) {
    const auto [version, tables] = schema_of(folder);
    const auto [known, is_new] = tables_of_version_.emplace(version, tables);
    if (!is_new && known->second != tables) return fmt::format("version {} with other tables", version);
    const Verdict verdict = judge(folder, {{.viewer = ViewerId(1), .acknowledged = {"first"}}});
    if (!verdict.is_right()) return verdict.damage.empty() ? "the event is lost" : verdict.damage;
    const auto [last, last_tables] = schema_of(folder);
    if (newest_.empty()) newest_ = last_tables;
    return last_tables == newest_ ? "" : "the rest of the way leads elsewhere";
  }

 private:
  std::map<std::string, std::string> tables_of_version_;
  std::string newest_;
};

constexpr int kEvents = 30;
const std::string kVictim = "Vera Victim 4f1d9c";

std::vector<Event> events_of(ViewerId viewer, const SmallLibrary& library, const std::string& prefix) {
  std::vector<Event> events;
  for (int i = 0; i < kEvents; ++i) {
    events.push_back({.viewer = viewer,
                      .film = library.films[static_cast<std::size_t>(i) % library.films.size()],
                      .kind = EventKind::Watch,
                      .at = Timestamp(std::chrono::seconds(i)),
                      .key = fmt::format("{}{}", prefix, i),
                      .origin = "torture"});
  }
  return events;
}

Told told_by(ViewerId viewer, const std::string& prefix) {
  Told told{.viewer = viewer};
  for (int i = 0; i < kEvents; ++i) told.acknowledged.push_back(fmt::format("{}{}", prefix, i));
  return told;
}

/// Two viewers with events; the first is somebody who will be erased.
Expected<void> make_told_library(const fs::path& folder) {
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(folder, 1));
  CINELOOM_TRY_ASSIGN(const auto store, open_sqlite_store(folder));
  CINELOOM_TRY_ASSIGN(const ViewerId victim, store->put_viewer({.name = kVictim}));
  CINELOOM_TRY(store->append_events(events_of(library.viewers[0], library, "other")));
  CINELOOM_TRY(store->append_events(events_of(victim, library, "victim")));
  return {};
}

const ViewerId kOther(1);
const ViewerId kErased(2);

/// All of them or nothing; who stays keeps everything.
std::string erase_fault(const fs::path& folder) {
  const Verdict others = judge(folder, {told_by(kOther, "other")});
  if (!others.is_right()) return others.damage.empty() ? "events of somebody else are lost" : others.damage;
  const auto store = open_sqlite_store(folder);
  if (!store) return store.error().describe();
  const auto known = (*store)->find_viewer(kVictim);
  const auto tellings = (*store)->tellings_of(kErased);
  if (!known || !tellings) return "cannot be read";
  const std::size_t expected = known->has_value() ? kEvents : 0;
  return tellings->size() == expected ? "" : fmt::format("{} of {} events are left", tellings->size(), expected);
}

/// Whole or not there; the library stays as it was.
std::string backup_fault(const fs::path& folder) {
  const std::vector both{told_by(kOther, "other"), told_by(kErased, "victim")};
  const Verdict kept = judge(folder, both);
  if (!kept.is_right()) return kept.damage.empty() ? "the library lost events" : kept.damage;
  if (!fs::exists(folder / "copy")) return {};
  fs::create_directories(folder / "looked-at");
  fs::copy(folder / "copy", folder / "looked-at" / "cineloom.db");
  const Verdict copied = judge(folder / "looked-at", both);
  return copied.is_right() ? "" : copied.damage.empty() ? "the copy lacks events" : copied.damage;
}

/// The library that is there, and a copy of another one, in which the victim was never heard of.
Expected<void> make_library_and_copy(const fs::path& folder) {
  CINELOOM_TRY(make_told_library(folder));
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(folder / "other", 1));
  CINELOOM_TRY_ASSIGN(const auto store, open_sqlite_store(folder / "other"));
  CINELOOM_TRY(store->append_events(events_of(library.viewers[0], library, "restored")));
  return store->backup(folder / "copy", CancelToken());
}

/// The old library or the new one, each whole.
std::string restore_fault(const fs::path& folder) {
  const Verdict old = judge(folder, {told_by(kOther, "other"), told_by(kErased, "victim")});
  if (old.is_right()) return {};
  const Verdict restored = judge(folder, {told_by(kOther, "restored"), {.viewer = kErased}});
  return restored.is_right()
             ? ""
             : fmt::format("neither the old library ({} lost {}) nor the new ({} lost {})", old.lost, old.damage, restored.lost, restored.damage);
}

const std::string kKey = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";

/// A library that lies open, and two keys beside it.
Expected<void> make_library_and_keys(const fs::path& folder) {
  CINELOOM_TRY(make_told_library(folder));
  for (const char* name : {"key", "next"}) {
    CINELOOM_TRY(write_file(folder / name, name == std::string_view("key") ? kKey : "00" + kKey.substr(2)));
    fs::permissions(folder / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  return {};
}

Expected<void> make_sealed_library(const fs::path& folder) {
  CINELOOM_TRY(make_library_and_keys(folder));
  Progress progress;
  return seal_library(folder, {.file = folder / "key"}, progress, CancelToken());
}

/// Open, or sealed to the end once it is opened; every event of everybody is there.
std::string sealing_fault(const fs::path& folder) {
  const Verdict kept = judge(folder, {told_by(kOther, "other"), told_by(kErased, "victim")});
  if (!kept.is_right()) return kept.damage.empty() ? "the library lost events" : kept.damage;
  const auto status = sealing_status(folder);
  if (!status) return status.error().describe();
  if (!status->failure.empty()) return status->failure;
  return status->sealing == Sealing::UnderWay ? "it was opened and is half sealed" : "";
}

constexpr auto kHistory = R"({"cineloom_export":1}
{"viewer":"Ada","kind":"rate","value":4.0,"at":"2026-01-01T20:00:00.000Z","key":"import:1","film":{"title":{"english":"Ran"},"year":1985}}
{"viewer":"Ada","kind":"rate","value":3.0,"at":"2026-01-02T20:00:00.000Z","key":"import:2","film":{"title":{"english":"Ikiru"},"year":1952}}
)";

/// The first import into a folder without a library: it makes one, and both events come together.
std::string import_fault(const fs::path& folder) {
  const auto store = open_sqlite_store(folder);
  if (!store) return store.error().describe();
  if (const auto whole = (*store)->check(); !whole) return whole.error().describe();
  const auto count = (*store)->event_count();
  const auto imports = (*store)->imports();
  if (!count || !imports) return "cannot be read";
  return *count == 2 * std::ssize(*imports) ? "" : fmt::format("{} events of {} imports", *count, imports->size());
}

void add_sweep(Report& report, const std::string& name, const Sweep& sweep) {
  const auto result = run_sweep(sweep);
  if (!result) return report.add_missing("faults_" + name, result.error().describe());
  report.add({.key = "faults_" + name,
              .value = static_cast<double>(result->faults),
              .n = static_cast<std::uint64_t>(result->kills),
              .note = result->faults == 0 ? fmt::format("killed before and within each of {} calls that write: whole or not there", result->calls)
                                          : result->first_fault,
              .bound = Bound{.must = 0, .aim = 0}});
}

}  // namespace

void measure_sweeps(Report& report) {
  add_sweep(report, "migration",
            {.prepare = make_first_version,
             .words = [](const fs::path& folder) { return std::vector<std::string>{"doctor", "--data", folder.string()}; },
             .fault = MigrationCheck()});
  add_sweep(
      report, "import",
      {.prepare = [](const fs::path& folder) -> Expected<void> {
         fs::create_directories(folder);
         return write_file(folder / "history.ndjson", kHistory);
       },
       .words = [](const fs::path& folder) { return std::vector<std::string>{"import", (folder / "history.ndjson").string(), "--data", folder.string()}; },
       .fault = import_fault});
  add_sweep(report, "erase",
            {.prepare = make_told_library,
             .words = [](const fs::path& folder) { return std::vector<std::string>{"privacy", "erase", "--user", kVictim, "--data", folder.string()}; },
             .fault = erase_fault});
  add_sweep(
      report, "sealing",
      {.prepare = make_library_and_keys,
       .words =
           [](const fs::path& folder) { return std::vector<std::string>{"keys", "seal", "--key-file", (folder / "key").string(), "--data", folder.string()}; },
       .fault = sealing_fault});
  add_sweep(report, "rotation",
            {.prepare = make_sealed_library,
             .words =
                 [](const fs::path& folder) {
                   return std::vector<std::string>{"keys", "rotate", "--key-file", (folder / "next").string(), "--data-keys", "--data", folder.string()};
                 },
             .fault = sealing_fault});
  add_sweep(report, "backup",
            {.prepare = make_told_library,
             .words = [](const fs::path& folder) { return std::vector<std::string>{"backup", (folder / "copy").string(), "--data", folder.string()}; },
             .fault = backup_fault});
  add_sweep(
      report, "restore",
      {.prepare = make_library_and_copy,
       .words = [](const fs::path& folder) { return std::vector<std::string>{"restore", (folder / "copy").string(), "--replace", "--data", folder.string()}; },
       .fault = restore_fault});
}

}  // namespace cineloom::torture
