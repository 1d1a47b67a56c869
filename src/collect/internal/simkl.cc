// A backup of Simkl as JSON: lists of films, series and anime with what became of each.
#include <fmt/format.h>

#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

using boost::json::object;

Film film_of(const object& movie) {
  Film film{.title = {.original = text_at(movie, "title"), .english = text_at(movie, "title")}, .year = parse_year(text_at(movie, "year"))};
  if (const object* ids = object_at(movie, "ids"); ids != nullptr) {
    film.external.imdb = parse_imdb(text_at(*ids, "imdb"));
    film.external.tmdb = parse_tmdb(text_at(*ids, "tmdb"));
  }
  return film;
}

/// Simkl's numbers of planned films may repeat, so the film itself is the id.
Expected<void> add(const object& entry, const object& movie, Teller& teller, const Reading& reading) {
  const Film told = film_of(movie);
  const std::string id = fmt::format("{} {}", told.external.imdb.value_or(told.title.english), told.year);
  const std::size_t film = teller.film(told, id);
  const std::string raw = boost::json::serialize(entry);
  const std::string status = text_at(entry, "status");
  const auto watched = parse_time(text_at(entry, "last_watched_at"));
  const auto rated = parse_time(text_at(entry, "user_rated_at"));
  if (const auto stars = stars_of(number_at(entry, "user_rating").value_or(0), 10)) {
    teller.tell(Act{.film = film, .kind = EventKind::Rate, .value = stars, .at = rated.value_or(watched.value_or(reading.options.now)), .id = id, .raw = raw});
  }
  if (status == "plantowatch") {
    const auto added = parse_time(text_at(entry, {"added_to_watchlist_at", "last_watched_at"}));
    teller.tell(Act{.film = film, .kind = EventKind::Wish, .at = added.value_or(reading.options.now), .precision = Precision::Marking, .id = id, .raw = raw});
  } else if (status == "completed" && watched) {
    teller.tell(Act{.film = film, .kind = EventKind::Watch, .at = *watched, .id = id, .raw = raw});
  } else if (status == "dropped" && watched) {
    teller.tell(Act{.film = film, .kind = EventKind::Abandon, .at = *watched, .id = id, .raw = raw});
  } else {
    teller.pass_over(status == "completed" ? PassedOver::NoDate : PassedOver::InProgress);
  }
  return {};
}

Expected<void> read_simkl(Files files, Teller& teller, const Reading& reading) {
  for (const SourceFile* file : files) {
    CINELOOM_TRY_ASSIGN(const boost::json::value value, json_of(*file));
    const auto* movies = value.is_object() ? value.get_object().if_contains("movies") : nullptr;
    if (movies == nullptr || !movies->is_array()) return fail(ErrorCode::InvalidArgument, file->name + ": expected a list 'movies'");
    for (const auto& entry : movies->get_array()) {
      const object* movie = entry.is_object() ? object_at(entry.get_object(), "movie") : nullptr;
      if (movie == nullptr) return fail(ErrorCode::InvalidArgument, file->name + ": expected a movie in every entry of 'movies'");
      CINELOOM_TRY(add(entry.get_object(), *movie, teller, reading));
    }
    for (const std::string_view other : {"shows", "anime"}) {
      const auto* list = value.get_object().if_contains(other);
      if (list != nullptr && list->is_array() && !list->get_array().empty()) teller.pass_over(PassedOver::NotAFilm, static_cast<int>(list->get_array().size()));
    }
  }
  return {};
}

bool claims_file(const SourceFile& file) {
  const std::string_view start = trim(std::string_view(file.content).substr(0, 400));
  return start.starts_with('{') && start.contains("\"movies\"") && std::string_view(file.content).contains("\"status\"") &&
         std::string_view(file.content).contains("\"simkl\"");
}

}  // namespace

const Format kSimkl = {.name = "Simkl backup", .origin = "simkl", .step = 0.5, .claims = claims_file, .read = read_simkl};

}  // namespace cineloom::collect
