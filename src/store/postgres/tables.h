#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "domain/telling.h"
#include "store/postgres/connection.h"
#include "store/rating_counts.h"
#include "store/retention.h"
#include "store/store.h"

/// Reading and writing the tables of schema.cc over one connection; the caller holds the transaction. What the functions mean is said at
/// the verbs of Store. Those that take lists ask the server once for the whole list, or for each thousand.
namespace cineloom::postgres {

Expected<FilmId> put_film(Connection& connection, const Film& film);
Expected<std::optional<Film>> find_film(Connection& connection, FilmId id);
Expected<std::optional<Film>> find_film(Connection& connection, std::string_view key);
/// limit -1 = all.
Expected<std::vector<Film>> films(Connection& connection, const FilmQuery& query);
Expected<std::vector<Film>> films_of(Connection& connection, const std::vector<std::string>& keys);
/// Inserts or replaces; keys may not repeat. In the order of `films`.
Expected<std::vector<FilmId>> put_films(Connection& connection, std::span<const Film> films, std::optional<ImportId> import);
Expected<void> put_files(Connection& connection, const FilmFiles& files);
Expected<FilmFiles> files(Connection& connection, FilmId film);
Expected<void> put_knowledge(Connection& connection, FilmId film, std::string_view part, std::string_view json);
Expected<FilmId> put_findings(Connection& connection, const Film& film, const FilmFiles& files, std::string_view part, std::string_view json);
Expected<std::optional<std::string>> knowledge(Connection& connection, FilmId film, std::string_view part);
Expected<std::vector<FilmId>> films_with_knowledge(Connection& connection, std::string_view part);
Expected<std::vector<Review>> reviews(Connection& connection, FilmId film);
Expected<StoryId> put_story(Connection& connection, StoryId id, std::string_view json);
Expected<std::optional<std::string>> story(Connection& connection, StoryId id);
Expected<std::vector<StoryId>> stories(Connection& connection);
Expected<void> remove_story(Connection& connection, StoryId id);

Expected<ViewerId> put_viewer(Connection& connection, const Viewer& viewer);
Expected<std::optional<Viewer>> find_viewer(Connection& connection, ViewerId id);
Expected<std::optional<Viewer>> find_viewer(Connection& connection, std::string_view name);
Expected<std::vector<Viewer>> viewers(Connection& connection);

struct AddedEvent {
  EventId id;
  bool is_new = false;
};
/// In the order of `tellings`. Errors: NotFound for a viewer or film that is not there.
Expected<std::vector<AddedEvent>> add_events(Connection& connection, std::span<const Telling> tellings, std::optional<ImportId> import);
/// Whether other programs are told of what is added.
enum class Announcing { Yes, No };
Expected<AppendReceipt> append_events(Connection& connection, std::span<const Event> events, Announcing announcing);
Expected<void> remove_event(Connection& connection, ViewerId viewer, EventId event);
/// Those that stand; viewer none = all viewers, by viewer, time, id.
Expected<std::vector<Event>> events(Connection& connection, ViewerId viewer);
Expected<std::vector<Telling>> tellings(Connection& connection, ViewerId viewer);
Expected<std::int64_t> event_count(Connection& connection);
/// The caller holds a snapshot.
Expected<std::map<ViewerId, std::int64_t>> rating_counts(Connection& connection);
Expected<WatchCounts> watch_counts(Connection& connection, Timestamp moment);
/// Decides anew which of a viewer's events stand.
Expected<void> settle_events(Connection& connection, ViewerId viewer);

Expected<void> add_packed(Connection& connection, const RatingTable& table, std::span<const ViewerId> viewers, std::span<const FilmId> films,
                          ImportReceipt& receipt, Progress& progress, const CancelToken& cancel);
/// Of the latest import of each origin; viewer none = all viewers.
Expected<std::vector<Telling>> packed_tellings(Connection& connection, ViewerId viewer);
/// Adds those that stand to each viewer's count.
Expected<void> add_packed_counts(Connection& connection, std::map<ViewerId, std::int64_t>& counts);
enum class Removed { Yes, No };
Expected<Removed> remove_packed(Connection& connection, ViewerId viewer, EventId event);

Expected<SlateId> put_slate(Connection& connection, const Slate& slate, const SlateRetention& retention);
/// The caller holds a snapshot: several statements belong together.
Expected<std::vector<Slate>> slates(Connection& connection, const SlateQuery& query);
Expected<LockReceipt> lock_forecast(Connection& connection, const Forecast& forecast);
Expected<int> lock_new_forecasts(Connection& connection, std::span<const Forecast> forecasts);
Expected<std::vector<Forecast>> forecasts(Connection& connection, ViewerId viewer);
Expected<void> put_experiment(Connection& connection, const Experiment& experiment);
Expected<Experiment> stop_experiment(Connection& connection, std::string_view name, Timestamp at);
Expected<std::vector<Experiment>> experiments(Connection& connection);
Expected<void> add_exposure(Connection& connection, const Exposure& exposure);
Expected<std::vector<Exposure>> exposures(Connection& connection, std::string_view experiment);
Expected<void> put_preference(Connection& connection, ViewerId viewer, std::string_view name, std::string_view json);
Expected<std::optional<std::string>> preference(Connection& connection, ViewerId viewer, std::string_view name);

Expected<ModelVersion> add_model(Connection& connection, const NewModel& model);
/// The caller holds a snapshot.
Expected<std::optional<StoredModel>> active_model(Connection& connection, std::string_view name);
Expected<std::vector<ModelVersion>> models(Connection& connection, std::string_view name);
Expected<ModelVersion> use_model(Connection& connection, std::string_view name, int number);
Expected<ModelVersion> roll_back_model(Connection& connection, std::string_view name);
Expected<std::optional<ModelVersion>> reject_model(Connection& connection, std::string_view name, int number);

Expected<DetailReceipt> remove_detail(Connection& connection, Timestamp before, DetailRemoval removal);
Expected<ErasedRows> erase_viewer(Connection& connection, ViewerId viewer, std::span<const std::string> models);
/// Writes the tables that held rows of viewers anew, outside of a transaction. Errors: Unavailable while somebody holds one of them.
Expected<void> scrub(Connection& connection);
/// The caller holds a snapshot.
Expected<std::string> viewer_data(Connection& connection, ViewerId viewer);
Expected<void> add_release(Connection& connection, const Release& release);
Expected<std::vector<Release>> releases(Connection& connection);
/// Reads every row. Errors: DataLoss.
Expected<void> check(Connection& connection);

Expected<ImportReceipt> apply_import(Connection& connection, const ImportBatch& batch, Timestamp at, Progress& progress, const CancelToken& cancel);
Expected<ImportReceipt> undo_import(Connection& connection, ImportId id);
Expected<std::vector<ImportReceipt>> imports(Connection& connection);

/// Errors: NotFound.
Expected<void> require_viewer(Connection& connection, ViewerId viewer);
Expected<void> require_film(Connection& connection, FilmId film);

inline std::int64_t milliseconds_of(Timestamp at) { return at.time_since_epoch().count(); }
inline Timestamp timestamp_of(std::int64_t milliseconds) { return Timestamp(std::chrono::milliseconds(milliseconds)); }

/// The first column of the first row, where there is one.
inline std::optional<std::string> optional_text(const Rows& rows) { return rows.is_empty() ? std::nullopt : std::optional<std::string>(rows.text(0, 0)); }

/// The first column as identities.
template <class Identity>
std::vector<Identity> identities(const Rows& rows) {
  std::vector<Identity> found;
  for (int row = 0; row < rows.size(); ++row) found.push_back(Identity(rows.integer(row, 0)));
  return found;
}

}  // namespace cineloom::postgres
