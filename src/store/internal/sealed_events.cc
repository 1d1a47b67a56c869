// Viewers and events of a sealed store. Of an event only its number, whose it is, the import that brought it and whether it stands lie open.
#include <fmt/format.h>

#include <tuple>

#include "base/bytes.h"
#include "base/json.h"
#include "store/internal/sealed.h"

namespace cineloom::sqlite::sealed {
namespace {

constexpr std::string_view kAct = "act";
constexpr std::string_view kKey = "key";

Vault::Cell cell_of(ViewerId viewer, EventId event) { return {.table = "sealed_events", .column = "bytes", .row = event.number(), .viewer = viewer}; }

std::string packed(const Telling& telling) {
  const Event& event = telling.event;
  ByteWriter bytes;
  bytes.put(event.film.number());
  bytes.put(std::string_view(json::enum_name(event.kind)));
  bytes.put(static_cast<std::uint8_t>((event.value ? 1 : 0) | (event.mood ? 2 : 0)));
  if (event.value) bytes.put(*event.value);
  if (event.mood) bytes.put(event.mood->valence);
  if (event.mood) bytes.put(event.mood->arousal);
  bytes.put(static_cast<std::int64_t>(event.at.time_since_epoch().count()));
  bytes.put(telling.step);
  bytes.put(static_cast<std::uint8_t>(telling.precision));
  bytes.put(std::string_view(event.key));
  bytes.put(std::string_view(event.origin));
  bytes.put(std::string_view(telling.raw));
  return std::move(bytes).take();
}

Expected<Telling> unpacked(std::string_view plain) {
  Telling telling;
  Event& event = telling.event;
  ByteReader bytes(plain);
  std::int64_t film = 0;
  std::int64_t at = 0;
  std::string kind;
  std::uint8_t parts = 0;
  std::uint8_t precision = 0;
  bytes.take(film);
  bytes.take(kind);
  bytes.take(parts);
  if ((parts & 1U) != 0) bytes.take(event.value.emplace());
  if ((parts & 2U) != 0) {
    bytes.take(event.mood.emplace().valence);
    bytes.take(event.mood->arousal);
  }
  bytes.take(at);
  bytes.take(telling.step);
  bytes.take(precision);
  bytes.take(event.key);
  bytes.take(event.origin);
  bytes.take(telling.raw);
  const auto known = json::enum_from_name<EventKind>(kind);
  if (!bytes.is_whole() || !known || precision > std::to_underlying(Precision::Marking)) {
    return fail(ErrorCode::DataLoss, "a sealed event says what this program does not know");
  }
  event.film = FilmId(film);
  event.kind = *known;
  event.at = Timestamp(std::chrono::milliseconds(at));
  telling.precision = static_cast<Precision>(precision);
  return telling;
}

Expected<Telling> telling_at(Connection& connection, const Statement& row) {
  const EventId id(row.integer(0));
  const ViewerId viewer(row.integer(1));
  CINELOOM_TRY_ASSIGN(const std::string plain, connection.vault()->open(connection, cell_of(viewer, id), row.text(3)));
  CINELOOM_TRY_ASSIGN(Telling telling, unpacked(plain));
  telling.event.id = id;
  telling.event.viewer = viewer;
  telling.is_standing = row.integer(2) != 0;
  return telling;
}

/// By which events of one viewer on one film and of one kind are found together.
std::string act_of(FilmId film, EventKind kind) { return fmt::format("{} {}", film.number(), json::enum_name(kind)); }

Expected<EventId> find_event(Connection& connection, ViewerId viewer, std::int64_t key) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id FROM sealed_events WHERE viewer=? AND key=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, key);
  CINELOOM_TRY(statement->step());
  const EventId id(statement->integer(0));
  statement->reset();
  return id;
}

}  // namespace

Expected<std::int64_t> name_tag(Connection& connection, std::string_view name) { return connection.vault()->tag(connection, ViewerId(), "name", name); }

Expected<std::string> name_of(Connection& connection, ViewerId viewer, std::string_view cell) {
  return connection.vault()->open(connection, {.table = "viewers", .column = "sealed", .row = viewer.number(), .viewer = viewer}, cell);
}

Expected<void> seal_name(Connection& connection, const Viewer& viewer) {
  CINELOOM_TRY_ASSIGN(const std::int64_t tag, name_tag(connection, viewer.name));
  CINELOOM_TRY_ASSIGN(
      const std::string cell,
      connection.vault()->seal(connection, {.table = "viewers", .column = "sealed", .row = viewer.id.number(), .viewer = viewer.id}, viewer.name));
  const std::string name = text_of_tag(tag);
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("UPDATE viewers SET name=?, tag=?, sealed=? WHERE id=?"));
  statement->bind(1, std::string_view(name));
  statement->bind(2, tag);
  statement->bind_blob(3, cell);
  statement->bind(4, viewer.id.number());
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<ViewerId> put_viewer(Connection& connection, const Viewer& viewer, std::optional<ImportId> import) {
  CINELOOM_TRY_ASSIGN(const std::int64_t tag, name_tag(connection, viewer.name));
  const std::string name = text_of_tag(tag);
  CINELOOM_TRY(connection.run("INSERT INTO viewers(name, simulated, import) VALUES(?,?,nullif(?,0))", std::string_view(name),
                              std::int64_t{viewer.is_simulated ? 1 : 0}, import.value_or(ImportId()).number()));
  const ViewerId id(connection.last_id());
  CINELOOM_TRY(connection.vault()->make_key(connection, id));
  CINELOOM_TRY(seal_name(connection, {.id = id, .name = viewer.name}));
  return id;
}

Expected<void> insert_event(Connection& connection, const Telling& telling, ImportId import) {
  const Event& event = telling.event;
  Vault& vault = *connection.vault();
  CINELOOM_TRY_ASSIGN(const std::int64_t act, vault.tag(connection, event.viewer, kAct, act_of(event.film, event.kind)));
  CINELOOM_TRY_ASSIGN(const std::int64_t key, vault.tag(connection, event.viewer, kKey, event.key));
  CINELOOM_TRY_ASSIGN(const std::string cell, vault.seal(connection, cell_of(event.viewer, event.id), packed(telling)));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("INSERT OR IGNORE INTO sealed_events(id, viewer, act, key, import, stands, bytes) "
                                                                "VALUES(?,?,?,?,nullif(?,0),?,?)"));
  statement->bind(1, event.id.number());
  statement->bind(2, event.viewer.number());
  statement->bind(3, act);
  if (!event.key.empty()) statement->bind(4, key);
  statement->bind(5, import.number());
  statement->bind(6, std::int64_t{telling.is_standing ? 1 : 0});
  statement->bind_blob(7, cell);
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<void> reseal_event(Connection& connection, const Telling& telling) {
  const Event& event = telling.event;
  CINELOOM_TRY_ASSIGN(const std::string cell, connection.vault()->seal(connection, cell_of(event.viewer, event.id), packed(telling)));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("UPDATE sealed_events SET bytes=? WHERE id=?"));
  statement->bind_blob(1, cell);
  statement->bind(2, event.id.number());
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<AddedEvent> add_event(Connection& connection, const Telling& telling, std::optional<ImportId> import) {
  CINELOOM_TRY(require_viewer(connection, telling.event.viewer));
  CINELOOM_TRY(require_film(connection, telling.event.film));
  Telling numbered = telling;
  CINELOOM_TRY_ASSIGN(const std::int64_t number, connection.vault()->next_event(connection));
  numbered.event.id = EventId(number);
  CINELOOM_TRY(insert_event(connection, numbered, import.value_or(ImportId())));
  if (connection.changes() > 0) return AddedEvent{.id = numbered.event.id, .added = Added::New};
  CINELOOM_TRY_ASSIGN(const std::int64_t key, connection.vault()->tag(connection, telling.event.viewer, kKey, telling.event.key));
  CINELOOM_TRY_ASSIGN(const EventId known, find_event(connection, telling.event.viewer, key));
  return AddedEvent{.id = known, .added = Added::Known};
}

Expected<void> require_same(Connection& connection, EventId id, const Event& event) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id, viewer, stands, bytes FROM sealed_events WHERE id=?"));
  statement->bind(1, id.number());
  CINELOOM_TRY(statement->step());
  auto known = telling_at(connection, *statement);
  statement->reset();
  if (!known) return std::unexpected(std::move(known).error());
  const Event& before = known->event;
  if (std::tuple(before.film, before.kind, before.value) == std::tuple(event.film, event.kind, event.value)) return {};
  return std::unexpected(Error(ErrorCode::Conflict, fmt::format("the key '{}' was told before of something else", event.key))
                             .advise("give each event a key of its own; the same key and event may be sent again"));
}

Expected<void> remove_event(Connection& connection, ViewerId viewer, EventId event) {
  CINELOOM_TRY(connection.run("DELETE FROM sealed_events WHERE viewer=?1 AND stands=0 AND act IN (SELECT act FROM sealed_events WHERE id=?2 AND viewer=?1)",
                              viewer.number(), event.number()));
  return connection.run("DELETE FROM sealed_events WHERE viewer=? AND id=?", viewer.number(), event.number());
}

Expected<std::vector<Telling>> tellings(Connection& connection, ViewerId viewer, Which which) {
  constexpr std::string_view kOne = "SELECT id, viewer, stands, bytes FROM sealed_events WHERE viewer=?2 AND stands>=?1";
  constexpr std::string_view kAll = "SELECT id, viewer, stands, bytes FROM sealed_events WHERE stands>=?1";
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(viewer.is_none() ? kAll : kOne));
  statement->bind(1, std::int64_t{which == Which::Standing ? 1 : 0});
  if (!viewer.is_none()) statement->bind(2, viewer.number());
  std::vector<Telling> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(Telling telling, telling_at(connection, *statement));
    found.push_back(std::move(telling));
  }
  statement->reset();
  return found;
}

Expected<Rated> is_rated(Connection& connection, ViewerId viewer, FilmId film) {
  CINELOOM_TRY_ASSIGN(const std::int64_t act, connection.vault()->tag(connection, viewer, kAct, act_of(film, EventKind::Rate)));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT 1 FROM sealed_events WHERE viewer=? AND act=? LIMIT 1"));
  statement->bind(1, viewer.number());
  statement->bind(2, act);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  statement->reset();
  return step == Statement::Step::Row ? Rated::Yes : Rated::No;
}

}  // namespace cineloom::sqlite::sealed
