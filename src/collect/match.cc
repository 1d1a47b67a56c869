#include "collect/match.h"

#include <cstdlib>
#include <unordered_map>

#include "collect/film_key.h"

namespace cineloom {
namespace {

constexpr int kYearSlack = 1;

class Catalogue {
 public:
  explicit Catalogue(std::span<const Film> films) {
    for (const Film& film : films) {
      by_key_[film.key] = &film;
      if (film.external.imdb) by_imdb_[*film.external.imdb] = &film;
      if (film.external.tmdb) by_tmdb_[*film.external.tmdb] = &film;
      for (const std::string* title : {&film.title.english, &film.title.original, &film.title.chinese}) {
        if (!title->empty()) by_title_.emplace(comparable_title(*title), &film);
      }
    }
  }

  [[nodiscard]] const Film* find(const Film& film) const {
    if (const auto same = by_key_.find(film.key); same != by_key_.end()) return same->second;
    if (film.external.imdb) {
      if (const auto same = by_imdb_.find(*film.external.imdb); same != by_imdb_.end()) return same->second;
    }
    if (film.external.tmdb) {
      if (const auto same = by_tmdb_.find(*film.external.tmdb); same != by_tmdb_.end()) return same->second;
    }
    return film.year > 0 ? find_by_title(film) : nullptr;
  }

 private:
  [[nodiscard]] const Film* find_by_title(const Film& film) const {
    const Film* found = nullptr;
    for (const std::string* title : {&film.title.english, &film.title.original, &film.title.chinese}) {
      if (title->empty()) continue;
      const auto [first, last] = by_title_.equal_range(comparable_title(*title));
      for (auto candidate = first; candidate != last; ++candidate) {
        if (std::abs(candidate->second->year - film.year) > kYearSlack) continue;
        if (found != nullptr && found != candidate->second) return nullptr;
        found = candidate->second;
      }
    }
    return found;
  }

  std::unordered_map<std::string, const Film*> by_key_;
  std::unordered_map<std::string, const Film*> by_imdb_;
  std::unordered_map<std::int64_t, const Film*> by_tmdb_;
  std::unordered_multimap<std::string, const Film*> by_title_;
};

}  // namespace

int match_films(ImportBatch& batch, std::span<const Film> catalogue) {
  const Catalogue known(catalogue);
  std::unordered_map<std::string, std::string> renamed;
  int matched = 0;
  for (Film& film : batch.films) {
    const Film* same = known.find(film);
    if (same == nullptr) continue;
    ++matched;
    if (same->key != film.key) renamed[film.key] = same->key;
    film.key = same->key;
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
