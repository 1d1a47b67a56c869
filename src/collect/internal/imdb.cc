// Ratings, watchlists and other lists that people export from IMDb. Exports before 2024 are Latin-1, later ones UTF-8.
#include "collect/film_key.h"
#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

bool is_film(std::string_view type) {
  const std::string folded = fold_latin(type);
  return folded.empty() || folded == "movie" || folded == "tvmovie" || folded == "tv movie" || folded == "short" || folded == "video" || folded == "feature" ||
         folded == "tvshort" || folded == "tv short" || folded == "tvspecial" || folded == "tv special";
}

Film film_of(const ExportRow& row) {
  const std::string title(row.get("Title"));
  const std::string original(row.get("Original Title"));
  Film film{.title = {.original = original.empty() ? title : original, .english = title}, .year = parse_year(row.get("Year"))};
  film.runtime = std::chrono::minutes(static_cast<int>(std::clamp(parse_number(row.get("Runtime (mins)")).value_or(0), 0.0, 10'000.0)));
  for (const std::string& genre : split_list(row.get("Genres"), ",")) film.genres.push_back(genre_word(genre));
  film.directors = split_list(row.get("Directors"), ", ");
  film.external.imdb = parse_imdb(row.get("Const"));
  return film;
}

Expected<void> read_row(const ExportRow& row, Teller& teller) {
  const std::string_view given = row.get("Const");
  if (!given.empty() && !parse_imdb(given)) return row.wrong("a number of IMDb such as tt0133093", given);
  if (given.empty() && row.get("Title").empty()) return row.wrong("a number or a title", "");
  if (!is_film(row.get("Title Type"))) {
    teller.pass_over(PassedOver::NotAFilm);
    return {};
  }
  const std::size_t film = teller.film(film_of(row), given);
  const std::string number(given.empty() ? teller.films()[film].key : std::string(given));
  CINELOOM_TRY_ASSIGN(const auto stars, row.stars("Your Rating", 10));
  CINELOOM_TRY_ASSIGN(const auto rated, row.time("Date Rated"));
  CINELOOM_TRY_ASSIGN(const auto listed, row.time("Created"));
  if (stars && !rated) return row.wrong("the day of the rating", row.get("Date Rated"));
  const std::string raw = row.raw();
  if (stars) teller.tell(Act{.film = film, .kind = EventKind::Rate, .value = stars, .at = *rated, .precision = Precision::Day, .id = number, .raw = raw});
  if (listed && row.has("Position"))
    teller.tell(Act{.film = film, .kind = EventKind::Wish, .at = *listed, .precision = Precision::Day, .id = number, .raw = raw});
  return {};
}

Expected<void> read_imdb(Files files, Teller& teller, const Reading& reading) {
  for (const SourceFile* file : files) {
    CINELOOM_TRY(for_each_export_row(*file, Encoding::Latin1, reading.cancel, [&](const ExportRow& row) { return read_row(row, teller); }));
  }
  return {};
}

}  // namespace

const Format kImdb = {.name = "IMDb ratings and watchlist",
                      .origin = "imdb",
                      .step = 0.5,
                      .claims = [](const SourceFile& file) { return has_columns(file, {"Const", "Title", "Title Type"}); },
                      .read = read_imdb};

}  // namespace cineloom::collect
