// The nfo files that Kodi, Jellyfin and others lay beside a film.
#include <fmt/format.h>

#include <pugixml.hpp>

#include "base/json_text.h"
#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"
#include "collect/internal/values.h"

namespace cineloom::collect {
namespace {

std::string text_at(const pugi::xml_node& movie, const char* name) { return std::string(trim(movie.child(name).text().get())); }

/// "7,5" as well as "7.5".
std::optional<double> number_of(std::string text) {
  std::ranges::replace(text, ',', '.');
  return parse_number(text);
}

std::vector<std::string> texts_at(const pugi::xml_node& movie, const char* name) {
  std::vector<std::string> texts;
  for (const pugi::xml_node& node : movie.children(name)) {
    for (std::string& part : split_list(node.text().get(), " / ")) texts.push_back(std::move(part));
  }
  return texts;
}

void read_numbers(const pugi::xml_node& movie, Film& film) {
  for (const pugi::xml_node& number : movie.children("uniqueid")) {
    const std::string_view type = number.attribute("type").as_string();
    if (type == "imdb") film.external.imdb = parse_imdb(number.text().get());
    if (type == "tmdb") film.external.tmdb = parse_tmdb(number.text().get());
  }
  for (const char* name : {"imdbid", "id"}) {
    if (!film.external.imdb && text_at(movie, name).starts_with("tt")) film.external.imdb = parse_imdb(text_at(movie, name));
  }
  if (!film.external.tmdb) film.external.tmdb = parse_tmdb(text_at(movie, "tmdbid"));
}

Film film_of(const pugi::xml_node& movie) {
  Film film{.title = {.original = text_at(movie, "originaltitle"), .english = text_at(movie, "title")}, .year = parse_year(text_at(movie, "year"))};
  if (film.title.original.empty()) film.title.original = film.title.english;
  if (film.year == 0) film.year = parse_year(text_at(movie, "premiered"));
  film.runtime = runtime_of(number_of(text_at(movie, "runtime")));
  for (const std::string& genre : texts_at(movie, "genre")) film.genres.push_back(genre_word(genre));
  film.directors = texts_at(movie, "director");
  film.countries = texts_at(movie, "country");
  for (const pugi::xml_node& actor : movie.children("actor")) {
    if (std::string name = text_at(actor, "name"); !name.empty()) film.cast.push_back(std::move(name));
  }
  film.synopsis = text_at(movie, "plot");
  read_numbers(movie, film);
  return film;
}

std::string raw_of(const SourceFile& file, const pugi::xml_node& movie) {
  return fmt::format(R"({{"file":{},"userrating":{},"playcount":{},"lastplayed":{},"dateadded":{}}})", json_string(file.name),
                     json_string(text_at(movie, "userrating")), json_string(text_at(movie, "playcount")), json_string(text_at(movie, "lastplayed")),
                     json_string(text_at(movie, "dateadded")));
}

Expected<void> read_one(const SourceFile& file, Teller& teller, const Reading& reading) {
  CINELOOM_TRY(require_utf8(file.name, file.content));
  pugi::xml_document document;
  // Behind the XML an address may follow; entities of the file's own are never resolved.
  const auto parsed = document.load_buffer(file.content.data(), file.content.size());
  const pugi::xml_node movie = document.child("movie");
  if (!movie || (!parsed && parsed.status != pugi::status_no_document_element)) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{}: byte {}: expected <movie>: {}", file.name, parsed.offset, parsed.description()))
                               .advise("let the media server write it anew"));
  }
  const Film told = film_of(movie);
  if (told.title.english.empty()) {
    teller.pass_over(PassedOver::NoFilm);
    return {};
  }
  const std::size_t film = teller.film(told);
  const std::string id = told.external.imdb.value_or(teller.films()[film].key);
  const auto played = parse_time(text_at(movie, "lastplayed"));
  const auto added = parse_time(text_at(movie, "dateadded"));
  const Timestamp at = played.value_or(added.value_or(reading.options.now));
  const double top = std::max(10.0, movie.child("userrating").attribute("max").as_double(10));
  const bool is_watched = number_of(text_at(movie, "playcount")).value_or(0) > 0 || text_at(movie, "watched") == "true";
  if (is_watched) teller.tell(Act{.film = film, .at = at, .precision = played ? Precision::Clock : Precision::Marking, .id = id, .raw = raw_of(file, movie)});
  if (const auto stars = stars_of(number_of(text_at(movie, "userrating")).value_or(0), top))
    teller.tell(Act{.film = film, .kind = EventKind::Rate, .value = stars, .at = at, .precision = Precision::Marking, .id = id, .raw = raw_of(file, movie)});
  return {};
}

Expected<void> read_nfo(Files files, Teller& teller, const Reading& reading) {
  for (const SourceFile* file : files) {
    CINELOOM_TRY(reading.cancel.check());
    CINELOOM_TRY(read_one(*file, teller, reading));
  }
  return {};
}

bool claims_file(const SourceFile& file) {
  const std::string_view start = std::string_view(file.content).substr(0, 2048);
  return start.contains("<movie>") || start.contains("<movie ");
}

}  // namespace

const Format kNfo = {.name = "Kodi and Jellyfin nfo", .origin = "nfo", .claims = claims_file, .read = read_nfo};

}  // namespace cineloom::collect
