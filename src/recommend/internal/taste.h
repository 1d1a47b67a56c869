#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "domain/event.h"
#include "math/posterior.h"
#include "recommend/content_model.h"
#include "recommend/rating_model.h"

namespace cineloom {

/// One film a viewer rated; the last rating counts.
struct RatedFilm {
  int item = 0;
  double stars = 0;
};

/// A viewer folded into the models: the posterior of the factors plus what likeness of content says beyond it.
class Taste {
 public:
  Taste(const RatingModel& ratings, const ContentModel& content, std::span<const RatedFilm> rated);

  /// Stars, 0.5 .. 5.
  [[nodiscard]] double predict(int item) const;
  /// The same without one of the rated films: exact, by taking it back.
  [[nodiscard]] Taste without(std::size_t rated) const;
  /// Standard deviation of a rating around the prediction.
  [[nodiscard]] double deviation(int item) const;
  [[nodiscard]] const std::vector<RatedFilm>& rated() const { return rated_; }

 private:
  const RatingModel* ratings_;
  const ContentModel* content_;
  std::vector<RatedFilm> rated_;
  std::vector<double> surprises_;  ///< stars beyond the factors' prediction, per rated film
  Posterior posterior_;
};

/// The films that events rate, by position, in order of time.
std::vector<RatedFilm> rated_films(std::span<const Event> events, const std::unordered_map<FilmId, int>& positions);

}  // namespace cineloom
