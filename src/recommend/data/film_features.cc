#include "recommend/data/film_features.h"

namespace cineloom {
namespace {

std::vector<std::string> number_or_nothing(std::int64_t number) {
  return number > 0 ? std::vector<std::string>{std::to_string(number)} : std::vector<std::string>();
}

std::vector<std::string> texts(const std::string& text) { return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text}; }

}  // namespace

std::vector<FeatureGroup> film_feature_groups() {
  return {{.name = "genre"},
          {.name = "theme"},
          {.name = "director"},
          {.name = "cast", .weight = 0.25F},
          {.name = "country", .weight = 0.5F},
          {.name = "language", .weight = 0.5F},
          {.name = "age", .weight = 0.25F},
          {.name = "synopsis", .kind = FeatureKind::Words},
          {.name = "year", .kind = FeatureKind::Number},
          {.name = "runtime", .kind = FeatureKind::Number, .weight = 0.25F}};
}

ItemDescription describe_film(const Film& film) {
  return {film.genres,
          film.themes,
          film.directors,
          film.cast,
          film.countries,
          film.languages,
          {std::to_string(film.age_rating)},
          texts(film.synopsis),
          number_or_nothing(film.year),
          number_or_nothing(film.runtime.count())};
}

}  // namespace cineloom
