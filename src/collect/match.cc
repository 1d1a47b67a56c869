#include "collect/match.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_set>

#include "base/utf8.h"
#include "collect/film_key.h"

namespace cineloom {
namespace {

constexpr int kYearSlack = 1;
constexpr std::size_t kMostOfATitle = 1000;
constexpr std::size_t kTellingHan = 4;  // characters of a Chinese title that say as much as two words

std::vector<std::string_view> titles_of(const Film& film) {
  std::vector<std::string_view> titles;
  for (const std::string* title : {&film.title.english, &film.title.original, &film.title.chinese}) {
    if (!title->empty() && std::ranges::find(titles, *title) == titles.end()) titles.emplace_back(*title);
  }
  return titles;
}

/// "Star Wars" of "Star Wars: Episode IV"; empty where there is no colon or dash.
std::string_view head_of(std::string_view title) {
  for (const std::string_view mark : {": ", " - ", "：", " – "}) {
    if (const auto at = title.find(mark); at != std::string_view::npos) return title.substr(0, at);
  }
  return {};
}

std::set<std::string> folded(const std::vector<std::string>& names) {
  std::set<std::string> all;
  for (const std::string& name : names) all.insert(comparable_title(name));
  return all;
}

bool shares(const std::set<std::string>& known, const std::vector<std::string>& told) {
  return std::ranges::any_of(told, [&](const std::string& name) { return known.contains(comparable_title(name)); });
}

/// Whether a title alone may stand for a film: one word is too common.
bool is_telling(const Film& film) {
  return std::ranges::any_of(titles_of(film), [](std::string_view title) {
    const bool is_latin = std::ranges::all_of(title, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
    const std::string key = film_key(title, 0);
    return is_latin ? std::ranges::count(key, '-') > (key.starts_with("the-") || key.starts_with("a-") ? 1 : 0) : count_characters(title) >= kTellingHan;
  });
}

/// Lists stay short enough to be walked for every film: real catalogues have a few hundred films of one title.
void add_once(std::vector<std::size_t>& films, std::size_t film) {
  if (films.size() >= kMostOfATitle) return;
  if (std::ranges::find(films, film) == films.end()) films.push_back(film);
}

}  // namespace

std::size_t FilmMatcher::add(const Film& film) {
  const std::size_t number = films_.size();
  films_.push_back({.year = film.year, .external = {}, .directors = {}});
  by_key_.try_emplace(film.key, number);
  add_names(number, film);
  return number;
}

void FilmMatcher::add_names(std::size_t film, const Film& other) {
  Facts& facts = films_[film];
  if (facts.year == 0) facts.year = other.year;
  if (!facts.external.imdb) facts.external.imdb = other.external.imdb;
  if (!facts.external.tmdb) facts.external.tmdb = other.external.tmdb;
  if (facts.directors.empty()) facts.directors = folded(other.directors);
  if (other.external.imdb) by_imdb_.try_emplace(*other.external.imdb, film);
  if (other.external.tmdb) by_tmdb_.try_emplace(*other.external.tmdb, film);
  for (const std::string_view title : titles_of(other)) {
    if (const std::string plain = comparable_title(title); !plain.empty()) add_once(by_title_[plain], film);
    const std::string head = comparable_title(head_of(title).empty() ? title : head_of(title));
    if (!head.empty()) add_once(by_head_[head], film);
  }
}

std::optional<std::size_t> FilmMatcher::find_key(const std::string& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

bool FilmMatcher::contradicts(const Facts& known, const Film& told) const {
  const auto& ids = told.external;
  if (known.external.imdb && ids.imdb && *known.external.imdb != *ids.imdb) return true;
  if (known.external.tmdb && ids.tmdb && *known.external.tmdb != *ids.tmdb) return true;
  return !known.directors.empty() && !told.directors.empty() && !shares(known.directors, told.directors);
}

std::vector<std::size_t> FilmMatcher::titled(const Film& told) const {
  std::vector<std::size_t> films;
  std::unordered_set<std::size_t> seen;
  for (const std::string_view title : titles_of(told)) {
    const auto found = by_title_.find(comparable_title(title));
    if (found == by_title_.end()) continue;
    for (const std::size_t film : found->second) {
      if (!contradicts(films_[film], told) && seen.insert(film).second) films.push_back(film);
    }
  }
  return films;
}

std::optional<std::size_t> FilmMatcher::find_headed(const Film& told) const {
  if (told.directors.empty() || told.year == 0) return std::nullopt;
  std::vector<std::size_t> films;
  for (const std::string_view title : titles_of(told)) {
    const auto found = by_head_.find(comparable_title(head_of(title).empty() ? title : head_of(title)));
    if (found == by_head_.end()) continue;
    for (const std::size_t film : found->second) {
      const Facts& facts = films_[film];
      if (std::abs(facts.year - told.year) <= kYearSlack && !contradicts(facts, told) && shares(facts.directors, told.directors)) add_once(films, film);
    }
  }
  return films.size() == 1 ? std::optional(films.front()) : std::nullopt;
}

FilmMatcher::Answer FilmMatcher::find(const Film& told, const Expectation& expected) const {
  if (told.external.imdb) {
    if (const auto same = by_imdb_.find(*told.external.imdb); same != by_imdb_.end()) return {.film = same->second};
  }
  if (told.external.tmdb) {
    const auto same = by_tmdb_.find(*told.external.tmdb);
    const bool is_other = same != by_tmdb_.end() && told.external.imdb && films_[same->second].external.imdb;
    if (same != by_tmdb_.end() && !is_other) return {.film = same->second};
  }
  const std::vector<std::size_t> films = titled(told);
  if (told.year == 0) {
    if (films.size() == 1 && (is_telling(told) || expected.contains(films.front()))) return {.film = films.front()};
    std::vector<std::size_t> likely;
    std::ranges::copy_if(films, std::back_inserter(likely), [&](std::size_t film) { return expected.contains(film); });
    if (likely.size() == 1) return {.film = likely.front()};
    return {.is_unsure = !films.empty()};
  }
  std::vector<std::size_t> same_year;
  std::vector<std::size_t> near_year;
  for (const std::size_t film : films) {
    if (films_[film].year == told.year) same_year.push_back(film);
    else if (films_[film].year != 0 && std::abs(films_[film].year - told.year) <= kYearSlack) near_year.push_back(film);
  }
  const std::vector<std::size_t>& best = same_year.empty() ? near_year : same_year;
  if (best.size() == 1) return {.film = best.front()};
  if (best.size() > 1) return {.is_unsure = true};
  return {.film = find_headed(told)};
}

int match_films(ImportBatch& batch, std::span<const Film> catalogue) {
  FilmMatcher matcher;
  for (const Film& film : catalogue) matcher.add(film);
  std::unordered_map<std::string, std::string> renamed;
  int matched = 0;
  for (Film& film : batch.films) {
    auto same = matcher.find_key(film.key);
    if (!same) same = matcher.find(film).film;
    if (!same) continue;
    ++matched;
    if (catalogue[*same].key != film.key) renamed[film.key] = catalogue[*same].key;
    film.key = catalogue[*same].key;
  }
  const auto rename = [&renamed](std::string& key) {
    if (const auto found = renamed.find(key); found != renamed.end()) key = found->second;
  };
  for (ImportedEvent& event : batch.events) rename(event.film_key);
  for (ImportedReview& review : batch.reviews) rename(review.film_key);
  for (std::string& key : batch.file_keys) rename(key);
  return matched;
}

}  // namespace cineloom
