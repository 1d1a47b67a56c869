#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "domain/event.h"
#include "domain/film.h"
#include "domain/import.h"
#include "domain/telling.h"
#include "store/internal/sqlite.h"
#include "store/rating_counts.h"
#include "store/retention.h"
#include "store/store.h"

/// Reading and writing the tables of schema.cc over one connection; the caller holds the transaction.
namespace cineloom::sqlite {

Expected<FilmId> put_film(Connection& connection, const Film& film, std::optional<ImportId> import);
Expected<std::optional<Film>> find_film(Connection& connection, FilmId id);
Expected<std::optional<Film>> find_film(Connection& connection, std::string_view key);
Expected<std::vector<Film>> films(Connection& connection, const FilmQuery& query);
Expected<void> put_files(Connection& connection, const FilmFiles& files);
Expected<FilmFiles> files(Connection& connection, FilmId film);
Expected<void> put_knowledge(Connection& connection, FilmId film, std::string_view part, std::string_view json);

Expected<ViewerId> put_viewer(Connection& connection, const Viewer& viewer, std::optional<ImportId> import);
Expected<std::optional<Viewer>> find_viewer(Connection& connection, ViewerId id);
Expected<std::optional<Viewer>> find_viewer(Connection& connection, std::string_view name);
Expected<std::vector<Viewer>> viewers(Connection& connection);

enum class Added { New, Known };
struct AddedEvent {
  EventId id;
  Added added = Added::New;
};
Expected<AddedEvent> add_event(Connection& connection, const Telling& telling, std::optional<ImportId> import);
/// Errors: Conflict if the event of this id, found by its key, says something else.
Expected<void> require_same(Connection& connection, EventId id, const Event& event);
/// With it go the fallen tellings of the same film and kind, so that none of them rises in its place.
Expected<void> remove_event(Connection& connection, ViewerId viewer, EventId event);
/// Those that stand; viewer none = all viewers, by viewer, time, id.
Expected<std::vector<Event>> events(Connection& connection, ViewerId viewer);
Expected<std::vector<Telling>> tellings(Connection& connection, ViewerId viewer);
Expected<std::map<ViewerId, std::int64_t>> rating_counts(Connection& connection);
Expected<WatchCounts> watch_counts(Connection& connection, Timestamp moment);
/// Moves a viewer's open events into sealed ones, with their numbers; gives how many.
Expected<int> seal_events(Connection& connection, ViewerId viewer);
/// Decides anew which of a viewer's events stand.
Expected<void> settle_events(Connection& connection, ViewerId viewer);

Expected<void> add_review(Connection& connection, const Review& review, ImportId import);
Expected<std::vector<Review>> reviews(Connection& connection, FilmId film);

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

/// Errors: NotFound.
Expected<void> require_viewer(Connection& connection, ViewerId viewer);
Expected<void> require_film(Connection& connection, FilmId film);

Expected<ModelVersion> add_model(Connection& connection, const NewModel& model);
/// The caller holds a snapshot: several statements belong together.
Expected<std::optional<StoredModel>> active_model(Connection& connection, std::string_view name);
Expected<std::vector<ModelVersion>> models(Connection& connection, std::string_view name);
Expected<ModelVersion> use_model(Connection& connection, std::string_view name, int number);
Expected<ModelVersion> roll_back_model(Connection& connection, std::string_view name);
Expected<std::optional<ModelVersion>> reject_model(Connection& connection, std::string_view name, int number);

/// Errors: none for a viewer that is not there.
Expected<ErasedRows> erase_viewer(Connection& connection, const Viewer& viewer, std::span<const std::string> models);
/// Writes the file anew, so that nothing of removed rows is left in it or its journal; outside of a transaction, on the connection that
/// writes. Errors: Unavailable while somebody reads.
Expected<void> scrub(Connection& connection);
/// Writes the file anew; the journal holds it then. Errors: as of scrub.
Expected<void> rewrite(Connection& connection);
/// Empties the journal into the file, so that nothing that was overwritten is left in it. Errors: as of scrub.
Expected<void> empty_journal(Connection& connection);
Expected<DetailReceipt> remove_detail(Connection& connection, Timestamp before, DetailRemoval removal);
Expected<std::string> viewer_data(Connection& connection, ViewerId viewer);
Expected<void> add_release(Connection& connection, const Release& release);
Expected<std::vector<Release>> releases(Connection& connection);

Expected<ImportReceipt> apply_import(Connection& connection, const ImportBatch& batch, Timestamp at, Progress& progress, const CancelToken& cancel);
Expected<ImportReceipt> undo_import(Connection& connection, ImportId id);
Expected<std::vector<ImportReceipt>> imports(Connection& connection);

}  // namespace cineloom::sqlite
