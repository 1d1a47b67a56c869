#include <fmt/format.h>

#include "collect/csv.h"
#include "collect/film_key.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

bool is_film(std::string_view type) {
  const std::string folded = fold_latin(type);
  return folded.empty() || folded == "movie" || folded == "tvmovie" || folded == "tv movie" || folded == "short" || folded == "video" || folded == "feature";
}

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto comma = text.find(", ");
    names.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 2);
  }
  return names;
}

Film film_of(const CsvColumns& columns, const CsvRow& row) {
  const std::string title(columns.get(row, "Title"));
  const std::string original(columns.get(row, "Original Title"));
  const int year = static_cast<int>(parse_number(columns.get(row, "Year")).value_or(0));
  Film film{.key = film_key(title, year), .title = {.original = original.empty() ? title : original, .english = title}, .year = year};
  film.runtime = std::chrono::minutes(static_cast<int>(parse_number(columns.get(row, "Runtime (mins)")).value_or(0)));
  for (const std::string& genre : list_of(columns.get(row, "Genres"))) { film.genres.push_back(genre == "Sci-Fi" ? "science fiction" : fold_latin(genre)); }
  film.directors = list_of(columns.get(row, "Directors"));
  film.external.imdb = std::string(columns.get(row, "Const"));
  return film;
}

// Exports before 2024 are Latin-1, later ones UTF-8.
Expected<ImportBatch> read_imdb(const SourceFiles& files, const ImportOptions& options, Progress&, const CancelToken&) {
  ImportBatch batch{.source = "imdb"};
  batch.viewers.push_back({.name = options.viewer});
  const std::string text = from_latin1(files.begin()->second);
  CsvReader reader(text);
  CINELOOM_TRY_ASSIGN(const auto header, reader.next());
  const CsvColumns columns(header.value_or(CsvRow()));
  int passed_over = 0;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const auto row, reader.next());
    if (!row) break;
    if (columns.get(*row, "Const").empty()) continue;
    if (!is_film(columns.get(*row, "Title Type"))) {
      ++passed_over;
      continue;
    }
    Film film = film_of(columns, *row);
    const auto points = parse_number(columns.get(*row, "Your Rating"));
    const auto at = parse_time(columns.get(*row, "Date Rated"));
    if (points && (*points < 1 || *points > 10 || !at)) {
      return fail(ErrorCode::InvalidArgument, fmt::format("line {}: expected 1 to 10 points and a date", reader.line()));
    }
    if (points) {
      batch.events.push_back({.viewer = options.viewer,
                              .film_key = film.key,
                              .event = {.kind = EventKind::Rate, .value = *points / 2, .at = *at, .key = "imdb:" + *film.external.imdb, .origin = "imdb"}});
    }
    batch.films.push_back(std::move(film));
  }
  if (passed_over > 0) batch.warnings.push_back(fmt::format("{} entries are not films and were passed over", passed_over));
  return batch;
}

}  // namespace

const Format kImdb = {.name = "IMDb export",
                      .recognises =
                          [](const SourceFiles& files) {
                            if (files.size() != 1) return false;
                            const std::string_view start = std::string_view(files.begin()->second).substr(0, 400);
                            return start.contains("Const,") && (start.contains("Your Rating") || start.contains("Position"));
                          },
                      .read = read_imdb};

}  // namespace cineloom::collect
