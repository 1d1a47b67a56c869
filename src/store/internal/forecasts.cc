#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "store/internal/packed_ratings.h"
#include "store/internal/sealed.h"
#include "store/internal/sound.h"
#include "store/internal/tables.h"

namespace cineloom::sqlite {
namespace {

Forecast forecast_at(const Statement& row) {
  return {.viewer = ViewerId(row.integer(0)),
          .film = FilmId(row.integer(1)),
          .stars = row.real(2),
          .low = row.real(3),
          .high = row.real(4),
          .model_version = static_cast<int>(row.integer(5)),
          .at = Timestamp(std::chrono::milliseconds(row.integer(6)))};
}

Expected<std::optional<Forecast>> find_forecast(Connection& connection, ViewerId viewer, FilmId film) {
  if (connection.vault() != nullptr) return sealed::find_forecast(connection, viewer, film);
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT viewer, film, stars, low, high, model, at FROM forecasts WHERE viewer=? AND film=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, film.number());
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return std::optional<Forecast>();
  std::optional<Forecast> found = forecast_at(*statement);
  statement->reset();
  return found;
}

Expected<sealed::Rated> is_rated(Connection& connection, const Forecast& forecast) {
  if (connection.vault() != nullptr) return sealed::is_rated(connection, forecast.viewer, forecast.film);
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT 1 FROM events WHERE viewer=? AND film=? AND kind=? LIMIT 1"));
  const std::string rate = json::enum_name(EventKind::Rate);
  statement->bind(1, forecast.viewer.number());
  statement->bind(2, forecast.film.number());
  statement->bind(3, std::string_view(rate));
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  statement->reset();
  return step == Statement::Step::Row ? sealed::Rated::Yes : sealed::Rated::No;
}

Expected<void> require_unrated(Connection& connection, const Forecast& forecast) {
  CINELOOM_TRY_ASSIGN(const sealed::Rated rated, is_rated(connection, forecast));
  const auto is_this = [&](const Telling& telling) { return telling.event.film == forecast.film; };
  if (rated == sealed::Rated::No) {
    CINELOOM_TRY_ASSIGN(const auto packed, packed_tellings(connection, forecast.viewer));
    if (std::ranges::none_of(packed, is_this)) return {};
  }
  return std::unexpected(store::rated_before(forecast));
}

}  // namespace

Expected<LockReceipt> lock_forecast(Connection& connection, const Forecast& forecast) {
  CINELOOM_TRY(store::require_sound(forecast));
  CINELOOM_TRY(require_viewer(connection, forecast.viewer));
  CINELOOM_TRY(require_film(connection, forecast.film));
  CINELOOM_TRY(require_unrated(connection, forecast));
  CINELOOM_TRY_ASSIGN(const auto known, find_forecast(connection, forecast.viewer, forecast.film));
  if (known) return LockReceipt{.kept = *known, .is_new = false};
  if (connection.vault() != nullptr) {
    CINELOOM_TRY(sealed::add_forecast(connection, forecast));
    return LockReceipt{.kept = forecast, .is_new = true};
  }
  CINELOOM_TRY(connection.run("INSERT INTO forecasts(viewer, film, stars, low, high, model, at) VALUES(?,?,?,?,?,?,?)", forecast.viewer.number(),
                              forecast.film.number(), forecast.stars, forecast.low, forecast.high, static_cast<std::int64_t>(forecast.model_version),
                              static_cast<std::int64_t>(forecast.at.time_since_epoch().count())));
  return LockReceipt{.kept = forecast, .is_new = true};
}

Expected<int> lock_new_forecasts(Connection& connection, std::span<const Forecast> forecasts) {
  int added = 0;
  for (const Forecast& forecast : forecasts) {
    auto receipt = lock_forecast(connection, forecast);
    if (receipt) added += receipt->is_new ? 1 : 0;
    // A film that was rated meanwhile is one of those that are passed over.
    if (!receipt && receipt.error().code() != ErrorCode::Conflict) return std::unexpected(std::move(receipt).error());
  }
  return added;
}

Expected<std::vector<Forecast>> forecasts(Connection& connection, ViewerId viewer) {
  if (connection.vault() != nullptr) return sealed::forecasts(connection, viewer);
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT viewer, film, stars, low, high, model, at FROM forecasts WHERE ?1=0 OR viewer=?1 ORDER BY at, viewer, film"));
  statement->bind(1, viewer.number());
  std::vector<Forecast> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    found.push_back(forecast_at(*statement));
  }
  statement->reset();
  return found;
}

}  // namespace cineloom::sqlite
