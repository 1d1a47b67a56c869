#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/event.h"
#include "domain/film.h"
#include "domain/recommendation.h"
#include "recommend/content_model.h"
#include "recommend/rating_model.h"

namespace cineloom {

struct TrainOptions {
  RatingModelOptions ratings;
  int likes = 12;  ///< films like it that lend an unrated film their factors, >= 1
};

enum class SeenFilms { LeaveOut, Include };

struct RecommendRequest {
  Mood mood;
  MoodPolicy policy = MoodPolicy::Lift;
  std::optional<std::chrono::minutes> time;       ///< longest film
  std::span<const Event> companions = {};         ///< what those who watch too did; who they are is in the events
  SeenFilms seen = SeenFilms::LeaveOut;
  int count = 6;                                  ///< 1 .. 50
};

/// Films for a viewer with reasons that are computed: each "because" was taken away and the list made again.
/// Immutable once made, so any number of threads may ask it.
class Recommender {
 public:
  /// Learns from every Rate event. Errors: InvalidArgument without films or ratings; Cancelled.
  static Expected<Recommender> train(std::span<const Film> films, std::span<const Event> events, const TrainOptions& options,
                                     Progress& progress, const CancelToken& cancel);
  /// The same from stored bytes. Errors: DataLoss; Conflict if it was trained on other films.
  static Expected<Recommender> load(std::span<const Film> films, std::string_view bytes);
  [[nodiscard]] std::string to_bytes() const;

  /// `events`: all that the viewer did, by time; the answer knows the last one. Hidden films never come, seen ones not
  /// unless asked for; what time, age and the mood's conditions rule out is left out before ranking.
  [[nodiscard]] Recommendation recommend(std::span<const Event> events, const RecommendRequest& request) const;

  /// Stars for one film, 0.5 .. 5; nothing for a film it does not know.
  [[nodiscard]] std::optional<double> predict(std::span<const Event> events, FilmId film) const;

 private:
  friend class RecommendationMaker;
  Recommender(std::span<const Film> films, RatingModel ratings);

  std::vector<Film> films_;
  std::unordered_map<FilmId, int> positions_;
  RatingModel ratings_;
  ContentModel content_;
};

}  // namespace cineloom
