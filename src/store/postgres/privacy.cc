// The ledger, and what a viewer may ask for: all that is kept of them, and that nothing is.
#include <fmt/format.h>

#include <array>

#include "store/internal/sound.h"
#include "store/internal/viewer_data.h"
#include "store/postgres/tables.h"

namespace cineloom::postgres {
namespace {

Expected<int> remove(Connection& connection, std::string_view text, const Parameters& parameters) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(text, parameters));
  return rows.changed();
}

Expected<void> erase_history(Connection& connection, ViewerId viewer, ErasedRows& rows) {
  struct Kind {
    std::string_view text;
    int ErasedRows::* count;
  };
  constexpr std::array kKinds{Kind{"DELETE FROM slates WHERE viewer=$1", &ErasedRows::slates},
                              Kind{"DELETE FROM forecasts WHERE viewer=$1", &ErasedRows::forecasts},
                              Kind{"DELETE FROM exposures WHERE viewer=$1", &ErasedRows::exposures},
                              Kind{"DELETE FROM preferences WHERE viewer=$1", &ErasedRows::preferences},
                              Kind{"DELETE FROM packed_ratings WHERE viewer=$1", nullptr},
                              Kind{"DELETE FROM events WHERE viewer=$1", nullptr},
                              Kind{"DELETE FROM reviews WHERE author=(SELECT name FROM viewers WHERE id=$1)", &ErasedRows::reviews},
                              Kind{"DELETE FROM webhook_deliveries WHERE viewer=$1", nullptr},
                              Kind{"DELETE FROM viewers WHERE id=$1", nullptr}};
  for (const Kind& kind : kKinds) {
    CINELOOM_TRY_ASSIGN(const int removed, remove(connection, kind.text, Parameters(viewer.number())));
    if (kind.count != nullptr) rows.*kind.count = removed;
  }
  return {};
}

// Where a file lay says whose it was.
Expected<int> blank_empty_imports(Connection& connection) {
  CINELOOM_TRY(connection.run("DELETE FROM packed_films WHERE NOT EXISTS(SELECT 1 FROM packed_ratings p WHERE p.import=packed_films.import)"));
  return remove(connection,
                "UPDATE imports SET path='', receipt=jsonb_set(receipt::jsonb, '{path}', '\"\"')::json WHERE path<>'' "
                "AND NOT EXISTS(SELECT 1 FROM events WHERE import=imports.id) AND NOT EXISTS(SELECT 1 FROM reviews WHERE import=imports.id) "
                "AND NOT EXISTS(SELECT 1 FROM viewers WHERE import=imports.id) AND NOT EXISTS(SELECT 1 FROM films WHERE import=imports.id) "
                "AND NOT EXISTS(SELECT 1 FROM packed_ratings WHERE import=imports.id)",
                Parameters());
}

Expected<int> erase_models(Connection& connection, std::string_view name) {
  CINELOOM_TRY(
      connection.run("DELETE FROM active_models WHERE model IN "
                     "(SELECT id FROM models WHERE name=$1 AND settings->>'private' IS DISTINCT FROM 'true')",
                     Parameters(name)));
  return remove(connection, "DELETE FROM models WHERE name=$1 AND settings->>'private' IS DISTINCT FROM 'true'", Parameters(name));
}

// Tables that hold, or held, rows of viewers or what was learned of them.
constexpr std::array kPersonal{"events",  "event_sources", "packed_ratings", "slates", "slate_items",  "forecasts",     "exposures",         "preferences",
                               "reviews", "viewers",       "imports",        "models", "model_pieces", "active_models", "webhook_deliveries"};

constexpr std::array kOthers{"films", "film_files", "packed_films", "knowledge", "stories", "experiments", "releases", "webhooks"};

Expected<void> read_all(Connection& connection, std::span<const char* const> tables) {
  // As text every value is read, also those that lie beside their rows; the server checks pages as it reads them.
  for (const char* table : tables) CINELOOM_TRY(connection.run(fmt::format("SELECT coalesce(sum(octet_length(t::text)),0)::bigint FROM {} t", table)));
  return {};
}

}  // namespace

Expected<ErasedRows> erase_viewer(Connection& connection, ViewerId viewer, std::span<const std::string> models) {
  CINELOOM_TRY_ASSIGN(const Rows known, connection.run("SELECT id FROM viewers WHERE id=$1 FOR UPDATE", Parameters(viewer.number())));
  if (known.is_empty()) return fail(ErrorCode::NotFound, fmt::format("there is no viewer {}", viewer.number()));
  ErasedRows rows;
  CINELOOM_TRY_ASSIGN(const Rows kept, connection.run("SELECT (SELECT count(*) FROM events WHERE viewer=$1) + "
                                                      "(SELECT coalesce(sum(count),0)::bigint FROM packed_ratings WHERE viewer=$1)",
                                                      Parameters(viewer.number())));
  rows.events = static_cast<int>(kept.integer(0, 0));
  CINELOOM_TRY(erase_history(connection, viewer, rows));
  CINELOOM_TRY_ASSIGN(rows.imports, blank_empty_imports(connection));
  for (const std::string& name : models) {
    CINELOOM_TRY_ASSIGN(const int removed, erase_models(connection, name));
    rows.models += removed;
  }
  return rows;
}

Expected<DetailReceipt> remove_detail(Connection& connection, Timestamp before, DetailRemoval removal) {
  const Parameters age(static_cast<std::int64_t>(before.time_since_epoch().count()));
  constexpr std::string_view kCounts =
      "SELECT (SELECT count(*) FROM events WHERE at<$1 AND (valence IS NOT NULL OR EXISTS(SELECT 1 FROM event_sources WHERE event=events.id))), "
      "(SELECT count(*) FROM slates WHERE at<$1 AND context<>'')";
  CINELOOM_TRY_ASSIGN(const Rows counts, connection.run(kCounts, age));
  const DetailReceipt receipt{.events = counts.integer(0, 0), .slates = counts.integer(0, 1)};
  if (removal == DetailRemoval::Count) return receipt;
  CINELOOM_TRY(connection.run("DELETE FROM event_sources WHERE event IN (SELECT id FROM events WHERE at<$1)", age));
  CINELOOM_TRY(connection.run("UPDATE events SET valence=NULL, arousal=NULL WHERE at<$1 AND valence IS NOT NULL", age));
  CINELOOM_TRY(connection.run("UPDATE slates SET context='' WHERE at<$1 AND context<>''", age));
  return receipt;
}

// A removed row's bytes stay in its page until another needs the room; so the tables are written anew. The write-ahead log is recycled
// by the server in its own time.
Expected<void> scrub(Connection& connection) {
  CINELOOM_TRY(connection.execute("SET lock_timeout='10s'"));
  for (const char* table : kPersonal) {
    if (auto done = connection.execute(fmt::format("VACUUM (FULL) {}", table)); !done) {
      return std::unexpected(Error(ErrorCode::Unavailable, fmt::format("the rows are gone, but the table '{}', which still holds their bytes, is in use: {}",
                                                                       table, done.error().message()))
                                 .advise("erase again at a quieter time"));
    }
  }
  return connection.execute("RESET lock_timeout");
}

Expected<std::string> viewer_data(Connection& connection, ViewerId viewer) {
  constexpr std::string_view kText = R"sql(
SELECT json_build_object(
  'viewer', json_build_object('id', v.id, 'name', v.name),
  'films', (SELECT coalesce(json_object_agg(id, key), '{}') FROM films),
  'shown', (SELECT coalesce(json_agg(json_build_object('at_ms', s.at, 'film', f.key, 'position', position, 'score', score, 'propensity', propensity,
     'ranker', ranker, 'model', model, 'context', context) ORDER BY s.at, s.id, position), '[]')
     FROM slates s JOIN slate_items i ON i.slate=s.id JOIN films f ON f.id=i.film WHERE viewer=$1),
  'forecasts', (SELECT coalesce(json_agg(json_build_object('film', f.key, 'stars', stars, 'low', low, 'high', high, 'model', model, 'at_ms', at)
     ORDER BY at, f.id), '[]') FROM forecasts x JOIN films f ON f.id=x.film WHERE viewer=$1),
  'experiments', (SELECT coalesce(json_agg(json_build_object('experiment', experiment, 'variant', variant, 'at_ms', at) ORDER BY at), '[]')
     FROM exposures WHERE viewer=$1),
  'preferences', (SELECT coalesce(json_agg(json_build_object('name', name, 'value', json) ORDER BY name), '[]') FROM preferences WHERE viewer=$1),
  'reviews', (SELECT coalesce(json_agg(json_build_object('film', f.key, 'text', text, 'stars', stars, 'at_ms', at, 'language', language) ORDER BY r.id), '[]')
     FROM reviews r JOIN films f ON f.id=r.film WHERE author=v.name),
  'told', (SELECT coalesce(json_agg(json_build_object('url', substring(url from '^[a-z]+://[^/?]*'), 'topic', topic, 'at_ms', d.created, 'ended_at_ms', ended, 'status', status) ORDER BY d.id),
     '[]') FROM webhook_deliveries d JOIN webhooks w ON w.id=d.webhook WHERE viewer=$1))
FROM viewers v WHERE id=$1)sql";
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(kText, Parameters(viewer.number())));
  if (rows.is_empty()) return fail(ErrorCode::NotFound, fmt::format("there is no viewer {}", viewer.number()));
  CINELOOM_TRY_ASSIGN(const auto all, tellings(connection, viewer));
  return store::with_events(rows.text(0, 0), all);
}

Expected<void> add_release(Connection& connection, const Release& release) {
  CINELOOM_TRY(store::require_sound(release));
  CINELOOM_TRY(connection.run("INSERT INTO releases(at, what, mu, epsilon, delta) VALUES($1, $2, $3, $4, $5)",
                              Parameters(milliseconds_of(release.at), release.what, release.mu, release.epsilon, release.delta)));
  return {};
}

Expected<std::vector<Release>> releases(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, at, what, mu, epsilon, delta FROM releases ORDER BY at, id"));
  std::vector<Release> found;
  for (int row = 0; row < rows.size(); ++row) {
    found.push_back({.id = rows.integer(row, 0),
                     .at = timestamp_of(rows.integer(row, 1)),
                     .what = std::string(rows.text(row, 2)),
                     .mu = rows.real(row, 3),
                     .epsilon = rows.real(row, 4),
                     .delta = rows.real(row, 5)});
  }
  return found;
}

Expected<void> check(Connection& connection) {
  CINELOOM_TRY(read_all(connection, kPersonal));
  CINELOOM_TRY(read_all(connection, kOthers));
  CINELOOM_TRY(packed_tellings(connection, ViewerId()));
  CINELOOM_TRY(films(connection, {.limit = -1}));
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT name, number FROM models m WHERE NOT damaged AND size<>"
                                                      "(SELECT coalesce(sum(octet_length(bytes)),0)::bigint FROM model_pieces WHERE model=m.id) LIMIT 1"));
  if (rows.is_empty()) return {};
  return std::unexpected(
      Error(ErrorCode::DataLoss, fmt::format("the store is damaged: version {} of the model '{}' is not whole", rows.integer(0, 1), rows.text(0, 0)))
          .advise("restore a backup"));
}

}  // namespace cineloom::postgres
