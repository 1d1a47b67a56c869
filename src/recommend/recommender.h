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
#include "domain/ranking.h"
#include "domain/recommendation.h"
#include "recommend/taste_models.h"

namespace cineloom {

using TrainOptions = TasteOptions;
class ShiftIndex;

/// What watching and reading a film found of how it feels; beats what its genres say.
using FilmFeelings = std::unordered_map<FilmId, Feeling>;

/// How alike films run to an evening that was drawn, -1 .. 1; a film whose course of feeling is not known is not in it.
using CourseLikenesses = std::unordered_map<FilmId, double>;

enum class SeenFilms { LeaveOut, Include };

/// What the present visit says: films that were opened or watched, and films that were skipped, abandoned or hidden.
struct VisitIntent {
  std::optional<Timestamp> begin;  ///< of the visit; what was liked since then says by its order what may follow
  std::vector<FilmId> toward;  ///< newest first; the first few count
  std::vector<FilmId> away;
};

struct RecommendRequest {
  ViewerId viewer;
  Mood mood;
  MoodPolicy policy = MoodPolicy::Lift;
  FilmFilter filter;
  std::optional<std::chrono::minutes> time;       ///< longest film; of the whole programme if there is one
  RankingDials dials;
  std::span<const Event> companions = {};         ///< what those who watch too did; who they are is in the events
  GroupPolicy group = GroupPolicy::Fair;
  VisitIntent visit;
  CourseLikenesses courses;                       ///< empty = no evening was drawn
  SeenFilms seen = SeenFilms::LeaveOut;
  int count = 6;                                  ///< 1 .. 50
  int programme = 0;                              ///< films that must fit `time` together, 0 .. 5; 0 = each alone
  Seed draw = 1;                                  ///< of exploration; the same within a visit, so that lists do not flicker
  int year = 0;                                   ///< the present one, for freshness; 0 = that of the newest film
};

/// Films for a viewer with reasons that are computed: each "because" was taken away and the list made again.
/// Immutable once made, so any number of threads may ask it.
class Recommender {
 public:
  Recommender(Recommender&& other) noexcept;
  Recommender& operator=(Recommender&& other) noexcept;
  ~Recommender();
  /// Learns from all events; without ratings, content and conditions decide. Errors: InvalidArgument without films; Cancelled.
  static Expected<Recommender> train(std::span<const Film> films, std::span<const Event> events, const TrainOptions& options, Progress& progress,
                                     const CancelToken& cancel);
  /// The same from stored bytes. Films that came after the training are added by their content, so that they can be recommended at
  /// once; films that are gone are dropped. Errors: DataLoss if the bytes are no whole model or of another version; Conflict if it
  /// knows none of the films.
  static Expected<Recommender> load(std::span<const Film> films, std::string_view bytes);
  [[nodiscard]] std::string to_bytes() const;
  /// The same knowing how films feel.
  [[nodiscard]] Recommender with_feelings(const FilmFeelings& feelings) &&;

  /// `events`: all that the viewer did, by time; the answer knows the last one. Hidden films never come, seen ones not
  /// unless asked for; what time, age and the mood's conditions rule out is left out before ranking.
  [[nodiscard]] Recommendation recommend(std::span<const Event> events, const RecommendRequest& request) const;
  /// Why a film is not among the picks of the same request. Errors: NotFound for a film it does not know.
  [[nodiscard]] Expected<Contrast> explain_absence(std::span<const Event> events, const RecommendRequest& request, FilmId film) const;

  /// Stars for one film, 0.5 .. 5; nothing for a film it does not know.
  [[nodiscard]] std::optional<double> predict(std::span<const Event> events, FilmId film) const;
  /// The same for several films, folding the viewer in once. Unknown films give nothing.
  [[nodiscard]] std::vector<std::optional<RatingForecast>> forecast(std::span<const Event> events, std::span<const FilmId> films) const;

  [[nodiscard]] const TasteModels& models() const { return models_; }

 private:
  friend class ScoreBoard;
  friend class RecommendationMaker;
  friend class ReasonFinder;
  Recommender(std::span<const Film> films, TasteModels models);

  std::vector<Film> films_;
  std::vector<Feeling> feelings_;  ///< by film
  std::vector<std::vector<double>> genre_shares_;
  std::vector<double> cautions_;     ///< by film: stars taken off because few rated it
  std::vector<float> star_reaches_;  ///< by film, for TasteShift; so are the next
  std::vector<float> like_reaches_;
  double most_star_reach_ = 0;
  double most_like_reach_ = 0;
  TasteModels models_;
  std::unique_ptr<const ShiftIndex> shifts_;
};

}  // namespace cineloom
