#include "collect/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "base/json_text.h"
#include "collect/internal/export_lines.h"
#include "domain/json.h"

namespace cineloom {
namespace {

using collect::ExportedEvent;
using collect::ExportedReview;

constexpr std::size_t kLargestLetterboxd = 1'000'000;  // bytes that Letterboxd takes at a time
constexpr std::string_view kLetterboxdHeader = "tmdbID,imdbID,Title,Year,Directors,Rating,Rating10,WatchedDate,Rewatch,Tags,Review\n";
constexpr std::string_view kImdbHeader =
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n";

std::string day_of(Timestamp at) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string moment_of(Timestamp at) {
  const auto rest = std::chrono::hh_mm_ss(at - std::chrono::floor<std::chrono::days>(at));
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", day_of(at), rest.hours().count(), rest.minutes().count(), rest.seconds().count(),
                     rest.subseconds().count());
}

/// As a field of a table; in quotes only where it has to be.
std::string quoted(std::string_view text) {
  if (text.find_first_of(",;\t\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char letter : text) field.append(letter == '"' ? "\"\"" : std::string(1, letter));
  return field + "\"";
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

const std::string& title_of(const Film& film) {
  if (!film.title.english.empty()) return film.title.english;
  return film.title.original.empty() ? film.title.chinese : film.title.original;
}

std::string year_of(const Film& film) { return film.year > 0 ? std::to_string(film.year) : std::string(); }

/// What stands of one film.
struct FilmHistory {
  const Film* film = nullptr;
  std::vector<const Telling*> watches;   ///< in order of time
  const Telling* rating = nullptr;       ///< the last
  const Telling* wish = nullptr;
  std::vector<const Review*> reviews;
};

using FilmTable = std::unordered_map<FilmId, const Film*>;

Expected<FilmTable> table_of(const ViewerHistory& history) {
  FilmTable films;
  for (const Film& film : history.films) films[film.id] = &film;
  for (const Telling& telling : history.tellings) {
    if (!films.contains(telling.event.film)) return fail(ErrorCode::InvalidArgument, fmt::format("film {} is not there", telling.event.film.number()));
  }
  for (const Review& review : history.reviews) {
    if (!films.contains(review.film)) return fail(ErrorCode::InvalidArgument, fmt::format("film {} is not there", review.film.number()));
  }
  return films;
}

/// Films with what stands of each, by number.
Expected<std::vector<FilmHistory>> by_film(const ViewerHistory& history) {
  CINELOOM_TRY_ASSIGN(const FilmTable films, table_of(history));
  std::map<FilmId, FilmHistory> table;
  std::vector<const Telling*> told;
  for (const Telling& telling : history.tellings) {
    if (telling.is_standing) told.push_back(&telling);
  }
  std::ranges::stable_sort(told, {}, [](const Telling* telling) { return telling->event.at; });
  for (const Telling* telling : told) {
    FilmHistory& film = table[telling->event.film];
    if (telling->event.kind == EventKind::Watch) film.watches.push_back(telling);
    if (telling->event.kind == EventKind::Rate && telling->event.value) film.rating = telling;
    if (telling->event.kind == EventKind::Wish) film.wish = telling;
  }
  for (const Review& review : history.reviews) table[review.film].reviews.push_back(&review);
  std::vector<FilmHistory> list;
  for (auto& [id, film] : table) {
    film.film = films.at(id);
    list.push_back(std::move(film));
  }
  return list;
}

// ---- cineloom

std::string with_film(const boost::json::value& line, const Film& film) {
  boost::json::object object = line.get_object();
  boost::json::value facts = json::to_value(film);
  facts.get_object().erase("id");
  object["film"] = std::move(facts);
  return boost::json::serialize(object) + "\n";
}

Expected<std::string> line_of(const Telling& telling, const std::string& viewer, const Film& film) {
  const Event& event = telling.event;
  ExportedEvent told{.viewer = viewer,
                     .kind = event.kind,
                     .value = event.value,
                     .mood = event.mood,
                     .at = moment_of(event.at),
                     .precision = telling.precision,
                     .origin = event.origin,
                     .key = event.key,
                     .step = telling.step};
  told.raw = boost::json::object();
  if (!telling.raw.empty()) { CINELOOM_TRY_ASSIGN(told.raw, json::parse(telling.raw)); }
  return with_film(json::to_value(told), film);
}

Expected<std::vector<ExportedFile>> as_cineloom(const ViewerHistory& history) {
  CINELOOM_TRY_ASSIGN(const FilmTable films, table_of(history));
  std::string text = fmt::format(R"({{"cineloom_export":1,"viewer":{}}})", json_string(history.viewer)) + "\n";
  for (const Telling& telling : history.tellings) {
    CINELOOM_TRY_ASSIGN(const std::string line, line_of(telling, history.viewer, *films.at(telling.event.film)));
    text += line;
  }
  for (const Review& review : history.reviews) {
    boost::json::value line = json::to_value(
        ExportedReview{.author = review.author, .language = review.language, .text = review.text, .stars = review.stars, .at = moment_of(review.at)});
    line.get_object()["review"] = true;
    text += with_film(line, *films.at(review.film));
  }
  return std::vector<ExportedFile>{{.name = "cineloom.ndjson", .content = std::move(text)}};
}

// ---- letterboxd

/// The tags that Letterboxd's own diary had.
std::string tags_of(const Telling& telling) {
  if (telling.event.origin != "letterboxd" || telling.raw.empty()) return {};
  const auto raw = json::parse(telling.raw);
  const auto* tags = raw && raw->is_object() ? raw->get_object().if_contains("Tags") : nullptr;
  return tags != nullptr && tags->is_string() ? std::string(std::string_view(tags->get_string())) : std::string();
}

/// One line of Letterboxd's table.
struct Line {
  const Telling* watch = nullptr;
  bool is_rewatch = false;
  bool is_rated = false;
  const Review* review = nullptr;
};

/// A line for each viewing; the last carries the rating, and each review stands with the viewing of its day, or on a line of its own.
std::vector<Line> lines_of(const FilmHistory& film) {
  std::vector<Line> lines;
  for (const Telling* watch : film.watches) lines.push_back({.watch = watch, .is_rewatch = !lines.empty()});
  for (const Review* review : film.reviews) {
    auto line = std::ranges::find_if(
        lines, [&](const Line& one) { return one.review == nullptr && one.watch != nullptr && day_of(one.watch->event.at) == day_of(review->at); });
    if (line == lines.end()) line = std::ranges::find_if(lines, [](const Line& one) { return one.review == nullptr; });
    if (line == lines.end()) lines.push_back({.review = review});
    else line->review = review;
  }
  if (film.rating == nullptr) return lines;
  if (lines.empty()) lines.emplace_back();
  lines.back().is_rated = true;
  return lines;
}

std::string text_of(const FilmHistory& history, const Line& line) {
  const Film& film = *history.film;
  const double stars = line.is_rated ? history.rating->event.value.value_or(0) : 0;
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", film.external.tmdb ? std::to_string(*film.external.tmdb) : "", film.external.imdb.value_or(""),
                     quoted(title_of(film)), year_of(film), quoted(joined(film.directors)), line.is_rated ? fmt::format("{}", stars) : "",
                     line.is_rated ? fmt::format("{}", std::lround(stars * 2)) : "", line.watch != nullptr ? day_of(line.watch->event.at) : "",
                     line.is_rewatch ? "Yes" : "", line.watch != nullptr ? quoted(tags_of(*line.watch)) : "",
                     line.review != nullptr ? quoted(line.review->text) : "");
}

Expected<std::vector<ExportedFile>> as_letterboxd(const ViewerHistory& history) {
  CINELOOM_TRY_ASSIGN(const auto films, by_film(history));
  std::vector<ExportedFile> files;
  const auto begin_file = [&] {
    files.push_back(
        {.name = fmt::format("letterboxd{}.csv", files.empty() ? "" : fmt::format("-{}", files.size() + 1)), .content = std::string(kLetterboxdHeader)});
  };
  begin_file();
  for (const FilmHistory& film : films) {
    for (const Line& line : lines_of(film)) {
      const std::string text = text_of(film, line);
      if (files.back().content.size() + text.size() > kLargestLetterboxd) begin_file();
      files.back().content += text;
    }
  }
  return files;
}

// ---- imdb

Expected<std::vector<ExportedFile>> as_imdb(const ViewerHistory& history) {
  CINELOOM_TRY_ASSIGN(const auto films, by_film(history));
  std::string text(kImdbHeader);
  for (const FilmHistory& one : films) {
    if (one.rating == nullptr) continue;
    const Film& film = *one.film;
    const std::string number = film.external.imdb.value_or("");
    text += fmt::format("{},{},{},{},{},{},Movie,,{},{},{},,,{}\n", number, std::lround(one.rating->event.value.value_or(0) * 2), day_of(one.rating->event.at),
                        quoted(title_of(film)), quoted(film.title.original), number.empty() ? "" : "https://www.imdb.com/title/" + number + "/",
                        film.runtime.count() > 0 ? std::to_string(film.runtime.count()) : "", year_of(film), quoted(joined(film.genres)),
                        quoted(joined(film.directors)));
  }
  return std::vector<ExportedFile>{{.name = "imdb-ratings.csv", .content = std::move(text)}};
}

// ---- trakt

boost::json::object trakt_film(const Film& film) {
  boost::json::object ids;
  ids["slug"] = film.key;
  if (film.external.imdb) ids["imdb"] = *film.external.imdb;
  if (film.external.tmdb) ids["tmdb"] = *film.external.tmdb;
  boost::json::object movie;
  movie["title"] = title_of(film);
  movie["year"] = film.year > 0 ? boost::json::value(film.year) : boost::json::value(nullptr);
  movie["ids"] = std::move(ids);
  return movie;
}

boost::json::object trakt_entry(std::string_view when, const Telling& telling, const Film& film) {
  boost::json::object entry;
  entry[when] = moment_of(telling.event.at);
  entry["type"] = "movie";
  entry["movie"] = trakt_film(film);
  return entry;
}

Expected<std::vector<ExportedFile>> as_trakt(const ViewerHistory& history) {
  CINELOOM_TRY_ASSIGN(const auto films, by_film(history));
  boost::json::array watched;
  boost::json::array rated;
  boost::json::array wished;
  for (const FilmHistory& one : films) {
    for (const Telling* watch : one.watches) {
      boost::json::object entry = trakt_entry("watched_at", *watch, *one.film);
      entry["id"] = static_cast<std::int64_t>(watched.size() + 1);
      entry["action"] = "watch";
      watched.push_back(std::move(entry));
    }
    if (one.rating != nullptr) {
      boost::json::object entry = trakt_entry("rated_at", *one.rating, *one.film);
      entry["rating"] = std::lround(one.rating->event.value.value_or(0) * 2);
      rated.push_back(std::move(entry));
    }
    if (one.wish != nullptr) wished.push_back(trakt_entry("listed_at", *one.wish, *one.film));
  }
  return std::vector<ExportedFile>{{.name = "watched-history-1.json", .content = boost::json::serialize(watched) + "\n"},
                                   {.name = "ratings-movies.json", .content = boost::json::serialize(rated) + "\n"},
                                   {.name = "lists-watchlist.json", .content = boost::json::serialize(wished) + "\n"}};
}

}  // namespace

std::string history_formats() { return "cineloom, letterboxd, imdb, trakt"; }

Expected<std::vector<ExportedFile>> export_history(const ViewerHistory& history, HistoryFormat format) {
  switch (format) {
    case HistoryFormat::Cineloom: return as_cineloom(history);
    case HistoryFormat::Letterboxd: return as_letterboxd(history);
    case HistoryFormat::Imdb: return as_imdb(history);
    case HistoryFormat::Trakt: break;
  }
  return as_trakt(history);
}

}  // namespace cineloom
