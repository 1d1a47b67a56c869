// What was shown, forecast and set, in a sealed store. Of a list only whose it is and when it was shown lie open.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/bytes.h"
#include "store/internal/sealed.h"

namespace cineloom::sqlite::sealed {
namespace {

std::int64_t milliseconds_of(Timestamp at) { return at.time_since_epoch().count(); }
Timestamp timestamp_of(std::int64_t milliseconds) { return Timestamp(std::chrono::milliseconds(milliseconds)); }

Vault::Cell cell_of(ViewerId viewer, SlateId slate) { return {.table = "slates", .column = "sealed", .row = slate.number(), .viewer = viewer}; }
Vault::Cell forecast_cell(ViewerId viewer, std::int64_t act) { return {.table = "sealed_forecasts", .column = "bytes", .row = act, .viewer = viewer}; }
Vault::Cell preference_cell(ViewerId viewer, std::int64_t tag) { return {.table = "preferences", .column = "sealed", .row = tag, .viewer = viewer}; }

std::string packed(const Slate& slate) {
  ByteWriter bytes;
  bytes.put(std::string_view(slate.key));
  bytes.put(std::string_view(slate.ranker));
  bytes.put(std::string_view(slate.context));
  bytes.put(static_cast<std::uint64_t>(slate.items.size()));
  for (const SlateItem& item : slate.items) {
    bytes.put(item.film.number());
    bytes.put(static_cast<std::int64_t>(item.position));
    bytes.put(item.score);
    bytes.put(item.propensity);
  }
  return std::move(bytes).take();
}

Expected<void> unpack(std::string_view plain, Slate& slate) {
  ByteReader bytes(plain);
  std::uint64_t items = 0;
  bytes.take(slate.key);
  bytes.take(slate.ranker);
  bytes.take(slate.context);
  bytes.take(items);
  for (std::uint64_t i = 0; i < items && !bytes.is_short(); ++i) {
    SlateItem item;
    std::int64_t film = 0;
    std::int64_t position = 0;
    bytes.take(film);
    bytes.take(position);
    bytes.take(item.score);
    bytes.take(item.propensity);
    item.film = FilmId(film);
    item.position = static_cast<int>(position);
    slate.items.push_back(item);
  }
  return bytes.is_whole() ? Expected<void>() : fail(ErrorCode::DataLoss, "a sealed list says what this program does not know");
}

std::string packed(const Forecast& forecast) {
  ByteWriter bytes;
  bytes.put(forecast.film.number());
  bytes.put(forecast.stars);
  bytes.put(forecast.low);
  bytes.put(forecast.high);
  bytes.put(static_cast<std::int64_t>(forecast.model_version));
  bytes.put(milliseconds_of(forecast.at));
  return std::move(bytes).take();
}

Expected<Forecast> forecast_of(Connection& connection, ViewerId viewer, std::int64_t act, std::string_view cell) {
  CINELOOM_TRY_ASSIGN(const std::string plain, connection.vault()->open(connection, forecast_cell(viewer, act), cell));
  Forecast forecast{.viewer = viewer};
  ByteReader bytes(plain);
  std::int64_t film = 0;
  std::int64_t model = 0;
  std::int64_t at = 0;
  bytes.take(film);
  bytes.take(forecast.stars);
  bytes.take(forecast.low);
  bytes.take(forecast.high);
  bytes.take(model);
  bytes.take(at);
  if (!bytes.is_whole()) return fail(ErrorCode::DataLoss, "a sealed forecast says what this program does not know");
  forecast.film = FilmId(film);
  forecast.model_version = static_cast<int>(model);
  forecast.at = timestamp_of(at);
  return forecast;
}

Expected<std::int64_t> forecast_act(Connection& connection, ViewerId viewer, FilmId film) {
  return connection.vault()->tag(connection, viewer, "forecast", std::to_string(film.number()));
}

std::string packed(const Preference& preference) {
  ByteWriter bytes;
  bytes.put(std::string_view(preference.name));
  bytes.put(std::string_view(preference.json));
  return std::move(bytes).take();
}

Expected<Preference> preference_of(Connection& connection, ViewerId viewer, std::int64_t tag, std::string_view cell) {
  CINELOOM_TRY_ASSIGN(const std::string plain, connection.vault()->open(connection, preference_cell(viewer, tag), cell));
  Preference found;
  ByteReader bytes(plain);
  bytes.take(found.name);
  bytes.take(found.json);
  if (bytes.is_whole()) return found;
  return fail(ErrorCode::DataLoss, "a sealed setting says what this program does not know");
}

Expected<std::int64_t> preference_tag(Connection& connection, ViewerId viewer, std::string_view name) {
  return connection.vault()->tag(connection, viewer, "preference", name);
}

}  // namespace

Expected<std::optional<SlateId>> find_slate(Connection& connection, ViewerId viewer, std::string_view key) {
  if (key.empty()) return std::optional<SlateId>();
  CINELOOM_TRY_ASSIGN(const std::int64_t tag, connection.vault()->tag(connection, viewer, "slate", key));
  const std::string text = text_of_tag(tag);
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id FROM slates WHERE viewer=? AND key=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, std::string_view(text));
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  std::optional<SlateId> found;
  if (step == Statement::Step::Row) found = SlateId(statement->integer(0));
  statement->reset();
  return found;
}

Expected<void> seal_slate(Connection& connection, const Slate& slate) {
  CINELOOM_TRY_ASSIGN(const std::int64_t tag, connection.vault()->tag(connection, slate.viewer, "slate", slate.key));
  CINELOOM_TRY_ASSIGN(const std::string cell, connection.vault()->seal(connection, cell_of(slate.viewer, slate.id), packed(slate)));
  const std::string key = slate.key.empty() ? "" : text_of_tag(tag);
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("UPDATE slates SET key=nullif(?,''), ranker='', context='', sealed=? WHERE id=?"));
  statement->bind(1, std::string_view(key));
  statement->bind_blob(2, cell);
  statement->bind(3, slate.id.number());
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<SlateId> put_slate(Connection& connection, const Slate& slate) {
  for (const SlateItem& item : slate.items) CINELOOM_TRY(require_film(connection, item.film));
  CINELOOM_TRY(connection.run("INSERT INTO slates(viewer, at, ranker, chance, model, context) VALUES(?,?,'',?,?,'')", slate.viewer.number(),
                              milliseconds_of(slate.at), slate.ranker_chance, static_cast<std::int64_t>(slate.model_version)));
  Slate kept = slate;
  kept.id = SlateId(connection.last_id());
  CINELOOM_TRY(seal_slate(connection, kept));
  return kept.id;
}

Expected<std::vector<Slate>> slates(Connection& connection, Statement& chosen) {
  return rows(chosen, [&](const Statement& row) -> Expected<Slate> {
    Slate slate{.id = SlateId(row.integer(0)),
                .viewer = ViewerId(row.integer(1)),
                .at = timestamp_of(row.integer(2)),
                .ranker_chance = row.real(7),
                .model_version = static_cast<int>(row.integer(5))};
    CINELOOM_TRY_ASSIGN(const std::string plain, connection.vault()->open(connection, cell_of(slate.viewer, slate.id), row.text(8)));
    CINELOOM_TRY(unpack(plain, slate));
    return slate;
  });
}

Expected<std::optional<Forecast>> find_forecast(Connection& connection, ViewerId viewer, FilmId film) {
  CINELOOM_TRY_ASSIGN(const std::int64_t act, forecast_act(connection, viewer, film));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT bytes FROM sealed_forecasts WHERE viewer=? AND act=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, act);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return std::optional<Forecast>();
  auto found = forecast_of(connection, viewer, act, statement->text(0));
  statement->reset();
  if (!found) return std::unexpected(std::move(found).error());
  return std::optional(*found);
}

Expected<void> add_forecast(Connection& connection, const Forecast& forecast) {
  CINELOOM_TRY_ASSIGN(const std::int64_t act, forecast_act(connection, forecast.viewer, forecast.film));
  CINELOOM_TRY_ASSIGN(const std::string cell, connection.vault()->seal(connection, forecast_cell(forecast.viewer, act), packed(forecast)));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("INSERT INTO sealed_forecasts(viewer, act, bytes) VALUES(?,?,?)"));
  statement->bind(1, forecast.viewer.number());
  statement->bind(2, act);
  statement->bind_blob(3, cell);
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<std::vector<Forecast>> forecasts(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT viewer, act, bytes FROM sealed_forecasts WHERE ?1=0 OR viewer=?1"));
  statement->bind(1, viewer.number());
  std::vector<Forecast> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(const Forecast forecast, forecast_of(connection, ViewerId(statement->integer(0)), statement->integer(1), statement->text(2)));
    found.push_back(forecast);
  }
  statement->reset();
  std::ranges::sort(found, {}, [](const Forecast& forecast) { return std::tuple(forecast.at, forecast.viewer, forecast.film); });
  return found;
}

Expected<void> put_preference(Connection& connection, ViewerId viewer, std::string_view name, std::string_view json) {
  CINELOOM_TRY_ASSIGN(const std::int64_t tag, preference_tag(connection, viewer, name));
  CINELOOM_TRY_ASSIGN(const std::string cell, connection.vault()->seal(connection, preference_cell(viewer, tag),
                                                                       packed(Preference{.name = std::string(name), .json = std::string(json)})));
  const std::string text = text_of_tag(tag);
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("INSERT INTO preferences(viewer, name, json, tag, sealed) VALUES(?,?,'',?,?) "
                                                                "ON CONFLICT(viewer, name) DO UPDATE SET sealed=excluded.sealed"));
  statement->bind(1, viewer.number());
  statement->bind(2, std::string_view(text));
  statement->bind(3, tag);
  statement->bind_blob(4, cell);
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<std::optional<std::string>> preference(Connection& connection, ViewerId viewer, std::string_view name) {
  auto tag = preference_tag(connection, viewer, name);
  if (!tag && tag.error().code() == ErrorCode::NotFound) return std::optional<std::string>();  // of a viewer that is not there
  if (!tag) return std::unexpected(std::move(tag).error());
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT sealed FROM preferences WHERE viewer=? AND tag=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, *tag);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return std::optional<std::string>();
  auto found = preference_of(connection, viewer, *tag, statement->text(0));
  statement->reset();
  if (!found) return std::unexpected(std::move(found).error());
  return std::optional(std::move(found->json));
}

Expected<std::vector<Preference>> preferences(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT tag, sealed FROM preferences WHERE viewer=? AND sealed IS NOT NULL"));
  statement->bind(1, viewer.number());
  std::vector<Preference> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(Preference preference, preference_of(connection, viewer, statement->integer(0), statement->text(1)));
    found.push_back(std::move(preference));
  }
  statement->reset();
  std::ranges::sort(found, {}, &Preference::name);
  return found;
}

}  // namespace cineloom::sqlite::sealed
