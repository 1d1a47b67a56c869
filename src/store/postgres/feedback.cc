// What was shown and forecast.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/json.h"
#include "store/internal/announcements.h"
#include "store/internal/sound.h"
#include "store/postgres/tables.h"
#include "store/postgres/webhooks.h"

namespace cineloom::postgres {
namespace {

Expected<void> add_items(Connection& connection, SlateId slate, const std::vector<SlateItem>& items) {
  std::vector<std::int64_t> positions, films;
  std::vector<double> scores, propensities;
  for (const SlateItem& item : items) {
    positions.push_back(item.position);
    films.push_back(item.film.number());
    scores.push_back(item.score);
    propensities.push_back(item.propensity);
  }
  CINELOOM_TRY(connection.run("INSERT INTO slate_items(slate, position, film, score, propensity) SELECT $1, * FROM unnest($2, $3, $4, $5)",
                              Parameters(slate.number(), positions, films, scores, propensities)));
  return {};
}

Expected<void> drop_old(Connection& connection, ViewerId viewer, const SlateRetention& retention) {
  const auto oldest = std::chrono::duration_cast<std::chrono::milliseconds>(retention.age).count();
  CINELOOM_TRY(
      connection.run("DELETE FROM slates WHERE viewer=$1 AND (at < (SELECT max(at) FROM slates WHERE viewer=$1) - $2 OR "
                     "id IN (SELECT id FROM slates WHERE viewer=$1 ORDER BY at DESC, id DESC OFFSET $3))",
                     Parameters(viewer.number(), std::int64_t{oldest}, retention.per_viewer)));
  return {};
}

Parameters chosen_by(const SlateQuery& query) {
  return Parameters(query.viewer.number(), query.since ? milliseconds_of(*query.since) : std::numeric_limits<std::int64_t>::min(), query.limit);
}

// The chosen slates, newest first; the items are read with the same condition.
constexpr std::string_view kChosen = "SELECT id FROM slates WHERE ($1=0 OR viewer=$1) AND at>=$2 ORDER BY at DESC, id DESC LIMIT $3";

Expected<void> read_items(Connection& connection, const SlateQuery& query, std::vector<Slate>& slates) {
  std::unordered_map<SlateId, std::size_t> places;
  for (std::size_t i = 0; i < slates.size(); ++i) places[slates[i].id] = i;
  const std::string text =
      fmt::format("SELECT slate, position, film, score, propensity FROM slate_items WHERE slate IN ({}) ORDER BY slate, position", kChosen);
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(text, chosen_by(query)));
  for (int row = 0; row < rows.size(); ++row) {
    slates[places.at(SlateId(rows.integer(row, 0)))].items.push_back({.film = FilmId(rows.integer(row, 2)),
                                                                      .position = static_cast<int>(rows.integer(row, 1)),
                                                                      .score = rows.real(row, 3),
                                                                      .propensity = rows.real(row, 4)});
  }
  return {};
}

Forecast forecast_at(const Rows& rows, int row) {
  return {.viewer = ViewerId(rows.integer(row, 0)),
          .film = FilmId(rows.integer(row, 1)),
          .stars = rows.real(row, 2),
          .low = rows.real(row, 3),
          .high = rows.real(row, 4),
          .model_version = static_cast<int>(rows.integer(row, 5)),
          .at = timestamp_of(rows.integer(row, 6))};
}

constexpr std::string_view kForecast = "SELECT viewer, film, stars, low, high, model, at FROM forecasts WHERE viewer=$1 AND film=$2";

enum class Rated { Yes, No };
Expected<Rated> rated(Connection& connection, ViewerId viewer, FilmId film) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT 1::bigint FROM events WHERE viewer=$1 AND film=$2 AND kind=$3 LIMIT 1",
                                                      Parameters(viewer.number(), film.number(), json::enum_name(EventKind::Rate))));
  if (!rows.is_empty()) return Rated::Yes;
  CINELOOM_TRY_ASSIGN(const auto packed, packed_tellings(connection, viewer));
  return std::ranges::any_of(packed, [&](const Telling& telling) { return telling.event.film == film; }) ? Rated::Yes : Rated::No;
}

}  // namespace

Expected<SlateId> put_slate(Connection& connection, const Slate& slate, const SlateRetention& retention) {
  CINELOOM_TRY(store::require_sound(slate));
  CINELOOM_TRY(store::require_sound(retention));
  CINELOOM_TRY_ASSIGN(const Rows added,
                      connection.run("INSERT INTO slates(viewer, at, key, ranker, chance, model, context) VALUES($1, $2, nullif($3,''), $4, $5, $6, $7) "
                                     "ON CONFLICT(viewer, key) WHERE key IS NOT NULL DO NOTHING RETURNING id",
                                     Parameters(slate.viewer.number(), milliseconds_of(slate.at), slate.key, slate.ranker, slate.ranker_chance,
                                                slate.model_version, slate.context)));
  if (added.is_empty()) {
    CINELOOM_TRY_ASSIGN(const Rows known, connection.run("SELECT id FROM slates WHERE viewer=$1 AND key=$2", Parameters(slate.viewer.number(), slate.key)));
    if (known.is_empty()) return fail(ErrorCode::Unavailable, "a slate was dropped while it was told again");
    return SlateId(known.integer(0, 0));
  }
  Slate kept = slate;
  kept.id = SlateId(added.integer(0, 0));
  CINELOOM_TRY(add_items(connection, kept.id, slate.items));
  CINELOOM_TRY(drop_old(connection, slate.viewer, retention));
  CINELOOM_TRY_ASSIGN(const Audience audience, audience_of(connection, topic::kRecommendationShown));
  if (audience == Audience::Somebody) CINELOOM_TRY(announce(connection, store::announcement_of(kept)));
  return kept.id;
}

Expected<std::vector<Slate>> slates(Connection& connection, const SlateQuery& query) {
  CINELOOM_TRY(store::require_sound(query));
  const std::string text =
      fmt::format("SELECT id, viewer, at, coalesce(key,''), ranker, model, context, chance FROM slates WHERE id IN ({}) ORDER BY at, id", kChosen);
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(text, chosen_by(query)));
  std::vector<Slate> found;
  for (int row = 0; row < rows.size(); ++row) {
    found.push_back({.id = SlateId(rows.integer(row, 0)),
                     .viewer = ViewerId(rows.integer(row, 1)),
                     .at = timestamp_of(rows.integer(row, 2)),
                     .key = std::string(rows.text(row, 3)),
                     .ranker = std::string(rows.text(row, 4)),
                     .ranker_chance = rows.real(row, 7),
                     .model_version = static_cast<int>(rows.integer(row, 5)),
                     .context = std::string(rows.text(row, 6)),
                     .items = {}});
  }
  CINELOOM_TRY(read_items(connection, query, found));
  return found;
}

Expected<LockReceipt> lock_forecast(Connection& connection, const Forecast& forecast) {
  CINELOOM_TRY(store::require_sound(forecast));
  CINELOOM_TRY(require_viewer(connection, forecast.viewer));
  CINELOOM_TRY(require_film(connection, forecast.film));
  CINELOOM_TRY_ASSIGN(const Rated is_rated, rated(connection, forecast.viewer, forecast.film));
  if (is_rated == Rated::Yes) return std::unexpected(store::rated_before(forecast));
  CINELOOM_TRY_ASSIGN(const Rows added, connection.run("INSERT INTO forecasts(viewer, film, stars, low, high, model, at) VALUES($1, $2, $3, $4, $5, $6, $7) "
                                                       "ON CONFLICT(viewer, film) DO NOTHING",
                                                       Parameters(forecast.viewer.number(), forecast.film.number(), forecast.stars, forecast.low, forecast.high,
                                                                  forecast.model_version, milliseconds_of(forecast.at))));
  if (added.changed() > 0) return LockReceipt{.kept = forecast, .is_new = true};
  CINELOOM_TRY_ASSIGN(const Rows known, connection.run(kForecast, Parameters(forecast.viewer.number(), forecast.film.number())));
  if (known.is_empty()) return fail(ErrorCode::Unavailable, "a forecast was removed while it was locked again");
  return LockReceipt{.kept = forecast_at(known, 0), .is_new = false};
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
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT viewer, film, stars, low, high, model, at FROM forecasts WHERE $1=0 OR viewer=$1 "
                                                      "ORDER BY at, viewer, film",
                                                      Parameters(viewer.number())));
  std::vector<Forecast> found;
  for (int row = 0; row < rows.size(); ++row) found.push_back(forecast_at(rows, row));
  return found;
}

}  // namespace cineloom::postgres
