// What TMDB gives: the daily list of film numbers, and films as its API answers them (with credits, translations, external numbers).
#include <fmt/format.h>

#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"
#include "collect/internal/values.h"

namespace cineloom::collect {
namespace {

using boost::json::object;

constexpr std::size_t kMostPeople = 8;
constexpr int kLinesPerCheck = 4096;

bool is_id_list(const SourceFile& file) {
  const auto first = first_object(file.content);
  return first && first->contains("id") && first->contains("original_title") && first->contains("popularity") && !first->contains("release_date");
}

/// Numbers and titles without a year: they complete films that are known by their number.
Expected<void> read_ids(Files files, Teller& teller, const Reading& reading) {
  teller.set_facts(Facts::OnlyOfKnownFilms);
  for (const SourceFile* file : files) {
    CINELOOM_TRY(require_utf8(file->name, file->content));
    std::string_view rest = file->content;
    for (int line = 1; !rest.empty(); ++line) {
      const auto end = rest.find('\n');
      const std::string_view text = trim(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      if (line % kLinesPerCheck == 0) CINELOOM_TRY(reading.cancel.check());
      if (text.empty()) continue;
      CINELOOM_TRY_ASSIGN_IN(const boost::json::value value, json::parse(text), fmt::format("{}: line {}", file->name, line));
      if (!value.is_object()) return fail(ErrorCode::InvalidArgument, fmt::format("{}: line {}: expected an object", file->name, line));
      const std::string number = text_at(value.get_object(), "id");
      teller.film({.title = {.original = text_at(value.get_object(), "original_title")}, .external = {.tmdb = parse_tmdb(number)}}, number);
    }
  }
  return {};
}

std::vector<std::string> names_in(const object& from, std::string_view list, std::string_view key = "name") {
  std::vector<std::string> names;
  const auto* entries = from.if_contains(list);
  if (entries == nullptr || !entries->is_array()) return names;
  for (const auto& entry : entries->get_array()) {
    if (std::string name = entry.is_object() ? text_at(entry.get_object(), key) : std::string(); !name.empty()) names.push_back(std::move(name));
  }
  return names;
}

std::string chinese_title(const object& film) {
  const object* translations = object_at(film, "translations");
  const auto* list = translations == nullptr ? nullptr : translations->if_contains("translations");
  if (list == nullptr || !list->is_array()) return {};
  for (const auto& entry : list->get_array()) {
    if (!entry.is_object() || text_at(entry.get_object(), "iso_639_1") != "zh" || text_at(entry.get_object(), "iso_3166_1") != "CN") continue;
    const object* data = object_at(entry.get_object(), "data");
    return data == nullptr ? std::string() : text_at(*data, "title");
  }
  return {};
}

void add_people(const object& credits, Film& film) {
  film.cast = names_in(credits, "cast");
  if (film.cast.size() > kMostPeople) film.cast.resize(kMostPeople);
  const auto* crew = credits.if_contains("crew");
  if (crew == nullptr || !crew->is_array()) return;
  for (const auto& member : crew->get_array()) {
    if (member.is_object() && text_at(member.get_object(), "job") == "Director") film.directors.push_back(text_at(member.get_object(), "name"));
  }
}

Film film_of(const object& from) {
  Film film{.title = {.original = text_at(from, "original_title"), .english = text_at(from, "title"), .chinese = chinese_title(from)},
            .year = parse_year(text_at(from, "release_date"))};
  film.runtime = runtime_of(number_at(from, "runtime"));
  for (const std::string& genre : names_in(from, "genres")) film.genres.push_back(genre_word(genre));
  film.countries = names_in(from, "production_countries");
  film.languages = names_in(from, "spoken_languages", "english_name");
  film.synopsis = text_at(from, "overview");
  film.external = {.imdb = parse_imdb(text_at(from, "imdb_id")), .tmdb = parse_tmdb(text_at(from, "id"))};
  if (const object* credits = object_at(from, "credits"); credits != nullptr) add_people(*credits, film);
  return film;
}

Expected<void> read_films(Files files, Teller& teller, const Reading&) {
  for (const SourceFile* file : files) {
    CINELOOM_TRY_ASSIGN(const boost::json::value value, json_of(*file));
    const boost::json::array single = {value};
    for (const auto& entry : value.is_array() ? value.get_array() : single) {
      if (!entry.is_object()) return fail(ErrorCode::InvalidArgument, file->name + ": expected films as objects");
      teller.film(film_of(entry.get_object()), text_at(entry.get_object(), "id"));
    }
  }
  return {};
}

}  // namespace

const Format kTmdbIds = {.name = "TMDB daily ids", .origin = "tmdb", .claims = is_id_list, .read = read_ids};

const Format kTmdbFilm = {.name = "TMDB films",
                          .origin = "tmdb",
                          .claims =
                              [](const SourceFile& file) {
                                const auto first = first_object(file.content);
                                return first && first->contains("original_title") && first->contains("release_date");
                              },
                          .read = read_films};

}  // namespace cineloom::collect
