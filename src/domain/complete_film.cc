#include "domain/complete_film.h"

namespace cineloom {
namespace {

template <class T>
void fill(T& known, const T& other) {
  if (known == T{}) known = other;
}

}  // namespace

void complete_film(Film& known, const Film& other) {
  fill(known.title.original, other.title.original);
  fill(known.title.english, other.title.english);
  fill(known.title.chinese, other.title.chinese);
  fill(known.year, other.year);
  fill(known.runtime, other.runtime);
  fill(known.genres, other.genres);
  fill(known.directors, other.directors);
  fill(known.cast, other.cast);
  fill(known.countries, other.countries);
  fill(known.languages, other.languages);
  fill(known.themes, other.themes);
  fill(known.age_rating, other.age_rating);
  fill(known.synopsis, other.synopsis);
  fill(known.synopsis_chinese, other.synopsis_chinese);
  fill(known.ending, other.ending);
  fill(known.external.imdb, other.external.imdb);
  fill(known.external.tmdb, other.external.tmdb);
}

}  // namespace cineloom
