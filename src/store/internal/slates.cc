#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "store/internal/announcements.h"
#include "store/internal/sealed.h"
#include "store/internal/sound.h"
#include "store/internal/tables.h"
#include "store/internal/webhooks.h"

namespace cineloom::sqlite {
namespace {

std::int64_t milliseconds_of(Timestamp at) { return at.time_since_epoch().count(); }
Timestamp timestamp_of(std::int64_t milliseconds) { return Timestamp(std::chrono::milliseconds(milliseconds)); }

Expected<std::optional<SlateId>> find_slate(Connection& connection, ViewerId viewer, std::string_view key) {
  if (connection.vault() != nullptr) return sealed::find_slate(connection, viewer, key);
  if (key.empty()) return std::optional<SlateId>();
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id FROM slates WHERE viewer=? AND key=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, key);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return std::optional<SlateId>();
  const SlateId id(statement->integer(0));
  statement->reset();
  return std::optional(id);
}

Expected<void> add_items(Connection& connection, SlateId slate, const std::vector<SlateItem>& items) {
  for (const SlateItem& item : items) {
    CINELOOM_TRY(require_film(connection, item.film));
    CINELOOM_TRY(connection.run("INSERT INTO slate_items(slate, position, film, score, propensity) VALUES(?,?,?,?,?)", slate.number(),
                                static_cast<std::int64_t>(item.position), item.film.number(), item.score, item.propensity));
  }
  return {};
}

Expected<void> drop_old(Connection& connection, ViewerId viewer, const SlateRetention& retention) {
  const auto oldest = std::chrono::duration_cast<std::chrono::milliseconds>(retention.age).count();
  CINELOOM_TRY(connection.run("DELETE FROM slates WHERE viewer=?1 AND at < (SELECT max(at) FROM slates WHERE viewer=?1) - ?2", viewer.number(),
                              static_cast<std::int64_t>(oldest)));
  return connection.run("DELETE FROM slates WHERE id IN (SELECT id FROM slates WHERE viewer=? ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)", viewer.number(),
                        static_cast<std::int64_t>(retention.per_viewer));
}

// The chosen slates, newest first; the items are read with the same condition.
constexpr std::string_view kChosen = "SELECT id FROM slates WHERE (?1=0 OR viewer=?1) AND at>=?2 ORDER BY at DESC, id DESC LIMIT ?3";

Expected<void> bind_query(Statement& statement, const SlateQuery& query) {
  CINELOOM_TRY(store::require_sound(query));
  statement.bind(1, query.viewer.number());
  statement.bind(2, query.since ? milliseconds_of(*query.since) : std::numeric_limits<std::int64_t>::min());
  statement.bind(3, static_cast<std::int64_t>(query.limit));
  return {};
}

Expected<void> read_items(Connection& connection, const SlateQuery& query, std::vector<Slate>& slates) {
  std::unordered_map<SlateId, std::size_t> places;
  for (std::size_t i = 0; i < slates.size(); ++i) places[slates[i].id] = i;
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare(fmt::format(
                          "SELECT slate, position, film, score, propensity FROM slate_items WHERE slate IN ({}) ORDER BY slate, position", kChosen)));
  CINELOOM_TRY(bind_query(*statement, query));
  const auto item_at = [](const Statement& row) {
    return std::pair(SlateId(row.integer(0)),
                     SlateItem{.film = FilmId(row.integer(2)), .position = static_cast<int>(row.integer(1)), .score = row.real(3), .propensity = row.real(4)});
  };
  CINELOOM_TRY_ASSIGN(const auto items, rows(*statement, item_at));
  for (const auto& [slate, item] : items) slates[places.at(slate)].items.push_back(item);
  return {};
}

Expected<SlateId> add_slate(Connection& connection, const Slate& slate) {
  if (connection.vault() != nullptr) return sealed::put_slate(connection, slate);
  CINELOOM_TRY(connection.run("INSERT INTO slates(viewer, at, key, ranker, chance, model, context) VALUES(?,?,nullif(?,''),?,?,?,?)", slate.viewer.number(),
                              milliseconds_of(slate.at), std::string_view(slate.key), std::string_view(slate.ranker), slate.ranker_chance,
                              static_cast<std::int64_t>(slate.model_version), std::string_view(slate.context)));
  const SlateId id(connection.last_id());
  CINELOOM_TRY(add_items(connection, id, slate.items));
  return id;
}

/// Without its items.
Slate slate_at(const Statement& row) {
  return {.id = SlateId(row.integer(0)),
          .viewer = ViewerId(row.integer(1)),
          .at = timestamp_of(row.integer(2)),
          .key = std::string(row.text(3)),
          .ranker = std::string(row.text(4)),
          .ranker_chance = row.real(7),
          .model_version = static_cast<int>(row.integer(5)),
          .context = std::string(row.text(6)),
          .items = {}};
}

}  // namespace

Expected<SlateId> put_slate(Connection& connection, const Slate& slate, const SlateRetention& retention) {
  CINELOOM_TRY(store::require_sound(slate));
  CINELOOM_TRY(store::require_sound(retention));
  CINELOOM_TRY(require_viewer(connection, slate.viewer));
  CINELOOM_TRY_ASSIGN(const auto known, find_slate(connection, slate.viewer, slate.key));
  if (known) return *known;
  Slate kept = slate;
  CINELOOM_TRY_ASSIGN(kept.id, add_slate(connection, slate));
  CINELOOM_TRY(drop_old(connection, slate.viewer, retention));
  CINELOOM_TRY_ASSIGN(const Audience audience, audience_of(connection, topic::kRecommendationShown));
  if (audience == Audience::Somebody) CINELOOM_TRY(announce(connection, store::announcement_of(kept)));
  return kept.id;
}

Expected<std::vector<Slate>> slates(Connection& connection, const SlateQuery& query) {
  CINELOOM_TRY_ASSIGN(
      Statement * statement,
      connection.prepare(fmt::format("SELECT id, viewer, at, coalesce(key,''), ranker, model, context, chance{} FROM slates WHERE id IN ({}) ORDER BY at, id",
                                     connection.vault() != nullptr ? ", sealed" : "", kChosen)));
  CINELOOM_TRY(bind_query(*statement, query));
  if (connection.vault() != nullptr) return sealed::slates(connection, *statement);
  CINELOOM_TRY_ASSIGN(auto found, rows(*statement, slate_at));
  CINELOOM_TRY(read_items(connection, query, found));
  return found;
}

}  // namespace cineloom::sqlite
