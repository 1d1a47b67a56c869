#include <fmt/format.h>

#include "domain/json.h"
#include "store/internal/film_search.h"
#include "store/internal/tables.h"

namespace cineloom::sqlite {
namespace {

std::string lower_ascii(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

std::string searchable_titles(const Film& film) { return lower_ascii(film.title.english + "\n" + film.title.original + "\n" + film.title.chinese); }

// "|drama|war|", so that instr() finds whole names only.
std::string genre_list(const Film& film) {
  std::string text = "|";
  for (const std::string& genre : film.genres) text += genre + "|";
  return text;
}

Expected<Film> film_at(const Statement& row) {
  CINELOOM_TRY_ASSIGN(Film film, from_json<Film>(row.text(1)));
  film.id = FilmId(row.integer(0));
  return film;
}

Expected<std::optional<Film>> one_film(Statement& statement) {
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement.step());
  if (step == Statement::Step::Done) return std::optional<Film>();
  CINELOOM_TRY_ASSIGN(Film film, film_at(statement));
  statement.reset();
  return std::optional(std::move(film));
}

}  // namespace

Expected<FilmId> put_film(Connection& connection, const Film& film, std::optional<ImportId> import) {
  if (film.key.empty()) return fail(ErrorCode::InvalidArgument, "a film needs a key");
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("INSERT INTO films(key, titles, genres, json, import) VALUES(?,?,?,?,nullif(?,0)) "
                                                                "ON CONFLICT(key) DO UPDATE SET titles=excluded.titles, genres=excluded.genres, "
                                                                "json=excluded.json RETURNING id"));
  const std::string titles = searchable_titles(film);
  const std::string genres = genre_list(film);
  const std::string json = to_json(film);
  statement->bind(1, std::string_view(film.key));
  statement->bind(2, std::string_view(titles));
  statement->bind(3, std::string_view(genres));
  statement->bind(4, std::string_view(json));
  statement->bind(5, import.value_or(ImportId()).number());
  CINELOOM_TRY(statement->step());
  const FilmId id(statement->integer(0));
  statement->reset();
  CINELOOM_TRY(index_film(connection, id.number()));
  return id;
}

Expected<std::optional<Film>> find_film(Connection& connection, FilmId id) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id, json FROM films WHERE id=?"));
  statement->bind(1, id.number());
  return one_film(*statement);
}

Expected<std::optional<Film>> find_film(Connection& connection, std::string_view key) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id, json FROM films WHERE key=?"));
  statement->bind(1, key);
  return one_film(*statement);
}

Expected<std::vector<Film>> films(Connection& connection, const FilmQuery& query) {
  CINELOOM_TRY_ASSIGN(
      Statement * statement,
      connection.prepare("SELECT id, json FROM films WHERE id>?1 AND "
                         "(?2='' OR instr(titles, ?2)>0 OR (?6<>'' AND id IN (SELECT rowid FROM film_words WHERE film_words MATCH nullif(?6,'')))) AND "
                         "(?3='' OR instr(genres, '|'||?3||'|')>0) AND "
                         "(?4=0 OR EXISTS(SELECT 1 FROM knowledge WHERE film=films.id AND part='all')) ORDER BY id LIMIT ?5"));
  const std::string text = lower_ascii(query.text);
  statement->bind(1, query.after.number());
  statement->bind(2, std::string_view(text));
  statement->bind(3, std::string_view(query.genre));
  statement->bind(4, std::int64_t{query.is_analyzed_only ? 1 : 0});
  statement->bind(5, static_cast<std::int64_t>(query.limit));
  const std::string words = search_expression(query.text);
  statement->bind(6, std::string_view(words));
  std::vector<Film> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(Film film, film_at(*statement));
    found.push_back(std::move(film));
  }
  statement->reset();
  return found;
}

Expected<void> put_files(Connection& connection, const FilmFiles& files) {
  const std::string json = to_json(files);
  return connection.run("INSERT INTO film_files(film, json) VALUES(?,?) ON CONFLICT(film) DO UPDATE SET json=excluded.json", files.film.number(),
                        std::string_view(json));
}

Expected<FilmFiles> files(Connection& connection, FilmId film) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT json FROM film_files WHERE film=?"));
  statement->bind(1, film.number());
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return FilmFiles{.film = film};
  CINELOOM_TRY_ASSIGN(FilmFiles found, from_json<FilmFiles>(statement->text(0)));
  statement->reset();
  found.film = film;
  return found;
}

Expected<void> put_knowledge(Connection& connection, FilmId film, std::string_view part, std::string_view json) {
  return connection.run("INSERT INTO knowledge(film, part, json) VALUES(?,?,?) ON CONFLICT(film, part) DO UPDATE SET json=excluded.json", film.number(), part,
                        json);
}

}  // namespace cineloom::sqlite
