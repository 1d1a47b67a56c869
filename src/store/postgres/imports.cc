#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/json.h"
#include "domain/complete_film.h"
#include "store/postgres/tables.h"

namespace cineloom::postgres {
namespace {

constexpr std::size_t kRowsPerStatement = 1000;
// "CNLI": imports touch many rows, and are made one after the other.
constexpr std::int64_t kImportLock = 0x434E4C49;

/// Numbers of the names an import uses.
template <class Identity>
using Numbers = std::unordered_map<std::string, Identity>;

/// One import on its way.
struct Import {
  Connection& connection;
  const ImportBatch& batch;
  ImportReceipt& receipt;
  Progress& progress;
  const CancelToken& cancel;
  Numbers<FilmId> films;
  Numbers<ViewerId> viewers;
};

/// Looks up those of the names that are not known yet, a thousand at a time; what is nowhere stays unknown.
template <class Identity>
Expected<void> look_up(Connection& connection, std::string_view text, const std::vector<std::string>& names, Numbers<Identity>& numbers) {
  std::vector<std::string> unknown;
  std::unordered_set<std::string_view> asked;
  for (std::size_t i = 0; i <= names.size(); ++i) {
    if (i < names.size() && !numbers.contains(names[i]) && asked.insert(names[i]).second) unknown.push_back(names[i]);
    if (unknown.empty() || (unknown.size() < kRowsPerStatement && i < names.size())) continue;
    CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(text, Parameters(unknown)));
    for (int row = 0; row < rows.size(); ++row) numbers[std::string(rows.text(row, 1))] = Identity(rows.integer(row, 0));
    unknown.clear();
  }
  return {};
}

Expected<FilmId> film_number(const Import& import, const std::string& key) {
  if (const auto found = import.films.find(key); found != import.films.end()) return found->second;
  return fail(ErrorCode::InvalidArgument, fmt::format("the import names the film '{}', which it does not bring", key));
}

Expected<ViewerId> viewer_number(const Import& import, const std::string& name) {
  if (const auto found = import.viewers.find(name); found != import.viewers.end()) return found->second;
  return fail(ErrorCode::InvalidArgument, fmt::format("the import names the viewer '{}', whom it does not bring", name));
}

/// Films whose keys differ. One that is known already is only completed: what a person or an earlier import said stays.
Expected<void> add_different_films(Import& import, std::span<const Film> films) {
  std::vector<std::string> keys;
  for (const Film& film : films) keys.push_back(film.key);
  CINELOOM_TRY_ASSIGN(const auto before, films_of(import.connection, keys));
  std::unordered_map<std::string_view, const Film*> known;
  for (const Film& film : before) known[film.key] = &film;
  std::vector<Film> old_ones, new_ones;
  for (const Film& film : films) {
    const auto found = known.find(film.key);
    if (found == known.end()) {
      new_ones.push_back(film);
      continue;
    }
    old_ones.push_back(*found->second);
    complete_film(old_ones.back(), film);
  }
  import.receipt.films_new += static_cast<int>(new_ones.size());
  import.receipt.films_known += static_cast<int>(old_ones.size());
  CINELOOM_TRY_ASSIGN(const auto new_ids, put_films(import.connection, new_ones, import.receipt.id));
  CINELOOM_TRY_ASSIGN(const auto old_ids, put_films(import.connection, old_ones, std::nullopt));
  for (std::size_t i = 0; i < new_ones.size(); ++i) import.films[new_ones[i].key] = new_ids[i];
  for (std::size_t i = 0; i < old_ones.size(); ++i) import.films[old_ones[i].key] = old_ids[i];
  return {};
}

Expected<void> add_films(Import& import) {
  const std::span<const Film> films = import.batch.films;
  std::unordered_set<std::string_view> keys;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= films.size(); ++i) {
    const bool is_same_piece = i < films.size() && i - begin < kRowsPerStatement && keys.insert(films[i].key).second;
    if (is_same_piece) continue;
    CINELOOM_TRY(import.cancel.check());
    if (i > begin) CINELOOM_TRY(add_different_films(import, films.subspan(begin, i - begin)));
    begin = i;
    keys.clear();
    if (i < films.size()) keys.insert(films[i].key);
  }
  return {};
}

Expected<void> add_viewers(Import& import) {
  const std::vector<Viewer>& viewers = import.batch.viewers;
  for (std::size_t begin = 0; begin < viewers.size(); begin += kRowsPerStatement) {
    std::vector<std::string> names;
    std::vector<std::int64_t> simulated;
    for (std::size_t i = begin; i < std::min(begin + kRowsPerStatement, viewers.size()); ++i) {
      if (viewers[i].name.empty()) return fail(ErrorCode::InvalidArgument, "a viewer needs a name");
      names.push_back(viewers[i].name);
      simulated.push_back(viewers[i].is_simulated ? 1 : 0);
    }
    CINELOOM_TRY_ASSIGN(const Rows rows, import.connection.run("INSERT INTO viewers(name, simulated, import) SELECT name, simulated<>0, $3 "
                                                               "FROM unnest($1, $2) AS t(name, simulated) ON CONFLICT(name) DO NOTHING",
                                                               Parameters(names, simulated, import.receipt.id.number())));
    import.receipt.viewers_new += rows.changed();
  }
  return {};
}

/// Finds the numbers of every film and viewer that the batch names.
Expected<void> number_names(Import& import) {
  std::vector<std::string> keys = import.batch.file_keys;
  std::vector<std::string> names;
  for (const Viewer& viewer : import.batch.viewers) names.push_back(viewer.name);
  for (const ImportedEvent& event : import.batch.events) {
    keys.push_back(event.film_key);
    names.push_back(event.viewer);
  }
  for (const ImportedReview& review : import.batch.reviews) keys.push_back(review.film_key);
  for (const RatingTable& table : import.batch.tables) {
    keys.insert(keys.end(), table.film_keys.begin(), table.film_keys.end());
    names.insert(names.end(), table.viewers.begin(), table.viewers.end());
  }
  CINELOOM_TRY(look_up(import.connection, "SELECT id, key FROM films WHERE key=ANY($1)", keys, import.films));
  return look_up(import.connection, "SELECT id, name FROM viewers WHERE name=ANY($1)", names, import.viewers);
}

Expected<void> add_files(Import& import) {
  for (std::size_t i = 0; i < import.batch.files.size(); ++i) {
    FilmFiles files = import.batch.files[i];
    CINELOOM_TRY_ASSIGN(files.film, film_number(import, import.batch.file_keys[i]));
    CINELOOM_TRY(put_files(import.connection, files));
  }
  return {};
}

Expected<void> add_events(Import& import) {
  const std::vector<ImportedEvent>& events = import.batch.events;
  for (std::size_t begin = 0; begin < events.size(); begin += kRowsPerStatement) {
    CINELOOM_TRY(import.cancel.check());
    import.progress.set(static_cast<std::int64_t>(begin));
    std::vector<Telling> tellings;
    for (std::size_t i = begin; i < std::min(begin + kRowsPerStatement, events.size()); ++i) {
      const ImportedEvent& imported = events[i];
      Telling telling{.event = imported.event, .step = imported.step, .precision = imported.precision, .raw = imported.raw};
      CINELOOM_TRY_ASSIGN(telling.event.film, film_number(import, imported.film_key));
      CINELOOM_TRY_ASSIGN(telling.event.viewer, viewer_number(import, imported.viewer));
      tellings.push_back(std::move(telling));
    }
    CINELOOM_TRY_ASSIGN(const auto added, postgres::add_events(import.connection, tellings, import.receipt.id));
    const auto fresh = std::ranges::count(added, true, &AddedEvent::is_new);
    import.receipt.events_new += static_cast<int>(fresh);
    import.receipt.events_known += static_cast<int>(std::ssize(added) - fresh);
  }
  return {};
}

Expected<void> add_tables(Import& import) {
  for (const RatingTable& table : import.batch.tables) {
    std::vector<ViewerId> viewers;
    std::vector<FilmId> films;
    for (const std::string& name : table.viewers) {
      CINELOOM_TRY_ASSIGN(const ViewerId id, viewer_number(import, name));
      viewers.push_back(id);
    }
    for (const std::string& key : table.film_keys) {
      CINELOOM_TRY_ASSIGN(const FilmId id, film_number(import, key));
      films.push_back(id);
    }
    import.progress.begin("storing", static_cast<std::int64_t>(table.ratings.size()), "ratings");
    CINELOOM_TRY(add_packed(import.connection, table, viewers, films, import.receipt, import.progress, import.cancel));
  }
  return {};
}

Expected<void> add_reviews(Import& import) {
  for (const ImportedReview& imported : import.batch.reviews) {
    CINELOOM_TRY_ASSIGN(const FilmId film, film_number(import, imported.film_key));
    const Review& review = imported.review;
    CINELOOM_TRY(import.connection.run(
        "INSERT INTO reviews(film, author, language, text, stars, at, import) VALUES($1, $2, $3, $4, $5, $6, $7)",
        Parameters(film.number(), review.author, review.language, review.text, review.stars, milliseconds_of(review.at), import.receipt.id.number())));
    ++import.receipt.reviews_new;
  }
  return {};
}

/// Viewers whose events an import touched, and who heard from more than one source.
Expected<std::vector<ViewerId>> viewers_of(Connection& connection, ImportId import) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT viewer FROM events WHERE viewer IN (SELECT DISTINCT viewer FROM events WHERE import=$1) "
                                                      "GROUP BY viewer HAVING min(origin)<>max(origin)",
                                                      Parameters(import.number())));
  return identities<ViewerId>(rows);
}

Expected<void> settle(Connection& connection, ImportReceipt& receipt) {
  CINELOOM_TRY_ASSIGN(const auto viewers, viewers_of(connection, receipt.id));
  for (const ViewerId viewer : viewers) CINELOOM_TRY(settle_events(connection, viewer));
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT count(*) FROM events WHERE import=$1 AND NOT stands", Parameters(receipt.id.number())));
  receipt.events_confirmed = static_cast<int>(rows.integer(0, 0));
  return {};
}

Expected<ImportReceipt> receipt_at(const Rows& rows, int row) {
  CINELOOM_TRY_ASSIGN(ImportReceipt receipt, json::read<ImportReceipt>(rows.text(row, 1)));
  receipt.id = ImportId(rows.integer(row, 0));
  receipt.is_undone = rows.integer(row, 2) != 0;
  return receipt;
}

Expected<void> wait_for_other_imports(Connection& connection) {
  CINELOOM_TRY(connection.run("SELECT pg_advisory_xact_lock($1)", Parameters(kImportLock)));
  return {};
}

}  // namespace

Expected<ImportReceipt> apply_import(Connection& connection, const ImportBatch& batch, Timestamp at, Progress& progress, const CancelToken& cancel) {
  progress.begin("storing", static_cast<std::int64_t>(batch.events.size()), "events");
  CINELOOM_TRY(wait_for_other_imports(connection));
  ImportReceipt receipt{.source = batch.source, .path = batch.path, .at = at};
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("INSERT INTO imports(source, path, at, receipt) VALUES($1, $2, $3, '{}') RETURNING id",
                                                      Parameters(batch.source, batch.path, milliseconds_of(at))));
  receipt.id = ImportId(rows.integer(0, 0));
  Import import{.connection = connection, .batch = batch, .receipt = receipt, .progress = progress, .cancel = cancel, .films = {}, .viewers = {}};
  CINELOOM_TRY(add_films(import));
  CINELOOM_TRY(add_viewers(import));
  CINELOOM_TRY(number_names(import));
  CINELOOM_TRY(add_files(import));
  CINELOOM_TRY(add_events(import));
  CINELOOM_TRY(add_tables(import));
  CINELOOM_TRY(add_reviews(import));
  CINELOOM_TRY(settle(connection, receipt));
  CINELOOM_TRY(cancel.check());
  CINELOOM_TRY(connection.run("UPDATE imports SET receipt=$1::json WHERE id=$2", Parameters(json::write(receipt), receipt.id.number())));
  progress.set(static_cast<std::int64_t>(batch.events.size()));
  progress.finish();
  return receipt;
}

Expected<ImportReceipt> undo_import(Connection& connection, ImportId id) {
  CINELOOM_TRY(wait_for_other_imports(connection));
  const Parameters which(id.number());
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, receipt, undone FROM imports WHERE id=$1", which));
  if (rows.is_empty()) return fail(ErrorCode::NotFound, fmt::format("there is no import {}", id.number()));
  CINELOOM_TRY_ASSIGN(ImportReceipt receipt, receipt_at(rows, 0));
  if (receipt.is_undone) return fail(ErrorCode::Conflict, fmt::format("import {} is undone already", id.number()));
  CINELOOM_TRY_ASSIGN(const auto touched, viewers_of(connection, id));
  for (const char* text : {"DELETE FROM events WHERE import=$1", "DELETE FROM packed_ratings WHERE import=$1", "DELETE FROM packed_films WHERE import=$1"}) {
    CINELOOM_TRY(connection.run(text, which));
  }
  for (const ViewerId viewer : touched) CINELOOM_TRY(settle_events(connection, viewer));
  // Films and viewers that something else refers to by now stay.
  for (const char* text : {"DELETE FROM reviews WHERE import=$1",
                           "DELETE FROM viewers WHERE import=$1 AND NOT EXISTS(SELECT 1 FROM events WHERE viewer=viewers.id) "
                           "AND NOT EXISTS(SELECT 1 FROM packed_ratings WHERE viewer=viewers.id)",
                           "DELETE FROM films WHERE import=$1 AND NOT EXISTS(SELECT 1 FROM events WHERE film=films.id) "
                           "AND NOT EXISTS(SELECT 1 FROM packed_films WHERE film=films.id) AND NOT EXISTS(SELECT 1 FROM reviews WHERE film=films.id)",
                           "UPDATE imports SET undone=true WHERE id=$1"}) {
    CINELOOM_TRY(connection.run(text, which));
  }
  receipt.is_undone = true;
  return receipt;
}

Expected<std::vector<ImportReceipt>> imports(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, receipt, undone FROM imports ORDER BY id"));
  std::vector<ImportReceipt> found;
  for (int row = 0; row < rows.size(); ++row) {
    CINELOOM_TRY_ASSIGN(ImportReceipt receipt, receipt_at(rows, row));
    found.push_back(std::move(receipt));
  }
  return found;
}

}  // namespace cineloom::postgres
