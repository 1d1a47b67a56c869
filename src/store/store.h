#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/event.h"
#include "domain/film.h"
#include "domain/import.h"

namespace cineloom {

struct FilmQuery {
  std::string text;          ///< part of any title, case-insensitive; empty = all
  std::string genre;         ///< empty = all
  bool is_analyzed_only = false;
  int limit = 50;            ///< 1 .. 1000
  FilmId after;              ///< films with a greater id only, for paging
};

/// What became of events that were sent.
struct AppendReceipt {
  std::vector<EventId> ids;  ///< one per event sent; the id it had before for a duplicate
  int added = 0;
  int duplicates = 0;        ///< same viewer and key
};

/// Where everything is kept. Every call is one transaction: when it returns without error its effect survives a power cut.
/// Thread-safe. Errors of all calls: Unavailable (the store cannot be read or written), ResourceExhausted (disk full),
/// DataLoss (the file is damaged). Conformance is tested by store/testing/conformance.h.
class Store {
 public:
  virtual ~Store() = default;

  /// Inserts, or replaces the film with the same key; gives its id.
  virtual Expected<FilmId> put_film(const Film& film) = 0;
  /// Errors: NotFound.
  virtual Expected<Film> film(FilmId id) = 0;
  virtual Expected<std::optional<Film>> find_film(std::string_view key) = 0;
  /// In order of id.
  virtual Expected<std::vector<Film>> films(const FilmQuery& query) = 0;
  virtual Expected<std::vector<Film>> all_films() = 0;
  virtual Expected<void> put_files(const FilmFiles& files) = 0;
  /// Empty paths where none are known.
  virtual Expected<FilmFiles> files(FilmId film) = 0;

  /// Inserts, or finds the viewer with the same name. Errors: InvalidArgument for an empty name.
  virtual Expected<ViewerId> put_viewer(const Viewer& viewer) = 0;
  /// Errors: NotFound.
  virtual Expected<Viewer> viewer(ViewerId id) = 0;
  virtual Expected<std::optional<Viewer>> find_viewer(std::string_view name) = 0;
  virtual Expected<std::vector<Viewer>> viewers() = 0;

  /// Errors: NotFound if a viewer or film does not exist; then nothing is added.
  virtual Expected<AppendReceipt> append_events(std::span<const Event> events) = 0;
  /// Takes an event back. Errors: NotFound if the viewer has no such event.
  virtual Expected<void> remove_event(ViewerId viewer, EventId event) = 0;
  /// In order of time, then id.
  virtual Expected<std::vector<Event>> events_of(ViewerId viewer) = 0;
  virtual Expected<std::vector<Event>> all_events() = 0;

  virtual Expected<std::vector<Review>> reviews_of(FilmId film) = 0;

  /// Keeps what analysis found, by part ("video", "timeline", ..., or "all"); replaces what was there.
  virtual Expected<void> put_knowledge(FilmId film, std::string_view part, std::string_view json) = 0;
  virtual Expected<std::optional<std::string>> knowledge(FilmId film, std::string_view part) = 0;
  /// Films that have the part.
  virtual Expected<std::vector<FilmId>> films_with_knowledge(std::string_view part) = 0;

  /// Stores a story's JSON; id none = a new story. Gives its id.
  virtual Expected<StoryId> put_story(StoryId id, std::string_view json) = 0;
  /// Errors: NotFound.
  virtual Expected<std::string> story(StoryId id) = 0;
  virtual Expected<std::vector<StoryId>> stories() = 0;
  virtual Expected<void> remove_story(StoryId id) = 0;

  /// Keeps a trained model's bytes under a name; replaces what was there.
  virtual Expected<void> put_model(std::string_view name, std::string_view bytes) = 0;
  virtual Expected<std::optional<std::string>> model(std::string_view name) = 0;

  /// Stores a batch as a whole. Errors: InvalidArgument if an event names a film or viewer that the batch and the store lack.
  virtual Expected<ImportReceipt> apply_import(const ImportBatch& batch, Timestamp at) = 0;
  /// Removes the events, reviews, and the films and viewers that only this import brought. Errors: NotFound, Conflict if undone.
  virtual Expected<ImportReceipt> undo_import(ImportId id) = 0;
  virtual Expected<std::vector<ImportReceipt>> imports() = 0;

  /// A consistent copy while work goes on. Errors: Conflict if the target exists.
  virtual Expected<void> backup(const std::filesystem::path& target) = 0;
  /// Reads everything and checks it. Errors: DataLoss with the first finding.
  virtual Expected<void> check() = 0;
};

}  // namespace cineloom
