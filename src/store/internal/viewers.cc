#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/json.h"
#include "store/internal/packed_ratings.h"
#include "store/internal/rating_blob.h"
#include "store/internal/sealed.h"
#include "store/internal/tables.h"

namespace cineloom::sqlite {
namespace {

/// Columns: id, name (of a sealed store: its cell), simulated.
Expected<Viewer> viewer_at(Connection& connection, const Statement& row) {
  Viewer viewer{.id = ViewerId(row.integer(0)), .name = std::string(row.text(1)), .is_simulated = row.integer(2) != 0};
  if (connection.vault() == nullptr) return viewer;
  CINELOOM_TRY_ASSIGN(viewer.name, sealed::name_of(connection, viewer.id, row.text(1)));
  return viewer;
}

Expected<std::optional<Viewer>> one_viewer(Connection& connection, Statement& statement) {
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement.step());
  if (step == Statement::Step::Done) return std::optional<Viewer>();
  CINELOOM_TRY_ASSIGN(Viewer viewer, viewer_at(connection, statement));
  statement.reset();
  return std::optional(std::move(viewer));
}

/// The question for viewers; a sealed store keeps names in cells.
std::string viewers_where(Connection& connection, std::string_view condition) {
  return fmt::format("SELECT id, {}, simulated FROM viewers {}", connection.vault() == nullptr ? "name" : "sealed", condition);
}

Expected<Event> event_at(const Statement& row) {
  const auto kind = json::enum_from_name<EventKind>(row.text(3));
  if (!kind) return fail(ErrorCode::DataLoss, fmt::format("event {} has the unknown kind '{}'", row.integer(0), row.text(3)));
  Event event{.id = EventId(row.integer(0)),
              .viewer = ViewerId(row.integer(1)),
              .film = FilmId(row.integer(2)),
              .kind = *kind,
              .value = row.optional_real(4),
              .at = Timestamp(std::chrono::milliseconds(row.integer(5)))};
  if (const auto valence = row.optional_real(6)) event.mood = Feeling{.valence = *valence, .arousal = row.real(7)};
  event.key = row.text(8);
  event.origin = row.text(9);
  return event;
}

Expected<EventId> find_event(Connection& connection, ViewerId viewer, std::string_view key) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id FROM events WHERE viewer=? AND key=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, key);
  CINELOOM_TRY(statement->step());
  const EventId id(statement->integer(0));
  statement->reset();
  return id;
}

Expected<void> require_row(Connection& connection, std::string_view text, std::int64_t id, std::string_view what) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(text));
  statement->bind(1, id);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  statement->reset();
  if (step == Statement::Step::Row) return {};
  return fail(ErrorCode::NotFound, fmt::format("there is no {} {}", what, id));
}

Expected<void> remove_row(Connection& connection, ViewerId viewer, EventId event) {
  CINELOOM_TRY(connection.run("DELETE FROM events WHERE viewer=?1 AND stands=0 AND (film, kind) IN (SELECT film, kind FROM events WHERE id=?2 AND viewer=?1)",
                              viewer.number(), event.number()));
  return connection.run("DELETE FROM events WHERE viewer=? AND id=?", viewer.number(), event.number());
}

Expected<std::vector<Event>> rows_that_stand(Connection& connection, ViewerId viewer) {
  constexpr std::string_view kOne =
      "SELECT id, viewer, film, kind, value, at, valence, arousal, coalesce(key,''), origin FROM events "
      "WHERE viewer=? AND stands=1 ORDER BY at, id";
  constexpr std::string_view kAll =
      "SELECT id, viewer, film, kind, value, at, valence, arousal, coalesce(key,''), origin FROM events "
      "WHERE stands=1 ORDER BY viewer, at, id";
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(viewer.is_none() ? kAll : kOne));
  if (!viewer.is_none()) statement->bind(1, viewer.number());
  std::vector<Event> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(Event event, event_at(*statement));
    found.push_back(std::move(event));
  }
  statement->reset();
  return found;
}

Expected<Telling> telling_at(const Statement& row) {
  CINELOOM_TRY_ASSIGN(Event event, event_at(row));
  const auto precision = static_cast<Precision>(std::clamp<std::int64_t>(row.integer(11), 0, std::to_underlying(Precision::Marking)));
  return Telling{
      .event = std::move(event), .step = row.real(10), .precision = precision, .raw = std::string(row.text(12)), .is_standing = row.integer(13) != 0};
}

constexpr std::string_view kTold =
    "SELECT id, viewer, film, kind, value, at, valence, arousal, coalesce(key,''), origin, step, precision, coalesce(raw,''), stands, import "
    "FROM events LEFT JOIN event_sources ON event=id WHERE viewer=? ORDER BY at, id";

Expected<std::vector<Telling>> rows_told(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(kTold));
  statement->bind(1, viewer.number());
  std::vector<Telling> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(Telling telling, telling_at(*statement));
    found.push_back(std::move(telling));
  }
  statement->reset();
  return found;
}

Expected<std::vector<Event>> sealed_events(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(auto told, sealed::tellings(connection, viewer, sealed::Which::Standing));
  std::vector<Event> found;
  found.reserve(told.size());
  for (Telling& telling : told) found.push_back(std::move(telling.event));
  return found;
}

}  // namespace

Expected<void> require_viewer(Connection& connection, ViewerId viewer) {
  return require_row(connection, "SELECT 1 FROM viewers WHERE id=?", viewer.number(), "viewer");
}

Expected<void> require_film(Connection& connection, FilmId film) { return require_row(connection, "SELECT 1 FROM films WHERE id=?", film.number(), "film"); }

Expected<ViewerId> put_viewer(Connection& connection, const Viewer& viewer, std::optional<ImportId> import) {
  if (viewer.name.empty()) return fail(ErrorCode::InvalidArgument, "a viewer needs a name");
  CINELOOM_TRY_ASSIGN(const auto known, find_viewer(connection, viewer.name));
  if (known) return known->id;
  if (connection.vault() != nullptr) return sealed::put_viewer(connection, viewer, import);
  CINELOOM_TRY(connection.run("INSERT INTO viewers(name, simulated, import) VALUES(?,?,nullif(?,0))", std::string_view(viewer.name),
                              std::int64_t{viewer.is_simulated ? 1 : 0}, import.value_or(ImportId()).number()));
  return ViewerId(connection.last_id());
}

Expected<std::optional<Viewer>> find_viewer(Connection& connection, ViewerId id) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(viewers_where(connection, "WHERE id=?")));
  statement->bind(1, id.number());
  return one_viewer(connection, *statement);
}

Expected<std::optional<Viewer>> find_viewer(Connection& connection, std::string_view name) {
  if (connection.vault() != nullptr) {
    CINELOOM_TRY_ASSIGN(const std::int64_t tag, sealed::name_tag(connection, name));
    CINELOOM_TRY_ASSIGN(Statement * tagged, connection.prepare(viewers_where(connection, "WHERE tag=?")));
    tagged->bind(1, tag);
    return one_viewer(connection, *tagged);
  }
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(viewers_where(connection, "WHERE name=?")));
  statement->bind(1, name);
  return one_viewer(connection, *statement);
}

Expected<std::vector<Viewer>> viewers(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(viewers_where(connection, "ORDER BY id")));
  std::vector<Viewer> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(Viewer viewer, viewer_at(connection, *statement));
    found.push_back(std::move(viewer));
  }
  statement->reset();
  return found;
}

Expected<AddedEvent> add_event(Connection& connection, const Telling& telling, std::optional<ImportId> import) {
  if (connection.vault() != nullptr) return sealed::add_event(connection, telling, import);
  const Event& event = telling.event;
  CINELOOM_TRY(require_viewer(connection, event.viewer));
  CINELOOM_TRY(require_film(connection, event.film));
  const std::string kind = json::enum_name(event.kind);
  const auto valence = event.mood ? std::optional(event.mood->valence) : std::nullopt;
  const auto arousal = event.mood ? std::optional(event.mood->arousal) : std::nullopt;
  CINELOOM_TRY(
      connection.run("INSERT OR IGNORE INTO events(viewer, film, kind, value, at, valence, arousal, key, origin, import, step, precision) "
                     "VALUES(?,?,?,?,?,?,?,nullif(?,''),?,nullif(?,0),?,?)",
                     event.viewer.number(), event.film.number(), std::string_view(kind), event.value,
                     static_cast<std::int64_t>(event.at.time_since_epoch().count()), valence, arousal, std::string_view(event.key),
                     std::string_view(event.origin), import.value_or(ImportId()).number(), telling.step, std::int64_t{std::to_underlying(telling.precision)}));
  if (connection.changes() == 0) {
    CINELOOM_TRY_ASSIGN(const EventId id, find_event(connection, event.viewer, event.key));
    return AddedEvent{.id = id, .added = Added::Known};
  }
  const EventId id(connection.last_id());
  if (!telling.raw.empty()) CINELOOM_TRY(connection.run("INSERT INTO event_sources(event, raw) VALUES(?,?)", id.number(), std::string_view(telling.raw)));
  return AddedEvent{.id = id, .added = Added::New};
}

Expected<void> require_same(Connection& connection, EventId id, const Event& event) {
  if (connection.vault() != nullptr) return sealed::require_same(connection, id, event);
  const std::string kind = json::enum_name(event.kind);
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT 1 FROM events WHERE id=? AND film=? AND kind=? AND value IS ?"));
  statement->bind(1, id.number());
  statement->bind(2, event.film.number());
  statement->bind(3, std::string_view(kind));
  statement->bind(4, event.value);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  statement->reset();
  if (step == Statement::Step::Row) return {};
  return std::unexpected(Error(ErrorCode::Conflict, fmt::format("the key '{}' was told before of something else", event.key))
                             .advise("give each event a key of its own; the same key and event may be sent again"));
}

Expected<void> remove_event(Connection& connection, ViewerId viewer, EventId event) {
  if (event.number() >= store::kFirstPackedEvent) {
    CINELOOM_TRY_ASSIGN(const Removed removed, remove_packed(connection, viewer, event));
    if (removed == Removed::Yes) return {};
  }
  CINELOOM_TRY(connection.vault() != nullptr ? sealed::remove_event(connection, viewer, event) : remove_row(connection, viewer, event));
  if (connection.changes() > 0) return {};
  return fail(ErrorCode::NotFound, fmt::format("viewer {} has no event {}", viewer.number(), event.number()));
}

Expected<std::vector<Event>> events(Connection& connection, ViewerId viewer) {
  const bool is_sealed = connection.vault() != nullptr;
  CINELOOM_TRY_ASSIGN(auto found, is_sealed ? sealed_events(connection, viewer) : rows_that_stand(connection, viewer));
  CINELOOM_TRY_ASSIGN(auto packed, packed_tellings(connection, viewer));
  if (packed.empty() && !is_sealed) return found;
  for (Telling& telling : packed) found.push_back(std::move(telling.event));
  std::ranges::sort(found, {}, [](const Event& event) { return std::tuple(event.viewer, event.at, event.id); });
  return found;
}

Expected<std::vector<Telling>> tellings(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(auto found, connection.vault() != nullptr ? sealed::tellings(connection, viewer, sealed::Which::All) : rows_told(connection, viewer));
  CINELOOM_TRY_ASSIGN(auto packed, packed_tellings(connection, viewer));
  std::ranges::move(packed, std::back_inserter(found));
  std::ranges::stable_sort(found, {}, [](const Telling& telling) { return std::tuple(telling.event.at, telling.event.id); });
  return found;
}

Expected<std::map<ViewerId, std::int64_t>> rating_counts(Connection& connection) {
  std::map<ViewerId, std::int64_t> counts;
  if (connection.vault() != nullptr) {
    CINELOOM_TRY_ASSIGN(const auto standing, sealed::tellings(connection, ViewerId(), sealed::Which::Standing));
    for (const Telling& telling : standing) {
      if (telling.event.kind == EventKind::Rate) ++counts[telling.event.viewer];
    }
  } else {
    const std::string kind = json::enum_name(EventKind::Rate);
    CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT viewer, count(*) FROM events WHERE stands=1 AND kind=? GROUP BY viewer"));
    statement->bind(1, std::string_view(kind));
    CINELOOM_TRY_ASSIGN(const auto each, rows(*statement, [](const Statement& row) { return std::pair(ViewerId(row.integer(0)), row.integer(1)); }));
    counts.insert(each.begin(), each.end());
  }
  CINELOOM_TRY(add_packed_counts(connection, counts));
  return counts;
}

Expected<WatchCounts> watch_counts(Connection& connection, Timestamp moment) {
  WatchCounts counts;
  const auto until = moment.time_since_epoch().count();
  if (connection.vault() != nullptr) {
    CINELOOM_TRY_ASSIGN(const auto standing, sealed::tellings(connection, ViewerId(), sealed::Which::Standing));
    for (const Telling& telling : standing) {
      const EventKind kind = telling.event.kind;
      const bool is_watching = kind == EventKind::Rate || kind == EventKind::Watch || kind == EventKind::Like;
      if (is_watching) ++(telling.event.at <= moment ? counts.until : counts.since)[telling.event.film];
    }
    return counts;
  }
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT film, sum(at<=?1), sum(at>?1) FROM events WHERE stands=1 AND kind IN "
                                                                "('rate','watch','like') GROUP BY film"));
  statement->bind(1, static_cast<std::int64_t>(until));
  CINELOOM_TRY_ASSIGN(const auto films, rows(*statement, [](const Statement& row) { return std::array{row.integer(0), row.integer(1), row.integer(2)}; }));
  for (const auto& [film, before, after] : films) {
    if (before > 0) counts.until[FilmId(film)] = static_cast<int>(before);
    if (after > 0) counts.since[FilmId(film)] = static_cast<int>(after);
  }
  return counts;
}

Expected<int> seal_events(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(kTold));
  statement->bind(1, viewer.number());
  int sealed = 0;
  for (;; ++sealed) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(const Telling telling, telling_at(*statement));
    CINELOOM_TRY(sealed::insert_event(connection, telling, ImportId(statement->integer(14))));
  }
  statement->reset();
  CINELOOM_TRY(connection.run("DELETE FROM event_sources WHERE event IN (SELECT id FROM events WHERE viewer=?)", viewer.number()));
  CINELOOM_TRY(connection.run("DELETE FROM events WHERE viewer=?", viewer.number()));
  return sealed;
}

Expected<void> settle_events(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(std::vector<Telling> told, tellings(connection, viewer));
  std::vector<bool> before;
  for (const Telling& telling : told) before.push_back(telling.is_standing);
  settle_tellings(told);
  const std::string_view update = connection.vault() != nullptr ? "UPDATE sealed_events SET stands=? WHERE id=?" : "UPDATE events SET stands=? WHERE id=?";
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (told[i].is_standing == before[i]) continue;
    CINELOOM_TRY(connection.run(update, std::int64_t{told[i].is_standing ? 1 : 0}, told[i].event.id.number()));
  }
  return {};
}

}  // namespace cineloom::sqlite
