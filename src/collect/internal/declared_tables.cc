// Tables whose columns say all: which services write them, and what their columns mean.
#include <fmt/format.h>

#include <array>

#include "collect/film_key.h"
#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

/// What a service calls the things that an import knows; empty = it has none.
struct Columns {
  std::string_view title;
  std::string_view year;
  std::string_view imdb;
  std::string_view tmdb;
  std::string_view type;       ///< of the work; films are "movie"
  std::string_view rating;
  double top = 10;             ///< of the rating
  std::string_view rated_at;
  std::string_view watched_at;
  std::string_view status;     ///< says by kStatuses what became of the film
  std::string_view noted_at;   ///< when the row was written: of wishes, and where nothing else says when
  std::string_view review;
  bool is_wish = false;        ///< every row is one
};

enum class Status { Watched, Wished, Abandoned, Other };

Status status_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Status>, 13> kStatuses = {{{"completed", Status::Watched},
                                                                              {"complete", Status::Watched},
                                                                              {"watched", Status::Watched},
                                                                              {"finished", Status::Watched},
                                                                              {"planning", Status::Wished},
                                                                              {"plantowatch", Status::Wished},
                                                                              {"plan to watch", Status::Wished},
                                                                              {"wishlist", Status::Wished},
                                                                              {"towatch", Status::Wished},
                                                                              {"planned", Status::Wished},
                                                                              {"dropped", Status::Abandoned},
                                                                              {"abandoned", Status::Abandoned},
                                                                              {"notinteresting", Status::Abandoned}}};
  const std::string folded = fold_latin(word);
  const auto found = std::ranges::find(kStatuses, folded, [](const auto& one) { return one.first; });
  return found == kStatuses.end() ? Status::Other : found->second;
}

bool is_film(std::string_view type) {
  const std::string folded = fold_latin(type);
  return folded.empty() || folded == "movie" || folded == "movies" || folded == "film";
}

Film film_of(const ExportRow& row, const Columns& columns) {
  const std::string title(row.get(columns.title));
  // Yamtrack has one column for the numbers of several services.
  const bool is_tmdb = !row.has("source") || row.get("source") == "tmdb";
  return {.title = {.original = title, .english = title},
          .year = parse_year(row.get(columns.year)),
          .external = {.imdb = parse_imdb(row.get(columns.imdb)), .tmdb = is_tmdb ? parse_tmdb(row.get(columns.tmdb)) : std::nullopt}};
}

Expected<void> read_row(const ExportRow& row, const Columns& columns, Teller& teller, const Reading& reading) {
  if (!is_film(row.get(columns.type))) {
    teller.pass_over(PassedOver::NotAFilm);
    return {};
  }
  if (row.get(columns.title).empty()) return row.wrong("a title", "");
  const Film told = film_of(row, columns);
  const std::size_t film = teller.film(told);
  CINELOOM_TRY_ASSIGN(const auto stars, row.stars(columns.rating, columns.top));
  CINELOOM_TRY_ASSIGN(const auto rated, row.time(columns.rated_at));
  CINELOOM_TRY_ASSIGN(const auto watched, row.time(columns.watched_at));
  CINELOOM_TRY_ASSIGN(const auto noted, row.time(columns.noted_at));
  const Timestamp at = watched.value_or(noted.value_or(rated.value_or(reading.options.now)));
  const auto precision = [&](std::string_view column, bool is_known) {
    return !is_known ? Precision::Marking : has_clock(row.get(column)) ? Precision::Clock : Precision::Day;
  };
  const std::string name = told.external.imdb.value_or(teller.films()[film].key);
  const auto act = [&](EventKind kind, Timestamp when, Precision how, std::string id) {
    teller.tell(Act{.film = film, .kind = kind, .at = when, .precision = how, .id = std::move(id), .raw = row.raw()});
  };
  const Status status = columns.is_wish ? Status::Wished : columns.status.empty() ? Status::Other : status_of(row.get(columns.status));
  if (stars) {
    teller.tell(Act{.film = film,
                    .kind = EventKind::Rate,
                    .value = stars,
                    .at = rated.value_or(at),
                    .precision = precision(columns.rated_at, rated.has_value()),
                    .id = name,
                    .raw = row.raw()});
  }
  if (status == Status::Wished) act(EventKind::Wish, noted.value_or(at), precision(columns.noted_at, noted.has_value()), name);
  else if (status == Status::Abandoned) act(EventKind::Abandon, at, precision(columns.watched_at, watched.has_value()), name);
  else if (status == Status::Watched || (columns.status.empty() && watched))
    act(EventKind::Watch, at, precision(columns.watched_at, watched.has_value()), fmt::format("{} {}", name, row.get(columns.watched_at)));
  if (const std::string_view review = row.get(columns.review); !review.empty())
    teller.tell(ToldReview{.film = film, .review = {.text = std::string(review), .stars = stars, .at = at}});
  return {};
}

Expected<void> read_files(Files files, const Columns& columns, Teller& teller, const Reading& reading) {
  for (const SourceFile* file : files) {
    CINELOOM_TRY(for_each_export_row(*file, Encoding::Utf8, reading.cancel, [&](const ExportRow& row) { return read_row(row, columns, teller, reading); }));
  }
  return {};
}

constexpr Columns kMovary = {.title = "title",
                             .year = "year",
                             .imdb = "imdbId",
                             .tmdb = "tmdbId",
                             .type = "",
                             .rating = "userRating",
                             .rated_at = "",
                             .watched_at = "watchedAt",
                             .status = "",
                             .noted_at = "addedAt",
                             .review = "comment"};
constexpr Columns kYamtrack = {.title = "title",
                               .year = "",
                               .imdb = "",
                               .tmdb = "media_id",
                               .type = "media_type",
                               .rating = "score",
                               .rated_at = "",
                               .watched_at = "end_date",
                               .status = "status",
                               .noted_at = "created_at",
                               .review = "notes"};
constexpr Columns kSimklTable = {.title = "Title",
                                 .year = "Year",
                                 .imdb = "IMDB",
                                 .tmdb = "TMDB",
                                 .type = "Type",
                                 .rating = "Rating",
                                 .rated_at = "",
                                 .watched_at = "WatchedDate",
                                 .status = "Watchlist",
                                 .noted_at = "",
                                 .review = "Memo"};
constexpr Columns kTmdbAccount = {.title = "Name",
                                  .year = "Release Date",
                                  .imdb = "IMDb ID",
                                  .tmdb = "TMDb ID",
                                  .type = "Type",
                                  .rating = "Your Rating",
                                  .rated_at = "Date Rated",
                                  .watched_at = "",
                                  .status = "",
                                  .noted_at = "",
                                  .review = ""};
constexpr Columns kLetterboxdTable = {.title = "Title",
                                      .year = "Year",
                                      .imdb = "imdbID",
                                      .tmdb = "tmdbID",
                                      .type = "",
                                      .rating = "Rating10",
                                      .rated_at = "",
                                      .watched_at = "WatchedDate",
                                      .status = "",
                                      .noted_at = "",
                                      .review = "Review"};
constexpr Columns kMovaryWishes = {.title = "title",
                                   .year = "year",
                                   .imdb = "imdbId",
                                   .tmdb = "tmdbId",
                                   .type = "",
                                   .rating = "",
                                   .rated_at = "",
                                   .watched_at = "",
                                   .status = "",
                                   .noted_at = "addedAt",
                                   .review = "",
                                   .is_wish = true};

template <const Columns& columns>
Expected<void> read_table(Files files, Teller& teller, const Reading& reading) {
  return read_files(files, columns, teller, reading);
}

const std::array kTables = {
    Format{.name = "Movary watchlist",
           .origin = "movary",
           .claims =
               [](const SourceFile& file) { return has_columns(file, {"title", "year", "tmdbId", "imdbId", "addedAt"}) && !has_columns(file, {"watchedAt"}); },
           .read = read_table<kMovaryWishes>},
    Format{.name = "Movary",
           .origin = "movary",
           .claims = [](const SourceFile& file) { return has_columns(file, {"title", "year", "tmdbId", "imdbId"}); },
           .read = read_table<kMovary>},
    Format{.name = "Yamtrack",
           .origin = "yamtrack",
           .claims = [](const SourceFile& file) { return has_columns(file, {"media_id", "source", "media_type", "status"}); },
           .read = read_table<kYamtrack>},
    Format{.name = "Simkl table",
           .origin = "simkl",
           .claims = [](const SourceFile& file) { return has_columns(file, {"SIMKL_ID", "Title", "Watchlist"}); },
           .read = read_table<kSimklTable>},
    Format{.name = "TMDB account",
           .origin = "tmdb",
           .claims = [](const SourceFile& file) { return has_columns(file, {"TMDb ID", "Name", "Your Rating"}); },
           .read = read_table<kTmdbAccount>},
    Format{.name = "Letterboxd import table",
           .origin = "letterboxd-csv",
           .claims = [](const SourceFile& file) { return has_columns(file, {"Title", "Year", "Rating10", "WatchedDate"}); },
           .read = read_table<kLetterboxdTable>}};

}  // namespace

std::span<const Format> declared_tables() { return kTables; }

}  // namespace cineloom::collect
