#include "recommend/internal/taste.h"

#include <algorithm>
#include <cmath>

namespace cineloom {
namespace {

// Likeness of content corrects the factors by what surprised at like films; a prior of this weight keeps one film from deciding.
constexpr double kContentPrior = 1.5;

}  // namespace

Taste::Taste(const RatingModel& ratings, const ContentModel& content, std::span<const RatedFilm> rated)
    : ratings_(&ratings), content_(&content), rated_(rated.begin(), rated.end()), posterior_(ratings.new_user()) {
  for (const RatedFilm& film : rated_) posterior_.add(ratings.item_row(film.item), ratings.residual(film.item, film.stars));
  posterior_.solve();
  for (const RatedFilm& film : rated_) surprises_.push_back(film.stars - ratings.predict(posterior_, film.item));
}

double Taste::predict(int item) const {
  double weighted = 0;
  double weights = kContentPrior;
  for (std::size_t i = 0; i < rated_.size(); ++i) {
    const double close = content_->likeness(item, rated_[i].item);
    weighted += close * surprises_[i];
    weights += close;
  }
  const double stars = ratings_->mean_stars() + ratings_->item_bias(item) + posterior_.predict(ratings_->item_row(item)) + weighted / weights;
  return std::clamp(stars, 0.5, 5.0);
}

Taste Taste::without(std::size_t rated) const {
  Taste other = *this;
  const RatedFilm gone = rated_[rated];
  other.rated_.erase(other.rated_.begin() + static_cast<std::ptrdiff_t>(rated));
  other.posterior_.take_back(ratings_->item_row(gone.item), ratings_->residual(gone.item, gone.stars));
  other.posterior_.solve();
  other.surprises_.clear();
  for (const RatedFilm& film : other.rated_) other.surprises_.push_back(film.stars - ratings_->predict(other.posterior_, film.item));
  return other;
}

double Taste::deviation(int item) const {
  // A film with few ratings has a bias and factors that are themselves uncertain.
  const double thin = 1.0 / (1.0 + ratings_->item_ratings(item));
  return ratings_->noise() * std::sqrt(1 + posterior_.variance(ratings_->item_row(item)) + thin);
}

std::vector<RatedFilm> rated_films(std::span<const Event> events, const std::unordered_map<FilmId, int>& positions) {
  std::vector<RatedFilm> rated;
  for (const Event& event : events) {
    const auto position = positions.find(event.film);
    if (event.kind != EventKind::Rate || !event.value || position == positions.end()) continue;
    std::erase_if(rated, [&](const RatedFilm& film) { return film.item == position->second; });
    rated.push_back({.item = position->second, .stars = *event.value});
  }
  return rated;
}

}  // namespace cineloom
