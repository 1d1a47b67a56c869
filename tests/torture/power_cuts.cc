// What the store writes and syncs is written down; then the power is cut somewhere, and what the disk may hold is opened again.
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "disk_image.h"
#include "recording_vfs.h"
#include "store/sqlite_store.h"
#include "torture.h"

namespace cineloom::torture {
namespace {

namespace fs = std::filesystem;

constexpr int kWriters = 3;
constexpr int kEventsTogether = 5;
constexpr int kCutsOfTrace = 250;

/// What a caller of the store was told is durable.
struct Promise {
  enum class Kind { Batch, Setting, Erased };
  Kind kind = Kind::Batch;
  int viewer = 0;  ///< position among the viewers
  int number = 0;  ///< of the batch, or the value of the setting
};

/// One run of the store, and what its disk saw.
struct Trace {
  DiskLog log;
  std::vector<Promise> promises;
  std::vector<std::string> viewers;
  int erased = -1;  ///< whose erasure was begun
};

std::string key_of(int viewer, int batch, int event) { return fmt::format("v{}b{}e{}", viewer, batch, event); }

class Run {
 public:
  Run(const fs::path& folder, int batches) : folder_(folder), batches_(batches) {}

  Expected<Trace> record() {
    CINELOOM_TRY_ASSIGN(store_, open_sqlite_store(folder_));
    CINELOOM_TRY(add_people());
    write_together(0, batches_ / 2);
    CINELOOM_TRY(erase_one());
    write_together(batches_ / 2, batches_);
    store_.reset();
    if (failure_) return std::unexpected(*failure_);
    trace_.log = vfs_.take_log();
    return std::move(trace_);
  }

 private:
  Expected<void> add_people() {
    CINELOOM_TRY_ASSIGN(film_, store_->put_film({.key = "film", .title = {.english = "Film"}, .year = 2000}));
    for (int i = 0; i <= kWriters; ++i) {
      trace_.viewers.push_back(fmt::format("viewer {}", i));
      CINELOOM_TRY_ASSIGN(const ViewerId viewer, store_->put_viewer({.name = trace_.viewers.back()}));
      viewers_.push_back(viewer);
    }
    return write_batch(kWriters, 0);
  }
  void promise(const Promise& promise) {
    const std::lock_guard lock(mutex_);
    trace_.promises.push_back(promise);
    vfs_.note_promise(static_cast<std::int64_t>(trace_.promises.size()) - 1);
  }
  Expected<void> write_batch(int viewer, int batch) {
    std::vector<Event> events;
    for (int i = 0; i < kEventsTogether; ++i) {
      events.push_back({.viewer = viewers_[static_cast<std::size_t>(viewer)],
                        .film = film_,
                        .kind = EventKind::Watch,
                        .at = Timestamp(std::chrono::seconds(batch * kEventsTogether + i)),
                        .key = key_of(viewer, batch, i),
                        .origin = "torture"});
    }
    CINELOOM_TRY(store_->append_events(events));
    promise({.kind = Promise::Kind::Batch, .viewer = viewer, .number = batch});
    if (batch % 4 != 0) return {};
    CINELOOM_TRY(store_->put_preference(viewers_[static_cast<std::size_t>(viewer)], "batch", std::to_string(batch)));
    promise({.kind = Promise::Kind::Setting, .viewer = viewer, .number = batch});
    return {};
  }
  void write_together(int begin, int end) {
    std::vector<std::jthread> writers;
    for (int viewer = 0; viewer < kWriters; ++viewer) {
      writers.emplace_back([this, viewer, begin, end] {
        for (int batch = begin; batch < end; ++batch) {
          if (const auto written = write_batch(viewer, batch); !written) {
            const std::lock_guard lock(mutex_);
            failure_ = written.error();
          }
        }
      });
    }
  }
  // The file is written anew and the journal emptied: the most that happens to a store at once.
  Expected<void> erase_one() {
    trace_.erased = kWriters;
    CINELOOM_TRY(store_->erase_viewer(viewers_.back(), {}));
    promise({.kind = Promise::Kind::Erased, .viewer = kWriters, .number = 0});
    return {};
  }

  RecordingVfs vfs_;  // goes last
  fs::path folder_;
  int batches_;
  Trace trace_;
  std::mutex mutex_;
  std::optional<Error> failure_;
  std::unique_ptr<Store> store_;
  FilmId film_;
  std::vector<ViewerId> viewers_;
};

/// What a store still knows, beside the promises that were given before the cut.
class Survivor {
 public:
  Survivor(const Trace& trace, std::size_t cut) : trace_(trace) {
    for (std::size_t i = 0; i < cut; ++i) {
      const DiskOperation& operation = trace.log.operations[i];
      if (operation.kind == DiskOperation::Kind::Promise) given_.push_back(trace.promises[static_cast<std::size_t>(operation.offset)]);
    }
  }

  /// Empty if every promise is kept, no batch is there in part, and nothing twice.
  std::string fault(const fs::path& folder) {
    const auto store = open_sqlite_store(folder);
    if (!store) return store.error().describe();
    if (const auto whole = (*store)->check(); !whole) return whole.error().describe();
    for (int viewer = 0; viewer < static_cast<int>(trace_.viewers.size()); ++viewer) {
      if (std::string found = fault_of(**store, viewer); !found.empty()) return found;
    }
    return {};
  }

 private:
  std::string fault_of(Store& store, int viewer) {
    const auto known = store.find_viewer(trace_.viewers[static_cast<std::size_t>(viewer)]);
    if (!known) return known.error().describe();
    std::map<int, int> events;
    std::set<std::string> keys;
    int setting = -1;
    if (*known) {
      const auto tellings = store.tellings_of((*known)->id);
      const auto kept = store.preference((*known)->id, "batch");
      if (!tellings || !kept) return "a viewer's rows cannot be read";
      for (const Telling& telling : *tellings) {
        if (!keys.insert(telling.event.key).second) return "an event is there twice: " + telling.event.key;
        ++events[std::atoi(telling.event.key.c_str() + telling.event.key.find('b') + 1)];
      }
      if (*kept) setting = std::atoi((*kept)->c_str());
    }
    for (const auto& [batch, count] : events) {
      if (count != kEventsTogether) return fmt::format("{} of {} events of a batch", count, kEventsTogether);
    }
    return broken_promise(viewer, known->has_value(), events, setting);
  }
  [[nodiscard]] std::string broken_promise(int viewer, bool is_there, const std::map<int, int>& events, int setting) const {
    for (const Promise& promise : given_) {
      if (promise.viewer != viewer) continue;
      if (promise.kind == Promise::Kind::Erased && is_there) return "an erased viewer is back";
      if (viewer == trace_.erased) continue;  // may be gone, or not yet
      if (promise.kind == Promise::Kind::Batch && !events.contains(promise.number)) return fmt::format("batch {} of viewer {} is lost", promise.number, viewer);
      if (promise.kind == Promise::Kind::Setting && setting < promise.number) return fmt::format("a setting went back to {}", setting);
    }
    return {};
  }

  const Trace& trace_;
  std::vector<Promise> given_;
};

struct CutTally {
  int cuts = 0;
  int faults = 0;
  std::size_t promises = 0;
  std::string first_fault;
};

Expected<void> cut_trace(const Trace& trace, int cuts, const fs::path& folder, Random& random, CutTally& tally) {
  std::vector<std::size_t> places;
  for (int i = 0; i < cuts; ++i) places.push_back(random.below(trace.log.operations.size() + 1));
  std::ranges::sort(places);
  DiskImage disk;
  for (const std::size_t place : places) {
    disk.advance(trace.log, place);
    fs::remove_all(folder);
    fs::create_directories(folder);
    CINELOOM_TRY(disk.cut_power(trace.log, folder, random));
    const std::string fault = Survivor(trace, place).fault(folder);
    ++tally.cuts;
    if (!fault.empty() && tally.faults++ == 0) tally.first_fault = fmt::format("cut at {} of {}: {}", place, trace.log.operations.size(), fault);
  }
  tally.promises += trace.promises.size();
  return {};
}

/// Cuts over as many traces as are needed; every fourth is long enough for the journal to be carried over into the file.
Expected<CutTally> cut_power(int cuts) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  Random random(3);
  CutTally tally;
  for (int number = 0; tally.cuts < cuts; ++number) {
    const fs::path place = folder.path() / "recorded";
    fs::remove_all(place);
    Expected<Trace> trace = Run(place, number % 4 == 3 ? 300 : 24).record();
    if (!trace) return std::unexpected(trace.error());
    CINELOOM_TRY(cut_trace(*trace, std::min(kCutsOfTrace, cuts - tally.cuts), folder.path() / "cut", random, tally));
  }
  return tally;
}

// The mutant: every connection has synchronous=NORMAL, and what asks for more is passed over.
int ignore_synchronous(void*, int action, const char* first, const char*, const char*, const char*) {
  return action == SQLITE_PRAGMA && first != nullptr && sqlite3_stricmp(first, "synchronous") == 0 ? SQLITE_IGNORE : SQLITE_OK;
}
int weaken(sqlite3* handle, char**, const sqlite3_api_routines*) {
  const int result = sqlite3_exec(handle, "PRAGMA synchronous=NORMAL", nullptr, nullptr, nullptr);
  return result == SQLITE_OK ? sqlite3_set_authorizer(handle, ignore_synchronous, nullptr) : result;
}

Expected<CutTally> cut_power_of_mutant(int cuts) {
  const auto entry = reinterpret_cast<void (*)()>(weaken);
  sqlite3_auto_extension(entry);
  auto tally = cut_power(cuts);
  sqlite3_cancel_auto_extension(entry);
  return tally;
}

}  // namespace

void measure_power_cuts(Report& report) {
  const auto tally = cut_power(is_short() ? 300 : 10'000);
  if (!tally) return report.add_missing("power_cuts", tally.error().describe());
  const auto mutant = cut_power_of_mutant(is_short() ? 100 : 600);
  if (!mutant) return report.add_missing("mutant_detected", mutant.error().describe());
  report.add({.key = "power_cuts",
              .value = static_cast<double>(tally->cuts),
              .n = tally->promises,
              .note = fmt::format("unsynced sectors lost, torn and reordered; {} promises of the store given in between", tally->promises),
              .bound = is_short() ? std::nullopt : std::optional(Bound{.must = 10'000, .aim = 100'000, .is_least = true})});
  report.add({.key = "power_cut_lost",
              .value = static_cast<double>(tally->faults),
              .n = static_cast<std::uint64_t>(tally->cuts),
              .note = tally->faults == 0 ? "cuts after which the store did not open, was damaged, or had broken a promise" : tally->first_fault,
              .bound = Bound{.must = 0, .aim = 0}});
  report.add({.key = "mutant_detected",
              .value = mutant->faults > 0 ? 1.0 : 0.0,
              .n = static_cast<std::uint64_t>(mutant->cuts),
              .note = fmt::format("synchronous=NORMAL broke promises in {} of {} cuts: {}", mutant->faults, mutant->cuts, mutant->first_fault),
              .bound = Bound{.must = 1, .aim = 1, .is_least = true}});
}

}  // namespace cineloom::torture
