#include <fmt/format.h>

#include <unordered_map>

#include "base/json.h"
#include "domain/complete_film.h"
#include "store/internal/packed_ratings.h"
#include "store/internal/sealed.h"
#include "store/internal/tables.h"

namespace cineloom::sqlite {
namespace {

constexpr std::size_t kRowsPerCheck = 256;

/// Numbers of the names an import uses, looked up once each.
struct Numbers {
  std::unordered_map<std::string, FilmId> films;
  std::unordered_map<std::string, ViewerId> viewers;
};

Expected<FilmId> film_number(Connection& connection, Numbers& numbers, const std::string& key) {
  if (const auto found = numbers.films.find(key); found != numbers.films.end()) return found->second;
  CINELOOM_TRY_ASSIGN(const auto film, find_film(connection, key));
  if (!film) return fail(ErrorCode::InvalidArgument, fmt::format("the import names the film '{}', which it does not bring", key));
  return numbers.films[key] = film->id;
}

Expected<ViewerId> viewer_number(Connection& connection, Numbers& numbers, const std::string& name) {
  if (const auto found = numbers.viewers.find(name); found != numbers.viewers.end()) return found->second;
  CINELOOM_TRY_ASSIGN(const auto viewer, find_viewer(connection, name));
  if (!viewer) { return fail(ErrorCode::InvalidArgument, fmt::format("the import names the viewer '{}', whom it does not bring", name)); }
  return numbers.viewers[name] = viewer->id;
}

Expected<void> add_films(Connection& connection, const ImportBatch& batch, Numbers& numbers, ImportReceipt& receipt) {
  for (const Film& film : batch.films) {
    // A film that is known already is only completed: what a person or an earlier import said stays.
    CINELOOM_TRY_ASSIGN(auto known, find_film(connection, film.key));
    if (known) complete_film(*known, film);
    CINELOOM_TRY_ASSIGN(const FilmId id, put_film(connection, known ? *known : film, known ? std::nullopt : std::optional(receipt.id)));
    numbers.films[film.key] = id;
    ++(known ? receipt.films_known : receipt.films_new);
  }
  for (std::size_t i = 0; i < batch.files.size(); ++i) {
    FilmFiles files = batch.files[i];
    CINELOOM_TRY_ASSIGN(files.film, film_number(connection, numbers, batch.file_keys[i]));
    CINELOOM_TRY(put_files(connection, files));
  }
  return {};
}

Expected<void> add_viewers(Connection& connection, const ImportBatch& batch, Numbers& numbers, ImportReceipt& receipt) {
  for (const Viewer& viewer : batch.viewers) {
    CINELOOM_TRY_ASSIGN(const auto known, find_viewer(connection, viewer.name));
    CINELOOM_TRY_ASSIGN(const ViewerId id, put_viewer(connection, viewer, receipt.id));
    numbers.viewers[viewer.name] = id;
    if (!known) ++receipt.viewers_new;
  }
  return {};
}

Expected<void> add_events(Connection& connection, const ImportBatch& batch, Numbers& numbers, ImportReceipt& receipt, Progress& progress,
                          const CancelToken& cancel) {
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    if (i % kRowsPerCheck == 0) {
      CINELOOM_TRY(cancel.check());
      progress.set(static_cast<std::int64_t>(i));
    }
    const ImportedEvent& imported = batch.events[i];
    Telling telling{.event = imported.event, .step = imported.step, .precision = imported.precision, .raw = imported.raw};
    CINELOOM_TRY_ASSIGN(telling.event.film, film_number(connection, numbers, imported.film_key));
    CINELOOM_TRY_ASSIGN(telling.event.viewer, viewer_number(connection, numbers, imported.viewer));
    CINELOOM_TRY_ASSIGN(const AddedEvent added, add_event(connection, telling, receipt.id));
    ++(added.added == Added::New ? receipt.events_new : receipt.events_known);
  }
  return {};
}

/// Numbers of a list of names.
template <class Identity, class Find>
Expected<std::vector<Identity>> numbers_of(const std::vector<std::string>& names, Find find) {
  std::vector<Identity> found;
  found.reserve(names.size());
  for (const std::string& name : names) {
    CINELOOM_TRY_ASSIGN(const Identity id, find(name));
    found.push_back(id);
  }
  return found;
}

Expected<void> add_tables(Connection& connection, const ImportBatch& batch, Numbers& numbers, ImportReceipt& receipt, Progress& progress,
                          const CancelToken& cancel) {
  for (const RatingTable& table : batch.tables) {
    CINELOOM_TRY_ASSIGN(const auto viewers,
                        numbers_of<ViewerId>(table.viewers, [&](const std::string& name) { return viewer_number(connection, numbers, name); }));
    CINELOOM_TRY_ASSIGN(const auto films, numbers_of<FilmId>(table.film_keys, [&](const std::string& key) { return film_number(connection, numbers, key); }));
    progress.begin("storing", static_cast<std::int64_t>(table.ratings.size()), "ratings");
    CINELOOM_TRY(add_packed(connection, table, viewers, films, receipt, progress, cancel));
  }
  return {};
}

/// One row with one number.
Expected<std::int64_t> count(Connection& connection, std::string_view text, std::int64_t value) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(text));
  statement->bind(1, value);
  CINELOOM_TRY(statement->step());
  const std::int64_t number = statement->integer(0);
  statement->reset();
  return number;
}

/// Viewers whose events an import touched, and who heard from more than one source.
Expected<std::vector<ViewerId>> viewers_of(Connection& connection, ImportId import) {
  // Where origins are sealed nobody can be passed over.
  constexpr std::string_view kSealed = "SELECT DISTINCT viewer FROM sealed_events WHERE import=?";
  constexpr std::string_view kOpen =
      "SELECT viewer FROM events WHERE viewer IN (SELECT DISTINCT viewer FROM events WHERE import=?) GROUP BY viewer HAVING min(origin)<>max(origin)";
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(connection.vault() != nullptr ? kSealed : kOpen));
  statement->bind(1, import.number());
  std::vector<ViewerId> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    found.emplace_back(statement->integer(0));
  }
  statement->reset();
  return found;
}

Expected<void> settle_import(Connection& connection, ImportReceipt& receipt) {
  CINELOOM_TRY_ASSIGN(const auto viewers, viewers_of(connection, receipt.id));
  for (const ViewerId viewer : viewers) CINELOOM_TRY(settle_events(connection, viewer));
  constexpr std::string_view kFallen =
      "SELECT (SELECT count(*) FROM events WHERE import=?1 AND stands=0) + (SELECT count(*) FROM sealed_events WHERE import=?1 AND stands=0)";
  CINELOOM_TRY_ASSIGN(const std::int64_t fallen, count(connection, kFallen, receipt.id.number()));
  receipt.events_confirmed = static_cast<int>(fallen);
  return {};
}

Expected<void> add_reviews(Connection& connection, const ImportBatch& batch, Numbers& numbers, ImportReceipt& receipt) {
  for (const ImportedReview& imported : batch.reviews) {
    Review review = imported.review;
    CINELOOM_TRY_ASSIGN(review.film, film_number(connection, numbers, imported.film_key));
    CINELOOM_TRY(add_review(connection, review, receipt.id));
    ++receipt.reviews_new;
  }
  return {};
}

constexpr std::string_view kReceipts = "SELECT id, receipt, undone, sealed FROM imports";

Expected<ImportReceipt> receipt_at(Connection& connection, const Statement& row) {
  const ImportId id(row.integer(0));
  CINELOOM_TRY_ASSIGN(ImportReceipt receipt, row.is_null(3) ? json::read<ImportReceipt>(row.text(1)) : sealed::receipt_of(connection, id, row.text(3)));
  receipt.id = id;
  receipt.is_undone = row.integer(2) != 0;
  return receipt;
}

Expected<void> put_receipt(Connection& connection, const ImportReceipt& receipt) {
  if (connection.vault() != nullptr) return sealed::put_receipt(connection, receipt);
  const std::string text = json::write(receipt);
  return connection.run("UPDATE imports SET receipt=? WHERE id=?", std::string_view(text), receipt.id.number());
}

/// Films that only this import brought.
Expected<void> remove_films(Connection& connection, ImportId import) {
  constexpr std::string_view kAlone =
      "SELECT id FROM films WHERE import=? AND NOT EXISTS(SELECT 1 FROM events WHERE film=films.id) "
      "AND NOT EXISTS(SELECT 1 FROM packed_films WHERE film=films.id) AND NOT EXISTS(SELECT 1 FROM reviews WHERE film=films.id)";
  if (connection.vault() == nullptr) return connection.run(fmt::format("DELETE FROM films WHERE id IN ({})", kAlone), import.number());
  CINELOOM_TRY_ASSIGN(const auto spoken_of, sealed::films_spoken_of(connection));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(kAlone));
  statement->bind(1, import.number());
  std::vector<FilmId> alone;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    if (!spoken_of.contains(FilmId(statement->integer(0)))) alone.emplace_back(statement->integer(0));
  }
  statement->reset();
  for (const FilmId film : alone) CINELOOM_TRY(connection.run("DELETE FROM films WHERE id=?", film.number()));
  return {};
}

/// A review of a viewer of a sealed store is never written in the clear, not even until the next statement.
Expected<void> add_own_review(Connection& connection, const Review& review, ImportId import) {
  CINELOOM_TRY(connection.run("INSERT INTO reviews(film, author, language, text, at, import) VALUES(?,'',?,'',?,?)", review.film.number(),
                              std::string_view(review.language), static_cast<std::int64_t>(review.at.time_since_epoch().count()), import.number()));
  return sealed::seal_review(connection, ReviewId(connection.last_id()), review);
}

}  // namespace

Expected<void> add_review(Connection& connection, const Review& review, ImportId import) {
  if (connection.vault() != nullptr) {
    CINELOOM_TRY_ASSIGN(const auto author, find_viewer(connection, review.author));
    if (author) return add_own_review(connection, review, import);
  }
  return connection.run("INSERT INTO reviews(film, author, language, text, stars, at, import) VALUES(?,?,?,?,?,?,?)", review.film.number(),
                        std::string_view(review.author), std::string_view(review.language), std::string_view(review.text), review.stars,
                        static_cast<std::int64_t>(review.at.time_since_epoch().count()), import.number());
}

Expected<std::vector<Review>> reviews(Connection& connection, FilmId film) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT id, author, language, text, stars, at, viewer, sealed FROM reviews WHERE film=? ORDER BY id"));
  statement->bind(1, film.number());
  std::vector<Review> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    Review review{.id = ReviewId(statement->integer(0)),
                  .film = film,
                  .author = std::string(statement->text(1)),
                  .language = std::string(statement->text(2)),
                  .text = std::string(statement->text(3)),
                  .stars = statement->optional_real(4),
                  .at = Timestamp(std::chrono::milliseconds(statement->integer(5)))};
    if (!statement->is_null(7)) CINELOOM_TRY(sealed::open_review(connection, review, ViewerId(statement->integer(6)), statement->text(7)));
    found.push_back(std::move(review));
  }
  statement->reset();
  return found;
}

Expected<ImportReceipt> apply_import(Connection& connection, const ImportBatch& batch, Timestamp at, Progress& progress, const CancelToken& cancel) {
  progress.begin("storing", static_cast<std::int64_t>(batch.events.size()), "events");
  ImportReceipt receipt{.source = batch.source, .path = batch.path, .at = at};
  const std::string_view path = connection.vault() == nullptr ? std::string_view(batch.path) : "";
  CINELOOM_TRY(connection.run("INSERT INTO imports(source, path, at, receipt) VALUES(?,?,?,'{}')", std::string_view(batch.source), path,
                              static_cast<std::int64_t>(at.time_since_epoch().count())));
  receipt.id = ImportId(connection.last_id());
  Numbers numbers;
  CINELOOM_TRY(add_films(connection, batch, numbers, receipt));
  CINELOOM_TRY(add_viewers(connection, batch, numbers, receipt));
  CINELOOM_TRY(add_events(connection, batch, numbers, receipt, progress, cancel));
  CINELOOM_TRY(add_tables(connection, batch, numbers, receipt, progress, cancel));
  CINELOOM_TRY(add_reviews(connection, batch, numbers, receipt));
  CINELOOM_TRY(settle_import(connection, receipt));
  CINELOOM_TRY(cancel.check());
  CINELOOM_TRY(put_receipt(connection, receipt));
  progress.set(static_cast<std::int64_t>(batch.events.size()));
  progress.finish();
  return receipt;
}

Expected<ImportReceipt> undo_import(Connection& connection, ImportId id) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(fmt::format("{} WHERE id=?", kReceipts)));
  statement->bind(1, id.number());
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return fail(ErrorCode::NotFound, fmt::format("there is no import {}", id.number()));
  CINELOOM_TRY_ASSIGN(ImportReceipt receipt, receipt_at(connection, *statement));
  statement->reset();
  if (receipt.is_undone) return fail(ErrorCode::Conflict, fmt::format("import {} is undone already", id.number()));
  CINELOOM_TRY_ASSIGN(const auto touched, viewers_of(connection, id));
  CINELOOM_TRY(connection.run("DELETE FROM events WHERE import=?", id.number()));
  CINELOOM_TRY(connection.run("DELETE FROM sealed_events WHERE import=?", id.number()));
  CINELOOM_TRY(connection.run("DELETE FROM packed_ratings WHERE import=?", id.number()));
  CINELOOM_TRY(connection.run("DELETE FROM packed_films WHERE import=?", id.number()));
  for (const ViewerId viewer : touched) CINELOOM_TRY(settle_events(connection, viewer));
  CINELOOM_TRY(connection.run("DELETE FROM reviews WHERE import=?", id.number()));
  // Films and viewers that something else refers to by now stay.
  CINELOOM_TRY(
      connection.run("DELETE FROM viewers WHERE import=? AND NOT EXISTS(SELECT 1 FROM events WHERE viewer=viewers.id) "
                     "AND NOT EXISTS(SELECT 1 FROM sealed_events WHERE viewer=viewers.id) AND NOT EXISTS(SELECT 1 FROM reviews WHERE viewer=viewers.id) "
                     "AND NOT EXISTS(SELECT 1 FROM packed_ratings WHERE viewer=viewers.id)",
                     id.number()));
  CINELOOM_TRY(remove_films(connection, id));
  CINELOOM_TRY(connection.run("DELETE FROM film_words WHERE rowid IN (SELECT rowid FROM film_words EXCEPT SELECT id FROM films)"));
  CINELOOM_TRY(connection.run("UPDATE imports SET undone=1 WHERE id=?", id.number()));
  receipt.is_undone = true;
  return receipt;
}

Expected<std::vector<ImportReceipt>> imports(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(fmt::format("{} ORDER BY id", kReceipts)));
  std::vector<ImportReceipt> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(ImportReceipt receipt, receipt_at(connection, *statement));
    found.push_back(std::move(receipt));
  }
  statement->reset();
  return found;
}

}  // namespace cineloom::sqlite
