#include <fmt/format.h>

#include <set>

#include "collect/csv.h"
#include "collect/film_key.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

/// Adds rows of one Letterboxd table to the batch.
class Reader {
 public:
  Reader(const SourceFiles& files, const ImportOptions& options) : files_(files), viewer_(options.viewer) {
    batch_.source = "letterboxd";
    batch_.viewers.push_back({.name = viewer_});
  }

  Expected<ImportBatch> read() {
    CINELOOM_TRY(table("ratings.csv", EventKind::Rate));
    CINELOOM_TRY(table("diary.csv", EventKind::Watch));
    CINELOOM_TRY(table("watched.csv", EventKind::Watch));
    CINELOOM_TRY(table("likes/films.csv", EventKind::Like));
    CINELOOM_TRY(reviews());
    return std::move(batch_);
  }

 private:
  std::string add_film(std::string_view name, std::string_view year) {
    const int number = static_cast<int>(parse_number(year).value_or(0));
    std::string key = film_key(name, number);
    if (keys_.insert(key).second) {
      batch_.films.push_back({.key = key, .title = {.original = std::string(name), .english = std::string(name)}, .year = number});
    }
    return key;
  }

  // In diary and reviews the address is the entry's, in ratings and watched the film's: only the diary can tell two
  // viewings of one film apart, so the day is part of the key.
  void add(EventKind kind, const std::string& film, Timestamp at, std::optional<double> stars) {
    const auto day = std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
    const bool is_once = kind != EventKind::Watch;
    batch_.events.push_back({.viewer = viewer_,
                             .film_key = film,
                             .event = {.kind = kind,
                                       .value = stars,
                                       .at = at,
                                       .key = fmt::format("letterboxd:{}:{}:{}", static_cast<int>(kind), film, is_once ? 0 : day),
                                       .origin = "letterboxd"}});
    if (kind == EventKind::Watch) watched_.insert(film);
  }

  Expected<void> table(std::string_view name, EventKind kind) {
    const std::string* text = find_file(files_, name);
    if (text == nullptr) return {};
    CINELOOM_TRY(require_utf8(name, *text));
    CsvReader reader(*text);
    CINELOOM_TRY_ASSIGN_IN(const auto header, reader.next(), name);
    if (!header) return {};
    const CsvColumns columns(*header);
    for (;;) {
      CINELOOM_TRY_ASSIGN_IN(const auto row, reader.next(), name);
      if (!row) return {};
      CINELOOM_TRY(row_of(name, kind, columns, *row, reader.line()));
    }
  }

  Expected<void> row_of(std::string_view name, EventKind kind, const CsvColumns& columns, const CsvRow& row, int line) {
    if (columns.get(row, "Name").empty()) return {};
    const std::string_view day = columns.has("Watched Date") ? columns.get(row, "Watched Date") : columns.get(row, "Date");
    const auto at = parse_time(day.empty() ? columns.get(row, "Date") : day);
    if (!at) return fail(ErrorCode::InvalidArgument, fmt::format("{}: line {}: '{}' is no date", name, line, day));
    const std::string film = add_film(columns.get(row, "Name"), columns.get(row, "Year"));
    // watched.csv repeats what the diary knows with the day of marking instead of the day of viewing.
    if (name == "watched.csv" && watched_.contains(film)) return {};
    const auto stars = kind == EventKind::Rate ? parse_number(columns.get(row, "Rating")) : std::nullopt;
    if (kind == EventKind::Rate && (!stars || *stars < 0.5 || *stars > 5)) {
      return fail(ErrorCode::InvalidArgument, fmt::format("{}: line {}: expected 0.5 to 5 stars", name, line));
    }
    add(kind, film, *at, stars);
    return {};
  }

  Expected<void> reviews() {
    const std::string* text = find_file(files_, "reviews.csv");
    if (text == nullptr) return {};
    CINELOOM_TRY(require_utf8("reviews.csv", *text));
    CsvReader reader(*text);
    CINELOOM_TRY_ASSIGN_IN(const auto header, reader.next(), "reviews.csv");
    if (!header) return {};
    const CsvColumns columns(*header);
    for (;;) {
      CINELOOM_TRY_ASSIGN_IN(const auto row, reader.next(), "reviews.csv");
      if (!row) return {};
      const auto at = parse_time(columns.get(*row, "Date"));
      if (columns.get(*row, "Review").empty() || !at) continue;
      batch_.reviews.push_back(
          {.film_key = add_film(columns.get(*row, "Name"), columns.get(*row, "Year")),
           .review = {.author = viewer_, .text = std::string(columns.get(*row, "Review")), .stars = parse_number(columns.get(*row, "Rating")), .at = *at}});
    }
  }

  const SourceFiles& files_;
  std::string viewer_;
  ImportBatch batch_;
  std::set<std::string> keys_;
  std::set<std::string> watched_;
};

bool looks_like_letterboxd(const SourceFiles& files) {
  for (const std::string_view name : {"ratings.csv", "watched.csv", "diary.csv"}) {
    const std::string* text = find_file(files, name);
    if (text != nullptr && std::string_view(*text).substr(0, 200).contains("Letterboxd URI")) return true;
  }
  return false;
}

}  // namespace

const Format kLetterboxd = {
    .name = "Letterboxd export",
    .recognises = looks_like_letterboxd,
    .read = [](const SourceFiles& files, const ImportOptions& options, Progress&, const CancelToken&) { return Reader(files, options).read(); }};

}  // namespace cineloom::collect
