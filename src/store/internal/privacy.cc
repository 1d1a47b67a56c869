// The ledger, and what a viewer may ask for: all that is kept of them, and that nothing is.
#include <fmt/format.h>

#include <array>

#include "store/internal/sealed.h"
#include "store/internal/sound.h"
#include "store/internal/tables.h"
#include "store/internal/viewer_data.h"

namespace cineloom::sqlite {
namespace {

Expected<int> remove(Connection& connection, std::string_view text, auto value) {
  CINELOOM_TRY(connection.run(text, value));
  return connection.changes();
}

// Copies that were made before a table came lack it.
enum class Presence { There, Missing };
Expected<Presence> table(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT 1 FROM sqlite_schema WHERE type='table' AND name=?"));
  statement->bind(1, name);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  statement->reset();
  return step == Statement::Step::Row ? Presence::There : Presence::Missing;
}

/// Those that stand alone and those that are packed.
Expected<int> events_kept(Connection& connection, std::int64_t viewer) {
  CINELOOM_TRY_ASSIGN(const Presence packed, table(connection, "packed_ratings"));
  std::string question = "SELECT (SELECT count(*) FROM events WHERE viewer=?1)";
  if (packed == Presence::There) question += " + (SELECT coalesce(sum(count),0) FROM packed_ratings WHERE viewer=?1)";
  if (connection.vault() != nullptr) question += " + (SELECT count(*) FROM sealed_events WHERE viewer=?1)";
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(question));
  statement->bind(1, viewer);
  CINELOOM_TRY(statement->step());
  const auto count = static_cast<int>(statement->integer(0));
  statement->reset();
  return count;
}

Expected<void> erase_history(Connection& connection, std::int64_t viewer, ErasedRows& rows) {
  struct Kind {
    std::string_view table;
    std::string_view text;
    int ErasedRows::* count;
  };
  // The key goes first: what it sealed is lost with it, wherever else it lies.
  constexpr std::array kKinds{
      Kind{"viewer_keys", "DELETE FROM viewer_keys WHERE viewer=?", nullptr},
      Kind{"sealed_events", "DELETE FROM sealed_events WHERE viewer=?", nullptr},
      Kind{"slate_items", "DELETE FROM slate_items WHERE slate IN (SELECT id FROM slates WHERE viewer=?)", nullptr},
      Kind{"slates", "DELETE FROM slates WHERE viewer=?", &ErasedRows::slates},
      Kind{"sealed_forecasts", "DELETE FROM sealed_forecasts WHERE viewer=?", &ErasedRows::forecasts},
      Kind{"forecasts", "DELETE FROM forecasts WHERE viewer=?", &ErasedRows::forecasts},
      Kind{"exposures", "DELETE FROM exposures WHERE viewer=?", &ErasedRows::exposures},
      Kind{"preferences", "DELETE FROM preferences WHERE viewer=?", &ErasedRows::preferences},
      Kind{"event_sources", "DELETE FROM event_sources WHERE event IN (SELECT id FROM events WHERE viewer=?)", nullptr},
      Kind{"packed_ratings", "DELETE FROM packed_ratings WHERE viewer=?", nullptr},
      Kind{"events", "DELETE FROM events WHERE viewer=?", nullptr},
      Kind{"webhook_deliveries", "DELETE FROM webhook_deliveries WHERE viewer=?", nullptr},
  };
  for (const Kind& kind : kKinds) {
    CINELOOM_TRY_ASSIGN(const Presence presence, table(connection, kind.table));
    if (presence == Presence::Missing) continue;
    CINELOOM_TRY_ASSIGN(const int removed, remove(connection, kind.text, viewer));
    if (kind.count != nullptr) rows.*kind.count += removed;
  }
  return {};
}

// Where a file lay says whose it was.
Expected<int> blank_empty_imports(Connection& connection) {
  std::string empty =
      "NOT EXISTS(SELECT 1 FROM events WHERE import=imports.id) AND NOT EXISTS(SELECT 1 FROM reviews WHERE import=imports.id) "
      "AND NOT EXISTS(SELECT 1 FROM viewers WHERE import=imports.id) AND NOT EXISTS(SELECT 1 FROM films WHERE import=imports.id)";
  CINELOOM_TRY_ASSIGN(const Presence packed, table(connection, "packed_ratings"));
  if (packed == Presence::There) {
    CINELOOM_TRY(connection.execute("DELETE FROM packed_films WHERE import NOT IN (SELECT import FROM packed_ratings)"));
    empty += " AND NOT EXISTS(SELECT 1 FROM packed_ratings WHERE import=imports.id)";
  }
  CINELOOM_TRY(connection.execute("UPDATE imports SET path='', receipt=json_set(receipt,'$.path','') WHERE path<>'' AND " + empty));
  const int blanked = connection.changes();
  if (connection.vault() == nullptr) return blanked;
  CINELOOM_TRY_ASSIGN(const int opened, sealed::blank_paths(connection, empty + " AND NOT EXISTS(SELECT 1 FROM sealed_events WHERE import=imports.id)"));
  return blanked + opened;
}

Expected<int> erase_models(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const Presence versions, table(connection, "active_models"));
  if (versions == Presence::Missing) return remove(connection, "DELETE FROM models WHERE name=?", name);
  CINELOOM_TRY(
      connection.run("DELETE FROM active_models WHERE model IN (SELECT id FROM models WHERE name=? AND json_extract(settings,'$.private') IS NOT 1)", name));
  CINELOOM_TRY(
      connection.run("DELETE FROM model_pieces WHERE model IN (SELECT id FROM models WHERE name=? AND json_extract(settings,'$.private') IS NOT 1)", name));
  return remove(connection, "DELETE FROM models WHERE name=? AND json_extract(settings,'$.private') IS NOT 1", name);
}

}  // namespace

Expected<ErasedRows> erase_viewer(Connection& connection, const Viewer& viewer, std::span<const std::string> models) {
  ErasedRows rows;
  CINELOOM_TRY_ASSIGN(rows.events, events_kept(connection, viewer.id.number()));
  CINELOOM_TRY(erase_history(connection, viewer.id.number(), rows));
  CINELOOM_TRY_ASSIGN(rows.reviews, remove(connection, "DELETE FROM reviews WHERE author=?", std::string_view(viewer.name)));
  if (connection.vault() != nullptr) {
    CINELOOM_TRY_ASSIGN(const int own, remove(connection, "DELETE FROM reviews WHERE viewer=?", viewer.id.number()));
    rows.reviews += own;
    connection.vault()->forget(viewer.id);
  }
  CINELOOM_TRY(connection.run("DELETE FROM viewers WHERE id=?", viewer.id.number()));
  CINELOOM_TRY_ASSIGN(rows.imports, blank_empty_imports(connection));
  for (const std::string& name : models) {
    CINELOOM_TRY_ASSIGN(const int removed, erase_models(connection, name));
    rows.models += removed;
  }
  return rows;
}

// secure_delete overwrites rows where they lay, but not where they had lain before a page was split or joined; and the journal holds pages
// as they were. So the file is written anew, and the journal emptied into it.
Expected<void> scrub(Connection& connection) {
  CINELOOM_TRY(rewrite(connection));
  return empty_journal(connection);
}

Expected<void> rewrite(Connection& connection) { return connection.execute("VACUUM"); }

Expected<void> empty_journal(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
  CINELOOM_TRY(statement->step());
  const bool is_busy = statement->integer(0) != 0;
  statement->reset();
  if (!is_busy) return {};
  return std::unexpected(
      Error(ErrorCode::Unavailable, "the work is done, but another program reads the store's journal, which still holds what was there before")
          .advise("close other programs that read the library, and ask for the same again"));
}

namespace {

Expected<std::string> open_viewer_text(Connection& connection, ViewerId viewer) {
  constexpr std::string_view kText = R"sql(
SELECT json_object(
  'viewer', (SELECT json_object('id', id, 'name', name) FROM viewers WHERE id=?1),
  'films', (SELECT json_group_object(id, key) FROM films),
  'shown', (SELECT json_group_array(json_object('at_ms', s.at, 'film', f.key, 'position', position, 'score', score, 'propensity', propensity,
     'ranker', ranker, 'model', model, 'context', context)) FROM slates s JOIN slate_items i ON i.slate=s.id JOIN films f ON f.id=i.film WHERE viewer=?1),
  'forecasts', (SELECT json_group_array(json_object('film', f.key, 'stars', stars, 'low', low, 'high', high, 'model', model, 'at_ms', at))
     FROM forecasts x JOIN films f ON f.id=x.film WHERE viewer=?1),
  'experiments', (SELECT json_group_array(json_object('experiment', experiment, 'variant', variant, 'at_ms', at)) FROM exposures WHERE viewer=?1),
  'preferences', (SELECT json_group_array(json_object('name', name, 'value', json(json))) FROM preferences WHERE viewer=?1),
  'reviews', (SELECT json_group_array(json_object('film', f.key, 'text', text, 'stars', stars, 'at_ms', at, 'language', language))
     FROM reviews r JOIN films f ON f.id=r.film WHERE author=(SELECT name FROM viewers WHERE id=?1)),
  'told', (SELECT json_group_array(json_object('url',
     substr(url, 1, 7 + instr(replace(substr(url, 9), '?', '/') || '/', '/')), 'topic', topic, 'at_ms', d.created, 'ended_at_ms', ended, 'status', status))
     FROM webhook_deliveries d JOIN webhooks w ON w.id=d.webhook WHERE viewer=?1))
FROM viewers WHERE id=?1)sql";
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(kText));
  statement->bind(1, viewer.number());
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return fail(ErrorCode::NotFound, fmt::format("there is no viewer {}", viewer.number()));
  std::string text(statement->text(0));
  statement->reset();
  return text;
}

}  // namespace

Expected<std::string> viewer_data(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(const std::string text, connection.vault() != nullptr ? sealed::viewer_text(connection, viewer) : open_viewer_text(connection, viewer));
  CINELOOM_TRY_ASSIGN(const auto all, tellings(connection, viewer));
  return store::with_events(text, all);
}

Expected<void> add_release(Connection& connection, const Release& release) {
  CINELOOM_TRY(store::require_sound(release));
  return connection.run("INSERT INTO releases(at, what, mu, epsilon, delta) VALUES(?,?,?,?,?)",
                        static_cast<std::int64_t>(release.at.time_since_epoch().count()), std::string_view(release.what), release.mu, release.epsilon,
                        release.delta);
}

Expected<std::vector<Release>> releases(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id, at, what, mu, epsilon, delta FROM releases ORDER BY at, id"));
  std::vector<Release> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    found.push_back({.id = statement->integer(0),
                     .at = Timestamp(std::chrono::milliseconds(statement->integer(1))),
                     .what = std::string(statement->text(2)),
                     .mu = statement->real(3),
                     .epsilon = statement->real(4),
                     .delta = statement->real(5)});
  }
  statement->reset();
  return found;
}

}  // namespace cineloom::sqlite
