#include "pipeline/delivery.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "base/json.h"
#include "base/markup.h"
#include "base/sha256.h"
#include "privacy/random_bytes.h"

namespace cineloom {
namespace {

constexpr std::string_view kTokenName = "feed_token";
constexpr int kEveningHour = 20;
constexpr std::chrono::minutes kUnknownRuntime{120};
constexpr std::size_t kCalendarLine = 75;  // octets, by RFC 5545

std::string title_of(const Film& film) {
  if (!film.title.english.empty()) return film.title.english;
  return film.title.original.empty() ? film.key : film.title.original;
}

std::string title_with_year(const Film& film) { return film.year == 0 ? title_of(film) : fmt::format("{} ({})", title_of(film), film.year); }

std::string reasons_of(const Pick& pick) {
  std::string text;
  for (const Reason& reason : pick.reasons) text += (text.empty() ? "" : "; ") + reason.text.english;
  return text;
}

std::time_t seconds_of(Timestamp at) { return std::chrono::system_clock::to_time_t(at); }

/// A content line in pieces of at most 75 octets that do not cut a character.
std::string folded(std::string_view line) {
  std::string text;
  std::size_t width = 0;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t size = 1;
    while (at + size < line.size() && (static_cast<unsigned char>(line[at + size]) & 0xC0U) == 0x80U) ++size;
    if (width + size > kCalendarLine) {
      text += "\r\n ";
      width = 1;
    }
    text += line.substr(at, size);
    width += size;
    at += size;
  }
  return text + "\r\n";
}

std::string calendar_text(std::string_view text) {
  std::string escaped;
  for (const char letter : one_line(text)) {
    if (letter == '\\' || letter == ';' || letter == ',') escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

std::string hash_of(std::string_view token) {
  Sha256 hash;
  hash.add(token);
  return std::move(hash).finish();
}

boost::json::array as_array(const std::vector<std::string>& words) {
  boost::json::array array;
  for (const std::string& word : words) array.emplace_back(word);
  return array;
}

boost::json::object stremio_film(const Film& film, const std::string& description) {
  boost::json::object meta{
      {"id", stremio_id(film)}, {"type", "movie"}, {"name", title_of(film)}, {"description", description}, {"genres", as_array(film.genres)}};
  if (film.year > 0) meta["releaseInfo"] = std::to_string(film.year);
  return meta;
}

}  // namespace

Expected<std::vector<DeliveredFilm>> films_to_deliver(Cinema& cinema, ViewerId viewer, int count, const std::string& genre) {
  TonightRequest request{.viewer = viewer, .count = count};
  if (!genre.empty()) request.filter.any_genres = {genre};
  CINELOOM_TRY_ASSIGN(Recommendation made, cinema.recommend(request));
  std::vector<DeliveredFilm> films;
  for (Pick& pick : made.picks) {
    CINELOOM_TRY_ASSIGN(Film film, cinema.store().film(pick.film));
    CINELOOM_TRY_ASSIGN(const FilmFiles files, cinema.store().files(pick.film));
    films.push_back({.film = std::move(film), .pick = std::move(pick), .has_video = !files.video.empty()});
  }
  return films;
}

std::string write_rss(std::span<const DeliveredFilm> films, const DeliveryPlace& place) {
  const auto today = fmt::gmtime(seconds_of(std::chrono::floor<std::chrono::days>(place.at)));
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>Tonight for {}</title><link>{}</link>"
      "<description>Films picked by Cineloom, with their causes</description><ttl>60</ttl>\n",
      escape_markup(place.viewer), escape_markup(place.page));
  for (const DeliveredFilm& delivered : films) {
    text += fmt::format(
        "<item><title>{}</title><guid isPermaLink=\"false\">cineloom:{}:{:%Y-%m-%d}</guid><pubDate>{:%a, %d %b %Y} 00:00:00 "
        "GMT</pubDate><link>{}#/film/{}</link>",
        escape_markup(title_with_year(delivered.film)), escape_markup(delivered.film.key), today, today, escape_markup(place.page), delivered.film.id.number());
    for (const std::string& genre : delivered.film.genres) text += fmt::format("<category>{}</category>", escape_markup(genre));
    text += fmt::format("<description>{}</description></item>\n",
                        escape_markup(fmt::format("{:.1f} stars expected. {}", delivered.pick.predicted_stars, reasons_of(delivered.pick))));
  }
  return text + "</channel></rss>\n";
}

std::string write_calendar(std::span<const DeliveredFilm> films, const DeliveryPlace& place) {
  std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Cineloom//Picks//EN\r\nCALSCALE:GREGORIAN\r\n";
  text += folded("X-WR-CALNAME:" + calendar_text("Films for " + place.viewer));
  auto evening = std::chrono::floor<std::chrono::days>(place.at) + std::chrono::hours(kEveningHour);
  for (const DeliveredFilm& delivered : films) {
    const auto length = delivered.film.runtime.count() > 0 ? delivered.film.runtime : kUnknownRuntime;
    text += "BEGIN:VEVENT\r\n";
    text += folded(fmt::format("UID:{:%Y%m%d}-{}@cineloom", fmt::gmtime(seconds_of(evening)), delivered.film.id.number()));
    text += fmt::format("DTSTAMP:{:%Y%m%dT%H%M%SZ}\r\n", fmt::gmtime(seconds_of(place.at)));
    text += fmt::format("DTSTART:{:%Y%m%dT%H%M%S}\r\nDURATION:PT{}M\r\n", fmt::gmtime(seconds_of(evening)), length.count());
    text += folded("SUMMARY:" + calendar_text(title_with_year(delivered.film)));
    text += folded("DESCRIPTION:" + calendar_text(reasons_of(delivered.pick)));
    text += "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n";
    evening += std::chrono::days(1);
  }
  return text + "END:VCALENDAR\r\n";
}

std::string write_kodi_playlist(std::span<const DeliveredFilm> films, const DeliveryPlace& place) {
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\" ?>\n<smartplaylist type=\"movies\">\n  <name>Tonight for {}</name>\n  <match>one</match>\n",
      escape_markup(place.viewer));
  text += "  <rule field=\"title\" operator=\"is\">\n";
  for (const DeliveredFilm& delivered : films) {
    std::vector<std::string> titles{title_of(delivered.film), delivered.film.title.original, delivered.film.title.chinese};
    std::ranges::sort(titles);
    titles.erase(std::ranges::unique(titles).begin(), titles.end());
    for (const std::string& title : titles) {
      if (!title.empty()) text += fmt::format("    <value>{}</value>\n", escape_markup(title));
    }
  }
  if (films.empty()) text += "    <value></value>\n";
  return text + "  </rule>\n</smartplaylist>\n";
}

std::string write_radarr_list(std::span<const DeliveredFilm> films) {
  boost::json::array list;
  for (const DeliveredFilm& delivered : films) {
    const ExternalIds& ids = delivered.film.external;
    if (delivered.has_video || (!ids.imdb && !ids.tmdb)) continue;
    boost::json::object film{{"title", title_of(delivered.film)}};
    if (ids.imdb) film["imdb_id"] = *ids.imdb;
    if (ids.tmdb) film["id"] = film["tmdb_id"] = *ids.tmdb;
    list.emplace_back(std::move(film));
  }
  return boost::json::serialize(list);
}

std::string stremio_id(const Film& film) { return film.external.imdb ? *film.external.imdb : fmt::format("cineloom:{}", film.id.number()); }

std::string write_stremio_manifest(const DeliveryPlace& place, std::span<const std::string> genres) {
  boost::json::array options;
  for (const std::string& genre : genres) options.emplace_back(genre);
  boost::json::array extra;
  extra.push_back(boost::json::object{{"name", "genre"}, {"isRequired", false}, {"options", std::move(options)}});
  boost::json::array catalogs;
  catalogs.push_back(
      boost::json::object{{"type", "movie"}, {"id", "tonight"}, {"name", fmt::format("Tonight for {}", one_line(place.viewer))}, {"extra", std::move(extra)}});
  boost::json::array prefixes;
  for (const char* prefix : {"tt", "cineloom:"}) prefixes.emplace_back(prefix);
  const boost::json::object manifest{{"id", "org.cineloom.tonight"},
                                     {"version", CINELOOM_VERSION},
                                     {"name", "Cineloom"},
                                     {"description", "Films of your own library for tonight, and why"},
                                     {"resources", as_array({"catalog", "meta"})},
                                     {"types", as_array({"movie"})},
                                     {"idPrefixes", std::move(prefixes)},
                                     {"catalogs", std::move(catalogs)}};
  return boost::json::serialize(manifest);
}

std::string write_stremio_catalog(std::span<const DeliveredFilm> films) {
  boost::json::array metas;
  for (const DeliveredFilm& delivered : films) metas.emplace_back(stremio_film(delivered.film, reasons_of(delivered.pick)));
  return boost::json::serialize(boost::json::object{{"metas", std::move(metas)}});
}

std::string write_stremio_film(const Film& film) {
  boost::json::object meta = stremio_film(film, film.synopsis);
  if (film.runtime.count() > 0) meta["runtime"] = fmt::format("{} min", film.runtime.count());
  meta["director"] = as_array(film.directors);
  meta["cast"] = as_array(film.cast);
  return boost::json::serialize(boost::json::object{{"meta", std::move(meta)}});
}

Expected<std::string> make_feed_token(Store& store, ViewerId viewer) {
  CINELOOM_TRY(store.viewer(viewer));
  CINELOOM_TRY_ASSIGN(const auto bytes, privacy::secret_bytes());
  std::array<std::uint8_t, 16> secret{};
  bytes->fill(secret);
  std::string token = fmt::format("{}-", viewer.number());
  for (const std::uint8_t byte : secret) token += fmt::format("{:02x}", byte);
  CINELOOM_TRY(store.put_preference(viewer, kTokenName, json::write(hash_of(token))));
  return token;
}

Expected<void> end_feed_token(Store& store, ViewerId viewer) {
  CINELOOM_TRY(store.viewer(viewer));
  return store.put_preference(viewer, kTokenName, json::write(std::string()));
}

Expected<void> end_feed_of(Store& store, const std::string& account) {
  CINELOOM_TRY_ASSIGN(const auto viewer, store.find_viewer(account));
  return viewer ? end_feed_token(store, viewer->id) : Expected<void>();
}

// Hashes are compared: how long it takes says nothing of the token.
Expected<Viewer> viewer_of_feed(Store& store, std::string_view token) {
  const auto unknown = [] {
    return std::unexpected(Error(ErrorCode::NotFound, "there is no such feed").advise("make a new address for it on the viewer's page"));
  };
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
  if (error != std::errc() || end == token.data() + token.size() || *end != '-' || number <= 0) return unknown();
  const auto viewer = store.viewer(ViewerId(number));
  if (!viewer) return unknown();
  CINELOOM_TRY_ASSIGN(const auto kept, store.preference(viewer->id, kTokenName));
  if (!kept) return unknown();
  CINELOOM_TRY_ASSIGN(const auto hash, json::read<std::string>(*kept));
  if (hash.empty() || hash != hash_of(token)) return unknown();
  return *viewer;
}

}  // namespace cineloom
