#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/json.h"
#include "store/internal/announcements.h"
#include "store/internal/rating_blob.h"
#include "store/postgres/tables.h"
#include "store/postgres/webhooks.h"

namespace cineloom::postgres {
namespace {

// Ten columns of a thousand rows: some hundred kilobytes in one statement.
constexpr std::size_t kRowsPerStatement = 1000;

Expected<Event> event_at(const Rows& rows, int row) {
  const auto kind = json::enum_from_name<EventKind>(rows.text(row, 3));
  if (!kind) return fail(ErrorCode::DataLoss, fmt::format("event {} has the unknown kind '{}'", rows.integer(row, 0), rows.text(row, 3)));
  Event event{.id = EventId(rows.integer(row, 0)),
              .viewer = ViewerId(rows.integer(row, 1)),
              .film = FilmId(rows.integer(row, 2)),
              .kind = *kind,
              .value = rows.optional_real(row, 4),
              .at = timestamp_of(rows.integer(row, 5))};
  if (const auto valence = rows.optional_real(row, 6)) event.mood = Feeling{.valence = *valence, .arousal = rows.real(row, 7)};
  event.key = rows.text(row, 8);
  event.origin = rows.text(row, 9);
  return event;
}

/// Tellings by column, as unnest() takes them.
struct Columns {
  std::vector<std::int64_t> viewers, films, times, precisions;
  std::vector<std::string> kinds, keys, origins, raws;
  std::vector<std::optional<double>> values, valences, arousals;
  std::vector<double> steps;

  explicit Columns(std::span<const Telling> tellings) {
    for (const Telling& telling : tellings) {
      const Event& event = telling.event;
      viewers.push_back(event.viewer.number());
      films.push_back(event.film.number());
      kinds.push_back(json::enum_name(event.kind));
      values.push_back(event.value);
      times.push_back(milliseconds_of(event.at));
      valences.push_back(event.mood ? std::optional(event.mood->valence) : std::nullopt);
      arousals.push_back(event.mood ? std::optional(event.mood->arousal) : std::nullopt);
      keys.push_back(event.key);
      origins.push_back(event.origin);
      steps.push_back(telling.step);
      precisions.push_back(std::to_underlying(telling.precision));
      raws.push_back(telling.raw);
    }
  }
};

// Numbers are drawn first, so that each event knows its own whatever order they are written in: by viewer and key, so that two who tell
// the same events wait for each other instead of colliding.
constexpr std::string_view kAdd = R"sql(
WITH told AS MATERIALIZED (
  SELECT nextval('events_id_seq') AS id, t.* FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    WITH ORDINALITY AS t(viewer, film, kind, value, at, valence, arousal, key, origin, step, precision, raw, place)),
added AS (
  INSERT INTO events(id, viewer, film, kind, value, at, valence, arousal, key, origin, step, precision, import)
    SELECT id, viewer, film, kind, value, at, valence, arousal, nullif(key,''), origin, step, precision, nullif($13,0) FROM told
    ORDER BY viewer, key COLLATE "C", place
  ON CONFLICT(viewer, key) WHERE key IS NOT NULL DO NOTHING RETURNING id),
sources AS (INSERT INTO event_sources(event, raw) SELECT id, raw FROM told JOIN added USING(id) WHERE raw<>'')
SELECT told.id, added.id IS NOT NULL FROM told LEFT JOIN added USING(id) ORDER BY place)sql";

/// Puts the numbers of events that were known in their places.
Expected<void> find_known(Connection& connection, const Columns& columns, std::span<AddedEvent> added) {
  std::vector<std::int64_t> viewers, places;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < added.size(); ++i) {
    if (added[i].is_new) continue;
    viewers.push_back(columns.viewers[i]);
    keys.push_back(columns.keys[i]);
    places.push_back(static_cast<std::int64_t>(i));
  }
  if (places.empty()) return {};
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT place, id FROM unnest($1, $2, $3) AS t(viewer, key, place) JOIN events USING(viewer, key)",
                                                      Parameters(viewers, keys, places)));
  if (std::cmp_not_equal(rows.size(), places.size())) return fail(ErrorCode::Unavailable, "an event was taken back while it was told again");
  for (int row = 0; row < rows.size(); ++row) added[static_cast<std::size_t>(rows.integer(row, 0))].id = EventId(rows.integer(row, 1));
  return {};
}

/// Errors: Conflict if an event that was known says something else.
Expected<void> require_same(Connection& connection, std::span<const Event> events, std::span<const AddedEvent> added) {
  std::vector<std::int64_t> ids, films;
  std::vector<std::string> kinds, keys;
  std::vector<std::optional<double>> values;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (added[i].is_new) continue;
    ids.push_back(added[i].id.number());
    films.push_back(events[i].film.number());
    kinds.push_back(json::enum_name(events[i].kind));
    values.push_back(events[i].value);
    keys.push_back(events[i].key);
  }
  if (ids.empty()) return {};
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT t.key FROM unnest($1, $2, $3, $4, $5) AS t(id, film, kind, value, key) JOIN events e USING(id) "
                                                      "WHERE e.film<>t.film OR e.kind<>t.kind OR e.value IS DISTINCT FROM t.value LIMIT 1",
                                                      Parameters(ids, films, kinds, values, keys)));
  if (rows.is_empty()) return {};
  return std::unexpected(Error(ErrorCode::Conflict, fmt::format("the key '{}' was told before of something else", rows.text(0, 0)))
                             .advise("give each event a key of its own; the same key and event may be sent again"));
}

}  // namespace

Expected<std::vector<AddedEvent>> add_events(Connection& connection, std::span<const Telling> tellings, std::optional<ImportId> import) {
  std::vector<AddedEvent> added;
  for (std::size_t begin = 0; begin < tellings.size(); begin += kRowsPerStatement) {
    const Columns c(tellings.subspan(begin, std::min(kRowsPerStatement, tellings.size() - begin)));
    CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(kAdd, Parameters(c.viewers, c.films, c.kinds, c.values, c.times, c.valences, c.arousals, c.keys,
                                                                         c.origins, c.steps, c.precisions, c.raws, import.value_or(ImportId()).number())));
    for (int row = 0; row < rows.size(); ++row) added.push_back({.id = EventId(rows.integer(row, 0)), .is_new = rows.integer(row, 1) != 0});
    CINELOOM_TRY(find_known(connection, c, std::span(added).subspan(begin)));
  }
  return added;
}

Expected<AppendReceipt> append_events(Connection& connection, std::span<const Event> events, Announcing announcing) {
  std::vector<Telling> tellings;
  for (const Event& event : events) tellings.push_back({.event = event});
  CINELOOM_TRY_ASSIGN(const auto added, add_events(connection, tellings, std::nullopt));
  CINELOOM_TRY(require_same(connection, events, added));
  AppendReceipt receipt;
  for (const AddedEvent& event : added) {
    receipt.ids.push_back(event.id);
    ++(event.is_new ? receipt.added : receipt.duplicates);
  }
  if (announcing == Announcing::No) return receipt;
  CINELOOM_TRY_ASSIGN(const Audience audience, audience_of(connection, topic::kEventCreated));
  for (std::size_t i = 0; audience == Audience::Somebody && i < events.size(); ++i) {
    if (!added[i].is_new) continue;
    Event told = events[i];
    told.id = added[i].id;
    CINELOOM_TRY(announce(connection, store::announcement_of(told)));
  }
  return receipt;
}

Expected<void> remove_event(Connection& connection, ViewerId viewer, EventId event) {
  if (event.number() >= store::kFirstPackedEvent) {
    CINELOOM_TRY_ASSIGN(const Removed removed, remove_packed(connection, viewer, event));
    if (removed == Removed::Yes) return {};
  }
  // With it go the fallen tellings of the same film and kind, so that none of them rises in its place.
  const Parameters which(viewer.number(), event.number());
  CINELOOM_TRY(
      connection.run("DELETE FROM events WHERE viewer=$1 AND NOT stands AND (film, kind) IN (SELECT film, kind FROM events WHERE id=$2 AND viewer=$1)", which));
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("DELETE FROM events WHERE viewer=$1 AND id=$2", which));
  if (rows.changed() > 0) return {};
  return fail(ErrorCode::NotFound, fmt::format("viewer {} has no event {}", viewer.number(), event.number()));
}

Expected<std::vector<Event>> events(Connection& connection, ViewerId viewer) {
  constexpr std::string_view kOne =
      "SELECT id, viewer, film, kind, value, at, valence, arousal, coalesce(key,''), origin FROM events WHERE viewer=$1 AND stands ORDER BY at, id";
  constexpr std::string_view kAll =
      "SELECT id, viewer, film, kind, value, at, valence, arousal, coalesce(key,''), origin FROM events WHERE stands ORDER BY viewer, at, id";
  std::vector<Event> found;
  const auto take = [&found](const Rows& rows) -> Expected<void> {
    for (int row = 0; row < rows.size(); ++row) {
      CINELOOM_TRY_ASSIGN(Event event, event_at(rows, row));
      found.push_back(std::move(event));
    }
    return {};
  };
  if (viewer.is_none()) {
    CINELOOM_TRY(connection.each(kAll, Parameters(), take));
  } else {
    CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(kOne, Parameters(viewer.number())));
    CINELOOM_TRY(take(rows));
  }
  CINELOOM_TRY_ASSIGN(auto packed, packed_tellings(connection, viewer));
  if (packed.empty()) return found;
  for (Telling& telling : packed) found.push_back(std::move(telling.event));
  std::ranges::sort(found, {}, [](const Event& event) { return std::tuple(event.viewer, event.at, event.id); });
  return found;
}

Expected<std::vector<Telling>> tellings(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("SELECT id, viewer, film, kind, value, at, valence, arousal, coalesce(key,''), origin, step, precision, coalesce(raw,''), "
                                     "stands FROM events LEFT JOIN event_sources ON event=id WHERE viewer=$1 ORDER BY at, id",
                                     Parameters(viewer.number())));
  std::vector<Telling> found;
  for (int row = 0; row < rows.size(); ++row) {
    CINELOOM_TRY_ASSIGN(Event event, event_at(rows, row));
    const auto precision = std::clamp<std::int64_t>(rows.integer(row, 11), 0, std::to_underlying(Precision::Marking));
    found.push_back({.event = std::move(event),
                     .step = rows.real(row, 10),
                     .precision = static_cast<Precision>(precision),
                     .raw = std::string(rows.text(row, 12)),
                     .is_standing = rows.integer(row, 13) != 0});
  }
  CINELOOM_TRY_ASSIGN(auto packed, packed_tellings(connection, viewer));
  std::ranges::move(packed, std::back_inserter(found));
  std::ranges::stable_sort(found, {}, [](const Telling& telling) { return std::tuple(telling.event.at, telling.event.id); });
  return found;
}

Expected<std::int64_t> event_count(Connection& connection) {
  CINELOOM_TRY_ASSIGN(
      const Rows rows,
      connection.run("SELECT (SELECT count(*) FROM events WHERE stands) + (SELECT coalesce(sum(count),0)::bigint FROM packed_ratings AS one WHERE "
                     "import=(SELECT max(import) FROM packed_ratings WHERE viewer=one.viewer AND origin=one.origin))"));
  return rows.integer(0, 0);
}

Expected<std::map<ViewerId, std::int64_t>> rating_counts(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT viewer, count(*) FROM events WHERE stands AND kind=$1 GROUP BY viewer",
                                                      Parameters(json::enum_name(EventKind::Rate))));
  std::map<ViewerId, std::int64_t> counts;
  for (int row = 0; row < rows.size(); ++row) counts[ViewerId(rows.integer(row, 0))] = rows.integer(row, 1);
  CINELOOM_TRY(add_packed_counts(connection, counts));
  return counts;
}

Expected<WatchCounts> watch_counts(Connection& connection, Timestamp moment) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT film, count(*) FILTER (WHERE at<=$1), count(*) FILTER (WHERE at>$1) FROM events WHERE stands "
                                                      "AND kind IN ('rate','watch','like') GROUP BY film",
                                                      Parameters(milliseconds_of(moment))));
  WatchCounts counts;
  for (int row = 0; row < rows.size(); ++row) {
    const FilmId film(rows.integer(row, 0));
    if (rows.integer(row, 1) > 0) counts.until[film] = static_cast<int>(rows.integer(row, 1));
    if (rows.integer(row, 2) > 0) counts.since[film] = static_cast<int>(rows.integer(row, 2));
  }
  return counts;
}

Expected<void> settle_events(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(std::vector<Telling> told, tellings(connection, viewer));
  std::vector<bool> before;
  for (const Telling& telling : told) before.push_back(telling.is_standing);
  settle_tellings(told);
  std::vector<std::int64_t> changed, standing;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (told[i].is_standing == before[i]) continue;
    changed.push_back(told[i].event.id.number());
    if (told[i].is_standing) standing.push_back(changed.back());
  }
  if (changed.empty()) return {};
  CINELOOM_TRY(connection.run("UPDATE events SET stands=(id=ANY($2)) WHERE id=ANY($1)", Parameters(changed, standing)));
  return {};
}

}  // namespace cineloom::postgres
