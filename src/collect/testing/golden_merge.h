#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "collect/import.h"

namespace cineloom::testing {

/// What the samples in tests/imports should become (golden.json there).
struct GoldenFilm {
  std::string imdb;
  std::optional<double> rating_0_10;
  std::string first_watched;
};
BOOST_DESCRIBE_STRUCT(GoldenFilm, (), (imdb, rating_0_10, first_watched))

struct GoldenRewatch {
  std::string imdb;
  std::string date;
};
BOOST_DESCRIBE_STRUCT(GoldenRewatch, (), (imdb, date))

struct GoldenMerge {
  std::vector<GoldenFilm> films;
  std::vector<GoldenRewatch> rewatches;
  std::vector<std::string> watchlist;
};
BOOST_DESCRIBE_STRUCT(GoldenMerge, (), (films, rewatches, watchlist))

/// What one viewer's standing events say of each film, by the film's IMDb number (or key where it has none).
struct MergedFilm {
  std::optional<double> rating_0_10;
  std::multiset<std::string> watched;
  bool is_wished = false;
};

inline std::string day_text(Timestamp at) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

inline std::map<std::string, MergedFilm> merged(const ImportBatch& batch, const std::string& viewer) {
  std::map<std::string, std::int64_t> numbers;
  for (const Film& film : batch.films) numbers.try_emplace(film.key, static_cast<std::int64_t>(numbers.size() + 1));
  std::vector<Telling> told;
  for (const ImportedEvent& imported : batch.events) {
    if (imported.viewer != viewer) continue;
    Telling telling{.event = imported.event, .step = imported.step, .precision = imported.precision, .raw = imported.raw};
    telling.event.film = FilmId(numbers.at(imported.film_key));
    told.push_back(std::move(telling));
  }
  settle_tellings(told);
  std::ranges::sort(told, {}, [](const Telling& telling) { return telling.event.at; });
  std::map<std::int64_t, std::string> names;
  for (const Film& film : batch.films) names[numbers[film.key]] = film.external.imdb.value_or(film.key);
  std::map<std::string, MergedFilm> films;
  for (const Telling& telling : told) {
    if (!telling.is_standing) continue;
    MergedFilm& film = films[names[telling.event.film.number()]];
    if (telling.event.kind == EventKind::Rate) film.rating_0_10 = telling.event.value.value_or(0) * 2;
    if (telling.event.kind == EventKind::Watch) film.watched.insert(day_text(telling.event.at));
    if (telling.event.kind == EventKind::Wish) film.is_wished = true;
  }
  return films;
}

/// What is wrong with a merge of the samples, in words; empty = nothing.
inline std::vector<std::string> wrong_in_merge(const ImportBatch& batch, const GoldenMerge& golden) {
  std::vector<std::string> wrong;
  std::map<std::string, MergedFilm> films = merged(batch, "demo");
  for (const GoldenFilm& expected : golden.films) {
    const MergedFilm found = films[expected.imdb];
    films.erase(expected.imdb);
    std::multiset<std::string> days = {expected.first_watched};
    for (const GoldenRewatch& rewatch : golden.rewatches) {
      if (rewatch.imdb == expected.imdb) days.insert(rewatch.date);
    }
    if (found.rating_0_10 != expected.rating_0_10) wrong.push_back(fmt::format("{}: rating {}", expected.imdb, found.rating_0_10.value_or(-1)));
    if (found.watched != days)
      wrong.push_back(
          fmt::format("{}: watched {} times, first {}", expected.imdb, found.watched.size(), found.watched.empty() ? "never" : *found.watched.begin()));
    if (found.is_wished) wrong.push_back(expected.imdb + ": wished");
  }
  for (const std::string& wished : golden.watchlist) {
    if (!films[wished].is_wished) wrong.push_back(wished + ": not wished");
    if (films[wished].rating_0_10 || !films[wished].watched.empty()) wrong.push_back(wished + ": rated or watched");
    films.erase(wished);
  }
  for (const auto& [name, film] : films) wrong.push_back(fmt::format("{}: should not be there", name));
  for (const Viewer& viewer : batch.viewers) {
    if (viewer.name != "demo") wrong.push_back(fmt::format("viewer '{}' should not be there", viewer.name));
  }
  return wrong;
}

/// The samples of `sources`, merged with each other and with a catalogue.
inline Expected<ImportBatch> merge_samples(const std::filesystem::path& source, const std::vector<std::filesystem::path>& paths) {
  Progress progress;
  CINELOOM_TRY_ASSIGN(const ImportBatch library, read_import(source / "demo" / "library", {}, progress, CancelToken()));
  return read_imports(paths, {.viewer = "demo", .catalogue = library.films, .now = std::chrono::sys_days(std::chrono::days(20'700))}, progress, CancelToken());
}

inline Expected<GoldenMerge> read_golden(const std::filesystem::path& samples) {
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(samples / "golden.json"));
  return json::read<GoldenMerge>(text);
}

}  // namespace cineloom::testing
