#include "recommend/ranking/film_feeling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace cineloom {
namespace {

struct Place {
  std::string_view word;
  Feeling feeling;
};

// Our own judgement of the catalogue's vocabulary; an analysed film's arc may replace it one day.
constexpr std::array<Place, 40> kPlaces = {{{"action", {0.2, 0.9}},
                                            {"adventure", {0.5, 0.7}},
                                            {"animation", {0.6, 0.5}},
                                            {"biography", {0.1, 0.4}},
                                            {"comedy", {0.8, 0.5}},
                                            {"crime", {-0.4, 0.7}},
                                            {"documentary", {0.0, 0.3}},
                                            {"drama", {-0.2, 0.4}},
                                            {"family", {0.8, 0.4}},
                                            {"fantasy", {0.5, 0.6}},
                                            {"history", {-0.1, 0.4}},
                                            {"horror", {-0.7, 0.9}},
                                            {"music", {0.6, 0.6}},
                                            {"musical", {0.8, 0.6}},
                                            {"mystery", {-0.1, 0.6}},
                                            {"romance", {0.6, 0.4}},
                                            {"science fiction", {0.1, 0.7}},
                                            {"sport", {0.5, 0.7}},
                                            {"thriller", {-0.4, 0.9}},
                                            {"war", {-0.7, 0.8}},
                                            {"western", {0.1, 0.6}},
                                            {"friendship", {0.8, 0.4}},
                                            {"first love", {0.7, 0.5}},
                                            {"grief", {-0.7, 0.3}},
                                            {"revenge", {-0.5, 0.8}},
                                            {"war trauma", {-0.8, 0.5}},
                                            {"loneliness", {-0.5, 0.2}},
                                            {"childhood", {0.5, 0.4}},
                                            {"nature", {0.5, 0.2}},
                                            {"madness", {-0.6, 0.7}},
                                            {"survival", {-0.1, 0.8}},
                                            {"redemption", {0.3, 0.4}},
                                            {"humour in hardship", {0.6, 0.4}},
                                            {"journey home", {0.4, 0.4}},
                                            {"road trip", {0.5, 0.5}},
                                            {"dictatorship", {-0.6, 0.5}},
                                            {"forbidden love", {0.0, 0.5}},
                                            {"family bonds", {0.5, 0.3}},
                                            {"ageing", {-0.1, 0.2}},
                                            {"dreams", {0.4, 0.4}}}};

const Feeling* place_of(std::string_view word) {
  const auto found = std::ranges::find(kPlaces, word, &Place::word);
  return found == kPlaces.end() ? nullptr : &found->feeling;
}

}  // namespace

Feeling film_feeling(const Film& film) {
  Feeling sum;
  int count = 0;
  const auto add = [&](const std::string& word) {
    const Feeling* place = place_of(word);
    if (place == nullptr) return;
    sum.valence += place->valence;
    sum.arousal += place->arousal;
    ++count;
  };
  for (const std::string& genre : film.genres) add(genre);
  for (const std::string& theme : film.themes) add(theme);
  if (count == 0) return {.valence = 0, .arousal = 0.5};
  return {.valence = sum.valence / count, .arousal = sum.arousal / count};
}

Feeling target_feeling(const Feeling& mood, MoodPolicy policy) {
  switch (policy) {
    case MoodPolicy::Lift: return {.valence = std::max(0.6, mood.valence), .arousal = std::clamp(mood.arousal, 0.3, 0.6)};
    case MoodPolicy::Match: return mood;
    case MoodPolicy::Catharsis: return {.valence = std::min(-0.3, mood.valence), .arousal = std::max(0.5, mood.arousal)};
  }
  return mood;
}

double mood_fit(const Feeling& film, const Feeling& target) {
  // Valence spans twice what arousal spans.
  const double distance = std::hypot((film.valence - target.valence) / 2, film.arousal - target.arousal);
  return std::max(0.0, 1 - 2 * distance);
}

}  // namespace cineloom
