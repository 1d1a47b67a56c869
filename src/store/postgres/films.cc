#include <fmt/format.h>

#include <unordered_map>

#include "base/utf8.h"
#include "domain/json.h"
#include "store/internal/film_words.h"
#include "store/postgres/tables.h"

namespace cineloom::postgres {
namespace {

// PostgreSQL refuses longer lexemes and greater positions; nobody looks for either.
constexpr std::size_t kLongestWord = 500;
constexpr int kLastPosition = 16'000;

std::string lower_ascii(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

std::string searchable_titles(const Film& film) { return lower_ascii(film.title.english + "\n" + film.title.original + "\n" + film.title.chinese); }

// Words hold letters and digits only, so that no quote needs another.
std::string lexeme(std::string_view word) { return fmt::format("'{}'", word.substr(0, kLongestWord)); }

/// A film's words with their places, as a tsvector reads them. Between two texts a place is left out: no phrase goes on in the next.
class WordList {
 public:
  void add(std::string_view text) {
    std::ignore = store::cut_words(text, [this](std::string_view word, std::size_t, std::size_t) {  // the sink refuses nothing
      if (position_ < kLastPosition) text_ += fmt::format("{}:{} ", lexeme(word), ++position_);
      return 0;
    });
    ++position_;
  }
  void add(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) add(text);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
  int position_ = 0;
};

// The ending is nothing to be found by.
std::string words_of(const Film& film) {
  WordList words;
  for (const std::string* text : {&film.title.english, &film.title.original, &film.title.chinese, &film.synopsis, &film.synopsis_chinese}) words.add(*text);
  for (const auto* texts : {&film.directors, &film.cast, &film.themes}) words.add(*texts);
  return words.take();
}

/// A viewer's words as a tsquery reads them; empty if there is nothing to look for.
std::string search_expression(std::string_view words) {
  std::string expression;
  for (const store::Phrase& phrase : store::phrases_of(words)) {
    if (!expression.empty()) expression += " & ";
    for (std::size_t i = 0; i < phrase.words.size(); ++i) expression += (i == 0 ? "" : " <-> ") + lexeme(phrase.words[i]);
    if (phrase.is_beginning) expression += ":*";
  }
  return expression;
}

Expected<Film> film_at(const Rows& rows, int row) {
  CINELOOM_TRY_ASSIGN(Film film, from_json<Film>(rows.text(row, 1)));
  film.id = FilmId(rows.integer(row, 0));
  return film;
}

Expected<std::vector<Film>> films_in(const Rows& rows) {
  std::vector<Film> found;
  found.reserve(static_cast<std::size_t>(rows.size()));
  for (int row = 0; row < rows.size(); ++row) {
    CINELOOM_TRY_ASSIGN(Film film, film_at(rows, row));
    found.push_back(std::move(film));
  }
  return found;
}

Expected<std::optional<Film>> one_film(const Rows& rows) {
  if (rows.is_empty()) return std::optional<Film>();
  CINELOOM_TRY_ASSIGN(Film film, film_at(rows, 0));
  return std::optional(std::move(film));
}

// One array a film in one text: arrays of arrays must be of one length in PostgreSQL. Genres are split again where no name can hold the mark.
std::string joined(const std::vector<std::string>& genres) {
  std::string text;
  for (const std::string& genre : genres) text += (text.empty() ? "" : "\x1F") + genre;
  return text;
}

}  // namespace

Expected<std::vector<FilmId>> put_films(Connection& connection, std::span<const Film> films, std::optional<ImportId> import) {
  std::vector<std::string> keys, titles, genres, json, words;
  for (const Film& film : films) {
    if (film.key.empty()) return fail(ErrorCode::InvalidArgument, "a film needs a key");
    keys.push_back(film.key);
    titles.push_back(searchable_titles(film));
    genres.push_back(joined(film.genres));
    json.push_back(to_json(film));
    words.push_back(words_of(film));
  }
  // In the order of keys, so that two who write the same films wait for each other instead of colliding.
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("INSERT INTO films(key, titles, genres, json, words, import) "
                                     "SELECT key, titles, string_to_array(genres, chr(31)), json::json, words::tsvector, nullif($6,0) "
                                     "FROM unnest($1, $2, $3, $4, $5) AS t(key, titles, genres, json, words) ORDER BY key COLLATE \"C\" "
                                     "ON CONFLICT(key) DO UPDATE SET titles=excluded.titles, genres=excluded.genres, json=excluded.json, words=excluded.words "
                                     "RETURNING id, key",
                                     Parameters(keys, titles, genres, json, words, import.value_or(ImportId()).number())));
  std::unordered_map<std::string, FilmId> ids;
  for (int row = 0; row < rows.size(); ++row) ids[std::string(rows.text(row, 1))] = FilmId(rows.integer(row, 0));
  std::vector<FilmId> found;
  for (const std::string& key : keys) found.push_back(ids[key]);
  return found;
}

Expected<FilmId> put_film(Connection& connection, const Film& film) {
  CINELOOM_TRY_ASSIGN(const auto ids, put_films(connection, std::span(&film, 1), std::nullopt));
  return ids.front();
}

Expected<std::optional<Film>> find_film(Connection& connection, FilmId id) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, json FROM films WHERE id=$1", Parameters(id.number())));
  return one_film(rows);
}

Expected<std::optional<Film>> find_film(Connection& connection, std::string_view key) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, json FROM films WHERE key=$1", Parameters(key)));
  return one_film(rows);
}

Expected<std::vector<Film>> films_of(Connection& connection, const std::vector<std::string>& keys) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, json FROM films WHERE key=ANY($1)", Parameters(keys)));
  return films_in(rows);
}

Expected<std::vector<Film>> films(Connection& connection, const FilmQuery& query) {
  // What somebody types need not be UTF-8, what goes to the server must be; no film has the mark that comes in its place.
  const std::string text = lower_ascii(to_valid_utf8(query.text));
  const std::string words = search_expression(query.text);
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("SELECT id, json FROM films WHERE id>$1 AND "
                                     "($2='' OR strpos(titles, $2)>0 OR ($6<>'' AND words @@ nullif($6,'')::tsquery)) AND "
                                     "($3='' OR $3=ANY(genres)) AND "
                                     "(NOT $4 OR EXISTS(SELECT 1 FROM knowledge WHERE film=films.id AND part='all')) ORDER BY id LIMIT nullif($5,-1)",
                                     Parameters(query.after.number(), text, query.genre, query.is_analyzed_only, query.limit, words)));
  return films_in(rows);
}

Expected<void> put_files(Connection& connection, const FilmFiles& files) {
  CINELOOM_TRY(connection.run("INSERT INTO film_files(film, json) VALUES($1, $2::json) ON CONFLICT(film) DO UPDATE SET json=excluded.json",
                              Parameters(files.film.number(), to_json(files))));
  return {};
}

Expected<FilmFiles> files(Connection& connection, FilmId film) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT json FROM film_files WHERE film=$1", Parameters(film.number())));
  if (rows.is_empty()) return FilmFiles{.film = film};
  CINELOOM_TRY_ASSIGN(FilmFiles found, from_json<FilmFiles>(rows.text(0, 0)));
  found.film = film;
  return found;
}

Expected<void> put_knowledge(Connection& connection, FilmId film, std::string_view part, std::string_view json) {
  CINELOOM_TRY(connection.run("INSERT INTO knowledge(film, part, json) VALUES($1, $2, $3::json) ON CONFLICT(film, part) DO UPDATE SET json=excluded.json",
                              Parameters(film.number(), part, json)));
  return {};
}

Expected<FilmId> put_findings(Connection& connection, const Film& film, const FilmFiles& files, std::string_view part, std::string_view json) {
  CINELOOM_TRY_ASSIGN(const auto known, find_film(connection, film.key));
  FilmFiles kept = files;
  if (known) kept.film = known->id;
  if (!known) { CINELOOM_TRY_ASSIGN(kept.film, put_film(connection, film)); }
  CINELOOM_TRY(put_files(connection, kept));
  CINELOOM_TRY(put_knowledge(connection, kept.film, part, json));
  return kept.film;
}

Expected<std::optional<std::string>> knowledge(Connection& connection, FilmId film, std::string_view part) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT json FROM knowledge WHERE film=$1 AND part=$2", Parameters(film.number(), part)));
  return optional_text(rows);
}

Expected<std::vector<FilmId>> films_with_knowledge(Connection& connection, std::string_view part) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT film FROM knowledge WHERE part=$1 ORDER BY film", Parameters(part)));
  return identities<FilmId>(rows);
}

Expected<std::vector<Review>> reviews(Connection& connection, FilmId film) {
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("SELECT id, author, language, text, stars, at FROM reviews WHERE film=$1 ORDER BY id", Parameters(film.number())));
  std::vector<Review> found;
  for (int row = 0; row < rows.size(); ++row) {
    found.push_back({.id = ReviewId(rows.integer(row, 0)),
                     .film = film,
                     .author = std::string(rows.text(row, 1)),
                     .language = std::string(rows.text(row, 2)),
                     .text = std::string(rows.text(row, 3)),
                     .stars = rows.optional_real(row, 4),
                     .at = timestamp_of(rows.integer(row, 5))});
  }
  return found;
}

Expected<void> require_film(Connection& connection, FilmId film) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT 1::bigint FROM films WHERE id=$1", Parameters(film.number())));
  if (!rows.is_empty()) return {};
  return fail(ErrorCode::NotFound, fmt::format("there is no film {}", film.number()));
}

Expected<StoryId> put_story(Connection& connection, StoryId id, std::string_view json) {
  if (id.is_none()) {
    CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("INSERT INTO stories(json) VALUES($1::json) RETURNING id", Parameters(json)));
    return StoryId(rows.integer(0, 0));
  }
  CINELOOM_TRY(
      connection.run("INSERT INTO stories(id, json) VALUES($1, $2::json) ON CONFLICT(id) DO UPDATE SET json=excluded.json", Parameters(id.number(), json)));
  // A number that somebody chose is never given to the next story.
  CINELOOM_TRY(connection.run("SELECT setval('stories_id_seq', $1) FROM stories_id_seq WHERE last_value<$1", Parameters(id.number())));
  return id;
}

Expected<std::optional<std::string>> story(Connection& connection, StoryId id) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT json FROM stories WHERE id=$1", Parameters(id.number())));
  return optional_text(rows);
}

Expected<std::vector<StoryId>> stories(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id FROM stories ORDER BY id"));
  return identities<StoryId>(rows);
}

Expected<void> remove_story(Connection& connection, StoryId id) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("DELETE FROM stories WHERE id=$1", Parameters(id.number())));
  if (rows.changed() > 0) return {};
  return fail(ErrorCode::NotFound, fmt::format("there is no story {}", id.number()));
}

}  // namespace cineloom::postgres
