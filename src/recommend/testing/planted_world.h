#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "recommend/recommender.h"

namespace cineloom::testing {

/// Films of two kinds and viewers who like one of them, with noise: what a model must find again.
struct PlantedWorld {
  static constexpr int kFilms = 80;
  static constexpr int kViewers = 60;
  std::vector<Film> films;
  std::vector<Event> events;

  PlantedWorld() {
    for (int i = 0; i < kFilms; ++i) {
      films.push_back({.id = FilmId(i + 1),
                       .key = "film-" + std::to_string(i),
                       .title = {.english = "Film " + std::to_string(i)},
                       .year = 1950 + i % 60,
                       .runtime = std::chrono::minutes(80 + i),
                       .genres = {i % 2 == 0 ? "comedy" : "horror"},
                       .directors = {"Director " + std::to_string(i % 10)},
                       .languages = {"English"},
                       .age_rating = i % 2 == 0 ? 0 : 16});
    }
    Random random(3);
    for (int viewer = 0; viewer < kViewers; ++viewer) {
      for (int film = 0; film < kFilms - 2; ++film) {  // the last two films have no ratings
        if (random.uniform() > 0.4) continue;
        const bool likes = viewer % 2 == film % 2;
        rate(viewer + 1, film + 1, std::clamp((likes ? 4.3 : 1.8) + 0.5 * random.normal(), 0.5, 5.0));
      }
    }
  }
  void rate(int viewer, int film, double stars) {
    events.push_back(
        {.viewer = ViewerId(viewer), .film = FilmId(film), .kind = EventKind::Rate, .value = stars, .at = Timestamp(std::chrono::seconds(events.size()))});
  }
  [[nodiscard]] Expected<Recommender> train(const TrainOptions& options = {}) const {
    Progress progress;
    return Recommender::train(films, events, options, progress, CancelToken());
  }
};

/// A new viewer who gives five stars to films of one kind and one star to those of the other.
inline std::vector<Event> fan_of(int parity, int count = 6) {
  std::vector<Event> events;
  for (int i = 0; i < count; ++i) {
    const int film = 2 * i + parity + 1;
    events.push_back({.viewer = ViewerId(500), .film = FilmId(film), .kind = EventKind::Rate, .value = 5, .at = Timestamp(std::chrono::seconds(i))});
    events.push_back(
        {.viewer = ViewerId(500), .film = FilmId(2 * i + (1 - parity) + 41), .kind = EventKind::Rate, .value = 1, .at = Timestamp(std::chrono::seconds(i))});
  }
  return events;
}

}  // namespace cineloom::testing
