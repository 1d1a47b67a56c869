// Films found again by title and year, without numbers: ML-latest-small is known, its other half and titles in another manner are told.
#include <fmt/format.h>

#include <unordered_map>

#include "collect/film_key.h"
#include "collect/import.h"
#include "collect/match.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;

struct Answers {
  std::uint64_t asked = 0;
  int right = 0;
  int wrong = 0;
};

/// How another source writes a film: without numbers, the year one off for every tenth, "&" for "and", small letters.
Film told_in_another_manner(const Film& film, std::size_t at) {
  Film told{.title = {.english = film.title.english}, .year = film.year + (at % 10 == 0 ? (at % 20 == 0 ? 1 : -1) : 0)};
  if (at % 3 == 0) told.title.english = fold_latin(told.title.english);
  if (const auto word = told.title.english.find(" and "); word != std::string::npos && at % 2 == 0) told.title.english.replace(word, 5, " & ");
  return told;
}

void add(Report& report, std::string_view key, const Answers& answers, const std::string& note) {
  const auto asked = static_cast<double>(answers.asked);
  report.add({.key = fmt::format("{}_found", key), .value = answers.right / asked, .unit = "share", .n = answers.asked, .note = note});
  report.add({.key = fmt::format("{}_wrong", key), .value = answers.wrong / asked, .unit = "share", .n = answers.asked, .note = "found another film"});
}

/// Every second film is known; the others are told too, and finding one of them is wrong.
Answers ask_halves(std::span<const Film> films) {
  FilmMatcher matcher;
  std::vector<std::size_t> known;
  for (std::size_t at = 0; at < films.size(); at += 2) {
    matcher.add(films[at]);
    known.push_back(at);
  }
  Answers answers;
  for (std::size_t at = 0; at < films.size(); ++at) {
    const auto found = matcher.find(told_in_another_manner(films[at], at)).film;
    const bool is_known = at % 2 == 0;
    if (is_known) ++answers.asked;
    if (found && known[*found] == at) ++answers.right;
    else if (found) ++answers.wrong;
  }
  return answers;
}

/// The Chinese titles of the catalogue, as Douban tells them.
Answers ask_chinese(std::span<const Film> films) {
  FilmMatcher matcher;
  for (const Film& film : films) matcher.add(film);
  Answers answers;
  for (std::size_t at = 0; at < films.size(); ++at) {
    if (films[at].title.chinese.empty()) continue;
    ++answers.asked;
    const auto found = matcher.find({.title = {.chinese = films[at].title.chinese}, .year = films[at].year}).film;
    if (found && *found == at) ++answers.right;
    else if (found) ++answers.wrong;
  }
  return answers;
}

}  // namespace

void measure_identity(Report& report) {
  Progress progress;
  const fs::path data = fs::path(CINELOOM_SOURCE_DIR) / "../shared/data/ratings/ml-latest-small.zip";
  if (fs::exists(data)) {
    report.add_data(data);
    const auto films = read_import(data, {}, progress, CancelToken());
    if (films) add(report, "identity_title_year", ask_halves(films->films), "half of ML-latest-small known, all told with other letters, signs and years");
  } else {
    report.add_missing("identity_title_year_found", "../shared/data is not here");
  }
  const auto library = read_import(fs::path(CINELOOM_SOURCE_DIR) / "demo" / "library", {}, progress, CancelToken());
  if (library) add(report, "identity_chinese", ask_chinese(library->films), "Chinese titles and years of the library's catalogue");
}

}  // namespace cineloom::bench
