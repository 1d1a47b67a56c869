#pragma once

#include <set>

#include "store/internal/tables.h"
#include "store/internal/vault.h"

/// The tables of a sealed store: what tables.h does where the connection has a vault.
namespace cineloom::sqlite::sealed {

Expected<ViewerId> put_viewer(Connection& connection, const Viewer& viewer, std::optional<ImportId> import);
/// The viewer's name becomes a cell, whatever it was before.
Expected<void> seal_name(Connection& connection, const Viewer& viewer);
Expected<std::string> name_of(Connection& connection, ViewerId viewer, std::string_view cell);
Expected<std::int64_t> name_tag(Connection& connection, std::string_view name);

Expected<AddedEvent> add_event(Connection& connection, const Telling& telling, std::optional<ImportId> import);
/// A row with the number that the event has.
Expected<void> insert_event(Connection& connection, const Telling& telling, ImportId import);
/// Writes what the event says now over what it said.
Expected<void> reseal_event(Connection& connection, const Telling& telling);
Expected<void> require_same(Connection& connection, EventId id, const Event& event);
Expected<void> remove_event(Connection& connection, ViewerId viewer, EventId event);
enum class Which { Standing, All };
/// Viewer none = all viewers; in no order.
Expected<std::vector<Telling>> tellings(Connection& connection, ViewerId viewer, Which which);
enum class Rated { Yes, No };
Expected<Rated> is_rated(Connection& connection, ViewerId viewer, FilmId film);

Expected<SlateId> put_slate(Connection& connection, const Slate& slate);
Expected<void> seal_slate(Connection& connection, const Slate& slate);
Expected<std::optional<SlateId>> find_slate(Connection& connection, ViewerId viewer, std::string_view key);
Expected<std::vector<Slate>> slates(Connection& connection, Statement& chosen);

Expected<std::optional<Forecast>> find_forecast(Connection& connection, ViewerId viewer, FilmId film);
Expected<void> add_forecast(Connection& connection, const Forecast& forecast);
Expected<std::vector<Forecast>> forecasts(Connection& connection, ViewerId viewer);

Expected<void> put_preference(Connection& connection, ViewerId viewer, std::string_view name, std::string_view json);
Expected<std::optional<std::string>> preference(Connection& connection, ViewerId viewer, std::string_view name);
struct Preference {
  std::string name;
  std::string json;
};
Expected<std::vector<Preference>> preferences(Connection& connection, ViewerId viewer);

/// Ratings of a data set; `first` is the number of the first of them as an event.
Expected<std::string> seal_ratings(Connection& connection, ViewerId viewer, std::int64_t first, std::string_view bytes);
Expected<std::string> open_ratings(Connection& connection, ViewerId viewer, std::int64_t first, std::string_view cell);

/// Seals the review if its author is a viewer here, else leaves it as it is.
Expected<void> seal_review(Connection& connection, ReviewId id, const Review& review);
/// What the cell says of the author, the text and the stars.
Expected<void> open_review(Connection& connection, Review& review, ViewerId viewer, std::string_view cell);

Expected<void> put_receipt(Connection& connection, const ImportReceipt& receipt);
Expected<ImportReceipt> receipt_of(Connection& connection, ImportId import, std::string_view cell);
/// Forgets where the files of these imports lay. Gives how many told it.
Expected<int> blank_paths(Connection& connection, std::string_view which);

/// Id none = a new story.
Expected<StoryId> put_story(Connection& connection, StoryId id, std::string_view json);
Expected<std::string> open_story(Connection& connection, StoryId id, std::string_view cell);

/// Films that sealed rows speak of: no key of the database holds them.
Expected<std::set<FilmId>> films_spoken_of(Connection& connection);
/// The text of viewer_data, but for the events.
Expected<std::string> viewer_text(Connection& connection, ViewerId viewer);

}  // namespace cineloom::sqlite::sealed
