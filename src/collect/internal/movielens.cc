#include <fmt/format.h>

#include <unordered_map>

#include "collect/csv.h"
#include "collect/film_key.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

constexpr std::size_t kRowsPerCheck = 4096;

/// How one MovieLens release writes the same two tables.
struct Tables {
  std::string_view films;
  std::string_view ratings;
  std::string_view separator;
  bool has_header;
  std::string_view prefix;  ///< of the viewers' names
};

std::string lower(std::string_view text) {
  std::string result = fold_latin(text);
  if (result == "sci-fi") return "science fiction";
  if (result == "children's" || result == "children") return "family";
  return result;
}

std::vector<std::string> genres_of(std::string_view list) {
  std::vector<std::string> genres;
  while (!list.empty() && list != "(no genres listed)") {
    const auto bar = list.find('|');
    genres.push_back(lower(list.substr(0, bar)));
    list = bar == std::string_view::npos ? std::string_view() : list.substr(bar + 1);
  }
  return genres;
}

Film film_of(const CsvRow& row) {
  const TitleAndYear title = split_title(row[1]);
  Film film{.key = film_key(title.title, title.year), .title = {.original = title.title, .english = title.title}, .year = title.year};
  if (row.size() > 2) film.genres = genres_of(row[2]);
  return film;
}

// Two films of one release may share title and year; the file's own number then tells them apart.
void make_unique(Film& film, std::string_view number, std::unordered_map<std::string, int>& seen) {
  if (++seen[film.key] > 1) film.key += fmt::format("-ml{}", number);
}

using FilmKeys = std::unordered_map<std::string, std::string>;

Expected<FilmKeys> read_films(std::string_view text, const Tables& tables, ImportBatch& batch) {
  FilmKeys keys;
  std::unordered_map<std::string, int> seen;
  CsvReader reader(text, tables.separator);
  if (tables.has_header) CINELOOM_TRY(reader.next());
  for (;;) {
    CINELOOM_TRY_ASSIGN_IN(const auto row, reader.next(), tables.films);
    if (!row) return keys;
    if (row->size() < 2) { return fail(ErrorCode::InvalidArgument, fmt::format("{}: line {}: expected a number and a title", tables.films, reader.line())); }
    Film film = film_of(*row);
    make_unique(film, (*row)[0], seen);
    keys[(*row)[0]] = film.key;
    batch.films.push_back(std::move(film));
  }
}

Expected<void> read_ratings(std::string_view text, const Tables& tables, const FilmKeys& keys, ImportBatch& batch, Progress& progress,
                            const CancelToken& cancel) {
  CsvReader reader(text, tables.separator);
  if (tables.has_header) CINELOOM_TRY(reader.next());
  progress.begin("reading ratings", 0, "ratings");
  std::string last_viewer;
  for (std::size_t count = 0;; ++count) {
    if (count % kRowsPerCheck == 0) CINELOOM_TRY(cancel.check());
    CINELOOM_TRY_ASSIGN_IN(const auto row, reader.next(), tables.ratings);
    if (!row) return {};
    const auto film = row->size() < 4 ? keys.end() : keys.find((*row)[1]);
    const auto stars = row->size() < 4 ? std::nullopt : parse_number((*row)[2]);
    const auto seconds = row->size() < 4 ? std::nullopt : parse_number((*row)[3]);
    if (film == keys.end() || !stars || !seconds) {
      return fail(ErrorCode::InvalidArgument, fmt::format("{}: line {}: expected viewer, known film, stars and time", tables.ratings, reader.line()));
    }
    const std::string viewer = fmt::format("{} {}", tables.prefix, (*row)[0]);
    if (viewer != last_viewer) batch.viewers.push_back({.name = viewer});
    last_viewer = viewer;
    const Timestamp at(std::chrono::seconds(static_cast<std::int64_t>(*seconds)));
    batch.events.push_back(
        {.viewer = viewer,
         .film_key = film->second,
         .event = {.kind = EventKind::Rate, .value = *stars, .at = at, .key = fmt::format("{}:{}", tables.prefix, (*row)[1]), .origin = "movielens"}});
    progress.advance();
  }
}

Expected<ImportBatch> read_tables(const SourceFiles& files, const Tables& tables, Progress& progress, const CancelToken& cancel) {
  ImportBatch batch{.source = "movielens"};
  const std::string films = from_latin1(*find_file(files, tables.films));
  CINELOOM_TRY_ASSIGN(const FilmKeys keys, read_films(films, tables, batch));
  CINELOOM_TRY(read_ratings(*find_file(files, tables.ratings), tables, keys, batch, progress, cancel));
  return batch;
}

bool has(const SourceFiles& files, std::string_view first, std::string_view second) {
  return find_file(files, first) != nullptr && find_file(files, second) != nullptr;
}

// links.csv: movieId, imdbId (zero-padded, without tt), tmdbId (may be empty).
Expected<void> add_links(const SourceFiles& files, ImportBatch& batch) {
  const std::string* links = find_file(files, "links.csv");
  if (links == nullptr) return {};
  CsvReader reader(*links);
  CINELOOM_TRY(reader.next());
  for (std::size_t i = 0; i < batch.films.size(); ++i) {
    CINELOOM_TRY_ASSIGN_IN(const auto row, reader.next(), "links.csv");
    if (!row || row->size() < 3) return {};
    if (!(*row)[1].empty()) batch.films[i].external.imdb = "tt" + (*row)[1];
    if (const auto tmdb = parse_number((*row)[2])) batch.films[i].external.tmdb = static_cast<std::int64_t>(*tmdb);
  }
  return {};
}

}  // namespace

const Format kMovieLensCsv = {
    .name = "MovieLens (CSV)",
    .recognises = [](const SourceFiles& files) { return has(files, "movies.csv", "ratings.csv"); },
    .read = [](const SourceFiles& files, const ImportOptions&, Progress& progress, const CancelToken& cancel) -> Expected<ImportBatch> {
      CINELOOM_TRY_ASSIGN(
          ImportBatch batch,
          read_tables(files, {.films = "movies.csv", .ratings = "ratings.csv", .separator = ",", .has_header = true, .prefix = "MovieLens viewer"}, progress,
                      cancel));
      CINELOOM_TRY(add_links(files, batch));
      return batch;
    }};

const Format kMovieLens1M = {
    .name = "MovieLens 1M",
    .recognises = [](const SourceFiles& files) { return has(files, "movies.dat", "ratings.dat"); },
    .read =
        [](const SourceFiles& files, const ImportOptions&, Progress& progress, const CancelToken& cancel) {
          return read_tables(files, {.films = "movies.dat", .ratings = "ratings.dat", .separator = "::", .has_header = false, .prefix = "MovieLens-1M viewer"},
                             progress, cancel);
        }};

const Format kMovieLens100K = {
    .name = "MovieLens 100K",
    .recognises = [](const SourceFiles& files) { return has(files, "u.item", "u.data"); },
    .read =
        [](const SourceFiles& files, const ImportOptions&, Progress& progress, const CancelToken& cancel) {
      // u.item is parted by bars, u.data by tabs; the films table is rewritten to the shape of the others.
          SourceFiles shaped = {{"u.data", *find_file(files, "u.data")}};
          std::string& films = shaped["u.item"];
          const std::string text = from_latin1(*find_file(files, "u.item"));
          constexpr std::array<std::string_view, 19> kGenres = {"unknown",     "Action", "Adventure", "Animation", "Children's", "Comedy",  "Crime",
                                                                "Documentary", "Drama",  "Fantasy",   "Film-Noir", "Horror",     "Musical", "Mystery",
                                                                "Romance",     "Sci-Fi", "Thriller",  "War",       "Western"};
          CsvReader reader(text, "|");
          for (auto row = reader.next(); row && *row; row = reader.next()) {
            if ((*row)->size() < 24) continue;
            std::string genres;
            for (std::size_t i = 1; i < kGenres.size(); ++i) {
              if ((**row)[5 + i] == "1") genres.append(genres.empty() ? "" : "|").append(kGenres[i]);
            }
            films += fmt::format("{}\t{}\t{}\n", (**row)[0], (**row)[1], genres);
          }
          return read_tables(shaped, {.films = "u.item", .ratings = "u.data", .separator = "\t", .has_header = false, .prefix = "MovieLens-100K viewer"},
                             progress, cancel);
        }};

}  // namespace cineloom::collect
