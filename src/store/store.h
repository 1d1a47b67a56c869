#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "domain/event.h"
#include "domain/film.h"
#include "domain/import.h"
#include "domain/model_version.h"
#include "store/feedback_log.h"
#include "store/privacy_store.h"

namespace cineloom {

struct FilmQuery {
  std::string text;          ///< part of any title, or words of titles, people, themes and synopses, without case; empty = all
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

/// How often what the store keeps has changed: whoever keeps something that was made of it sees by these whether it still holds.
struct Revisions {
  std::uint64_t films = 0;   ///< changes of any film
  std::uint64_t viewer = 0;  ///< changes of one viewer's events and preferences
  friend bool operator==(const Revisions&, const Revisions&) = default;
};

/// Whether a new model answers at once.
enum class ModelUse { Now, Later };

/// A model to keep.
struct NewModel {
  std::string name;              ///< not empty
  Timestamp trained_at;
  std::string settings = "{}";   ///< JSON object
  std::string metrics = "{}";    ///< JSON object
  std::string_view bytes;        ///< any size that memory and disk hold; not empty
  ModelUse use = ModelUse::Now;
  int keep = 5;                  ///< newest versions of the name that stay, 1 .. 1000; the active one stays in any case
};

/// Where everything is kept. Every call is one transaction: when it returns without error its effect survives a power cut.
/// Thread-safe. Errors of all calls: Unavailable (the store cannot be read or written), ResourceExhausted (disk full),
/// DataLoss (the file is damaged). Conformance is tested by store/testing/conformance.h.
class Store : public FeedbackLog, public PrivacyStore {
 public:
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

  /// Errors: NotFound if a viewer or film does not exist; Conflict if a viewer's key was told before of another film, kind or value; then
  /// nothing is added.
  virtual Expected<AppendReceipt> append_events(std::span<const Event> events) = 0;
  /// Takes an event back, with what other sources told of the same act. Errors: NotFound if the viewer has no such event.
  virtual Expected<void> remove_event(ViewerId viewer, EventId event) = 0;
  /// Those that stand (domain/telling.h), in order of time, then id; the same for all that give events.
  virtual Expected<std::vector<Event>> events_of(ViewerId viewer) = 0;
  /// What every source told, fallen tellings too, with the sources' own words; in order of time, then id.
  virtual Expected<std::vector<Telling>> tellings_of(ViewerId viewer) = 0;
  virtual Expected<std::vector<Event>> all_events() = 0;
  /// How many there are, without reading them.
  virtual Expected<std::int64_t> event_count() = 0;

  /// Without reading. They have grown before the call that changes something returns; ask before reading what they are to vouch for.
  /// Nothing where another process may write.
  [[nodiscard]] virtual std::optional<Revisions> revisions(ViewerId /*viewer*/) const { return std::nullopt; }

  virtual Expected<std::vector<Review>> reviews_of(FilmId film) = 0;

  /// Keeps what analysis found, as `put_knowledge` does, together with the files it was found in, and the film itself if its key
  /// is new. Gives the film's id.
  virtual Expected<FilmId> put_findings(const Film& film, const FilmFiles& files, std::string_view part, std::string_view json) = 0;
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

  /// Keeps a model as the next version of its name, drops versions past `keep`, and, for ModelUse::Now, makes it the active
  /// one: all in one step, so that whoever reads sees the old or the new model whole.
  /// Errors: InvalidArgument for an empty name or model, settings or metrics that are no JSON object, or `keep` out of range.
  virtual Expected<ModelVersion> add_model(const NewModel& model) = 0;
  /// The active version with its bytes, checked against the hash it was stored with. If they do not agree, the newest good
  /// version before it, with a warning; nothing is changed. None if the name has no active version or no good one.
  virtual Expected<std::optional<StoredModel>> active_model(std::string_view name) = 0;
  /// Newest first, without their bytes.
  virtual Expected<std::vector<ModelVersion>> models(std::string_view name) = 0;
  /// Makes a kept version the active one. Errors: NotFound; DataLoss if it is known to be damaged.
  virtual Expected<ModelVersion> use_model(std::string_view name, int number) = 0;
  /// Makes the newest good version before the active one the active one. Errors: NotFound if there is none.
  virtual Expected<ModelVersion> roll_back_model(std::string_view name) = 0;
  /// Marks a version that cannot be loaded as damaged; if it was active, the newest good one before it becomes active.
  /// Gives the active version then; none if there is no good one. Errors: NotFound.
  virtual Expected<std::optional<ModelVersion>> reject_model(std::string_view name, int number) = 0;

  /// Keeps bytes under a name, as add_model without settings, metrics or time, of which only the last two versions stay.
  Expected<void> put_model(std::string_view name, std::string_view bytes);
  /// The bytes of the active model.
  Expected<std::optional<std::string>> model(std::string_view name);

  /// Stores a batch as a whole, or nothing of it. Errors: InvalidArgument if an event names a film or viewer that the batch
  /// and the store lack; Cancelled.
  virtual Expected<ImportReceipt> apply_import(const ImportBatch& batch, Timestamp at, Progress& progress, const CancelToken& cancel) = 0;
  /// Removes the events, reviews, and the films and viewers that only this import brought. Errors: NotFound, Conflict if undone.
  virtual Expected<ImportReceipt> undo_import(ImportId id) = 0;
  virtual Expected<std::vector<ImportReceipt>> imports() = 0;

  /// A consistent copy while work goes on; a copy that fails leaves no file. Errors: Conflict if the target exists; NotFound if
  /// its folder does not; Cancelled.
  virtual Expected<void> backup(const std::filesystem::path& target, const CancelToken& cancel) = 0;
  /// Reads everything and checks it. Errors: DataLoss with the first finding.
  virtual Expected<void> check() = 0;
};

}  // namespace cineloom
