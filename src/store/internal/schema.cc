#include "store/internal/schema.h"

#include <fmt/format.h>

#include <array>

namespace cineloom::sqlite {
namespace {

// "CNLM": tells our files from other SQLite files.
constexpr std::int64_t kApplicationId = 0x434E4C4D;

// Steps are only ever added; the version of a store is the number of steps it has taken.
constexpr std::array<std::string_view, 10> kSteps = {R"sql(
CREATE TABLE imports(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, path TEXT NOT NULL, at INTEGER NOT NULL, receipt TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE films(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, titles TEXT NOT NULL, genres TEXT NOT NULL, json TEXT NOT NULL,
  import INTEGER REFERENCES imports(id)) STRICT;
CREATE TABLE film_files(film INTEGER PRIMARY KEY REFERENCES films(id) ON DELETE CASCADE, json TEXT NOT NULL) STRICT;
CREATE TABLE viewers(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, simulated INTEGER NOT NULL,
  import INTEGER REFERENCES imports(id)) STRICT;
CREATE TABLE events(
  id INTEGER PRIMARY KEY AUTOINCREMENT, viewer INTEGER NOT NULL REFERENCES viewers(id),
  film INTEGER NOT NULL REFERENCES films(id), kind TEXT NOT NULL, value REAL, at INTEGER NOT NULL,
  valence REAL, arousal REAL, key TEXT, origin TEXT NOT NULL, import INTEGER REFERENCES imports(id)) STRICT;
CREATE UNIQUE INDEX events_by_key ON events(viewer, key) WHERE key IS NOT NULL;
CREATE INDEX events_by_viewer ON events(viewer, at, id);
CREATE INDEX events_by_film ON events(film);
CREATE INDEX events_by_import ON events(import) WHERE import IS NOT NULL;
CREATE TABLE reviews(
  id INTEGER PRIMARY KEY, film INTEGER NOT NULL REFERENCES films(id), author TEXT NOT NULL, language TEXT NOT NULL,
  text TEXT NOT NULL, stars REAL, at INTEGER NOT NULL, import INTEGER REFERENCES imports(id)) STRICT;
CREATE INDEX reviews_by_film ON reviews(film);
CREATE TABLE knowledge(
  film INTEGER NOT NULL REFERENCES films(id) ON DELETE CASCADE, part TEXT NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY(film, part)) STRICT, WITHOUT ROWID;
CREATE TABLE stories(id INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT NOT NULL) STRICT;
CREATE TABLE models(name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
)sql",
                                                     R"sql(
ALTER TABLE models RENAME TO models_before;
CREATE TABLE models(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, settings TEXT NOT NULL,
  metrics TEXT NOT NULL, size INTEGER NOT NULL, hash INTEGER, damaged INTEGER NOT NULL DEFAULT 0, UNIQUE(name, number)) STRICT;
CREATE TABLE model_pieces(
  model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE, piece INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY(model, piece)) STRICT;
CREATE TABLE active_models(name TEXT PRIMARY KEY, model INTEGER NOT NULL REFERENCES models(id)) STRICT;
INSERT INTO models(name, number, at, settings, metrics, size) SELECT name, 1, 0, '{}', '{}', length(bytes) FROM models_before;
INSERT INTO model_pieces(model, piece, bytes) SELECT id, 0, bytes FROM models JOIN models_before USING(name);
INSERT INTO active_models(name, model) SELECT name, id FROM models;
DROP TABLE models_before;
)sql",
                                                     R"sql(
CREATE TABLE slates(
  id INTEGER PRIMARY KEY AUTOINCREMENT, viewer INTEGER NOT NULL REFERENCES viewers(id) ON DELETE CASCADE, at INTEGER NOT NULL,
  key TEXT, ranker TEXT NOT NULL, model INTEGER NOT NULL, context TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX slates_by_key ON slates(viewer, key) WHERE key IS NOT NULL;
CREATE INDEX slates_by_viewer ON slates(viewer, at, id);
CREATE INDEX slates_by_time ON slates(at, id);
CREATE TABLE slate_items(
  slate INTEGER NOT NULL REFERENCES slates(id) ON DELETE CASCADE, position INTEGER NOT NULL,
  film INTEGER NOT NULL REFERENCES films(id) ON DELETE CASCADE, score REAL NOT NULL, propensity REAL NOT NULL,
  PRIMARY KEY(slate, position)) STRICT, WITHOUT ROWID;
CREATE INDEX slate_items_by_film ON slate_items(film);
CREATE TABLE forecasts(
  viewer INTEGER NOT NULL REFERENCES viewers(id) ON DELETE CASCADE, film INTEGER NOT NULL REFERENCES films(id) ON DELETE CASCADE,
  stars REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL, model INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(viewer, film)) STRICT;
CREATE INDEX forecasts_by_film ON forecasts(film);
CREATE TRIGGER forecasts_stand BEFORE UPDATE ON forecasts BEGIN SELECT RAISE(ABORT, 'a locked forecast never changes'); END;
CREATE TABLE experiments(name TEXT PRIMARY KEY, started INTEGER NOT NULL, stopped INTEGER, json TEXT NOT NULL) STRICT;
CREATE TABLE exposures(
  experiment TEXT NOT NULL REFERENCES experiments(name), viewer INTEGER NOT NULL REFERENCES viewers(id) ON DELETE CASCADE,
  variant TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(experiment, viewer)) STRICT, WITHOUT ROWID;
CREATE INDEX exposures_by_viewer ON exposures(viewer);
CREATE TABLE preferences(
  viewer INTEGER NOT NULL REFERENCES viewers(id) ON DELETE CASCADE, name TEXT NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY(viewer, name)) STRICT, WITHOUT ROWID;
)sql",
                                                     R"sql(
CREATE VIRTUAL TABLE film_words USING fts5(titles, people, about, tokenize='cineloom');
INSERT INTO film_words(rowid, titles, people, about) SELECT id, titles,
  coalesce(json_extract(json,'$.directors'),'')||' '||coalesce(json_extract(json,'$.cast'),''),
  coalesce(json_extract(json,'$.themes'),'')||' '||coalesce(json_extract(json,'$.synopsis'),'')||' '||
  coalesce(json_extract(json,'$.synopsis_chinese'),'') FROM films;
)sql",
                                                     // The tokenizer came to fold traditional characters: words are cut anew.
                                                     R"sql(
INSERT INTO film_words(film_words) VALUES('rebuild');
)sql",
                                                     // Several sources may tell of one act; one telling stands for all.
                                                     R"sql(
ALTER TABLE events ADD COLUMN step REAL NOT NULL DEFAULT 0.5;
ALTER TABLE events ADD COLUMN precision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN stands INTEGER NOT NULL DEFAULT 1;
CREATE TABLE event_sources(event INTEGER PRIMARY KEY REFERENCES events(id) ON DELETE CASCADE, raw TEXT NOT NULL) STRICT;
CREATE TABLE packed_ratings(
  viewer INTEGER NOT NULL REFERENCES viewers(id) ON DELETE CASCADE, origin TEXT NOT NULL, import INTEGER NOT NULL REFERENCES imports(id),
  first INTEGER NOT NULL, count INTEGER NOT NULL, step REAL NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(viewer, origin, import)) STRICT;
CREATE INDEX packed_by_import ON packed_ratings(import);
CREATE TABLE packed_films(
  import INTEGER NOT NULL REFERENCES imports(id), film INTEGER NOT NULL REFERENCES films(id), PRIMARY KEY(import, film)) STRICT, WITHOUT ROWID;
CREATE INDEX packed_by_film ON packed_films(film);
)sql",
                                                     // What was told of viewers under differential privacy: it cannot be taken back, so rows only come.
                                                     R"sql(
CREATE TABLE releases(
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, what TEXT NOT NULL, mu REAL NOT NULL, epsilon REAL NOT NULL,
  delta REAL NOT NULL) STRICT;
CREATE TRIGGER releases_stand BEFORE UPDATE ON releases BEGIN SELECT RAISE(ABORT, 'what was told cannot be taken back'); END;
CREATE TRIGGER releases_stay BEFORE DELETE ON releases BEGIN SELECT RAISE(ABORT, 'what was told cannot be taken back'); END;
)sql",
                                                     // What is personal may be sealed (docs/formats/sealed-cells.md). `tag` finds a row whose name is sealed.
                                                     R"sql(
CREATE TABLE sealing(
  id INTEGER PRIMARY KEY CHECK(id=1), state INTEGER NOT NULL, is_passphrase INTEGER NOT NULL, salt BLOB NOT NULL, passes INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL, master_version INTEGER NOT NULL, household_version INTEGER NOT NULL, household BLOB NOT NULL) STRICT;
CREATE TABLE viewer_keys(
  viewer INTEGER PRIMARY KEY REFERENCES viewers(id) ON DELETE CASCADE, version INTEGER NOT NULL, wrapped BLOB NOT NULL) STRICT;
CREATE TABLE sealed_events(
  id INTEGER PRIMARY KEY AUTOINCREMENT, viewer INTEGER NOT NULL REFERENCES viewers(id), act INTEGER NOT NULL, key INTEGER,
  import INTEGER REFERENCES imports(id), stands INTEGER NOT NULL DEFAULT 1, bytes BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX sealed_events_by_key ON sealed_events(viewer, key) WHERE key IS NOT NULL;
CREATE INDEX sealed_events_by_act ON sealed_events(viewer, act);
CREATE INDEX sealed_events_by_import ON sealed_events(import) WHERE import IS NOT NULL;
CREATE TABLE sealed_forecasts(
  viewer INTEGER NOT NULL REFERENCES viewers(id) ON DELETE CASCADE, act INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(viewer, act)) STRICT;
ALTER TABLE viewers ADD COLUMN tag INTEGER;
ALTER TABLE viewers ADD COLUMN sealed BLOB;
CREATE UNIQUE INDEX viewers_by_tag ON viewers(tag) WHERE tag IS NOT NULL;
ALTER TABLE slates ADD COLUMN sealed BLOB;
ALTER TABLE preferences ADD COLUMN tag INTEGER;
ALTER TABLE preferences ADD COLUMN sealed BLOB;
ALTER TABLE packed_ratings ADD COLUMN tag INTEGER;
ALTER TABLE reviews ADD COLUMN viewer INTEGER;
ALTER TABLE reviews ADD COLUMN sealed BLOB;
CREATE INDEX reviews_by_viewer ON reviews(viewer) WHERE viewer IS NOT NULL;
ALTER TABLE imports ADD COLUMN sealed BLOB;
ALTER TABLE stories ADD COLUMN sealed BLOB;
)sql",
                                                     // Who is told of what happens, and what is still to be told.
                                                     R"sql(
CREATE TABLE webhooks(
  id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, topics TEXT NOT NULL, may_be_private INTEGER NOT NULL, created INTEGER NOT NULL,
  secret TEXT NOT NULL, old_secret TEXT NOT NULL DEFAULT '', old_until INTEGER, disabled INTEGER NOT NULL DEFAULT 0, cause TEXT NOT NULL DEFAULT '',
  failing_since INTEGER, dropped INTEGER NOT NULL DEFAULT 0, sealed BLOB) STRICT;
CREATE TABLE webhook_deliveries(
  id INTEGER PRIMARY KEY AUTOINCREMENT, webhook INTEGER NOT NULL REFERENCES webhooks(id) ON DELETE CASCADE, message TEXT NOT NULL,
  topic TEXT NOT NULL, viewer INTEGER NOT NULL, created INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
  due INTEGER, ended INTEGER, status INTEGER NOT NULL DEFAULT 0, cause TEXT NOT NULL DEFAULT '', body TEXT NOT NULL, sealed BLOB) STRICT;
CREATE INDEX deliveries_due ON webhook_deliveries(due) WHERE state=0;
CREATE INDEX deliveries_by_webhook ON webhook_deliveries(webhook, state, id);
CREATE INDEX deliveries_by_viewer ON webhook_deliveries(viewer) WHERE viewer<>0;
)sql",
                                                     // With which chance a bandit gave a list to its ranker.
                                                     "ALTER TABLE slates ADD COLUMN chance REAL NOT NULL DEFAULT 1;\n"};

Expected<std::int64_t> pragma(Connection& connection, std::string_view text) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(text));
  CINELOOM_TRY(statement->step());
  const std::int64_t value = statement->integer(0);
  statement->reset();
  return value;
}

Expected<void> take_step(Connection& connection, std::size_t step) {
  CINELOOM_TRY(connection.execute("BEGIN IMMEDIATE"));
  auto done = connection.execute(fmt::format("{}PRAGMA user_version={};PRAGMA application_id={};COMMIT", kSteps[step], step + 1, kApplicationId));
  if (!done) std::ignore = connection.execute("ROLLBACK");  // the first error is the one to tell
  return done;
}

/// How many steps the store has taken. Errors: DataLoss if it is not ours, or newer than this program.
Expected<std::size_t> steps_taken(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const std::int64_t version, pragma(connection, "PRAGMA user_version"));
  CINELOOM_TRY_ASSIGN(const std::int64_t application, pragma(connection, "PRAGMA application_id"));
  CINELOOM_TRY_ASSIGN(const std::int64_t tables, pragma(connection, "SELECT count(*) FROM sqlite_schema"));
  if (application != kApplicationId && tables > 0) {
    return std::unexpected(Error(ErrorCode::DataLoss, "cineloom.db is a database of another program").advise("choose another folder with --data"));
  }
  if (version < 0 || std::cmp_greater(version, kSteps.size())) {
    return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("the store has version {}, this program knows {}", version, kSteps.size()))
                               .advise("use the newer program that wrote it"));
  }
  return static_cast<std::size_t>(version);
}

}  // namespace

Expected<SchemaAge> schema_age(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const std::size_t steps, steps_taken(connection));
  return steps == kSteps.size() ? SchemaAge::Current : SchemaAge::Older;
}

Expected<void> migrate(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const std::size_t taken, steps_taken(connection));
  for (std::size_t step = taken; step < kSteps.size(); ++step) { CINELOOM_TRY(take_step(connection, step)); }
  return {};
}

Expected<void> write_little(Connection& connection) { return connection.execute(fmt::format("PRAGMA user_version={}", kSteps.size())); }

}  // namespace cineloom::sqlite
