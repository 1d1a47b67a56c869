#include "recommend/internal/taste.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostContentFilms = 200;

double dot(std::span<const float> a, std::span<const float> b) { return static_cast<double>(std::inner_product(a.begin(), a.end(), b.begin(), 0.0F)); }

}  // namespace

ContentTaste::ContentTaste(const ContentModel& content, std::vector<std::int32_t> films, std::span<const double> surprises, double variance, double noise)
    : content_(&content) {
  if (films.empty() || variance <= 0) return;
  const auto size = static_cast<Eigen::Index>(films.size());
  Eigen::MatrixXd kernel(size, size);
  for (Eigen::Index i = 0; i < size; ++i) {
    for (Eigen::Index j = 0; j <= i; ++j) kernel(i, j) = variance * content.likeness(films[static_cast<std::size_t>(i)], films[static_cast<std::size_t>(j)]);
    kernel(i, i) += noise;
  }
  const Eigen::Map<const Eigen::VectorXd> target(surprises.data(), size);
  const Eigen::VectorXd weights = variance * Eigen::LLT<Eigen::MatrixXd>(kernel).solve(target);
  profile_ = content.profile(films, std::span(weights.data(), films.size()));
}

Taste::Taste(const TasteModels& models, Past past) : Taste(models, std::move(past), models.blend()) {}

Taste::Taste(const TasteModels& models, Past past, const BlendWeights& blend)
    : models_(&models), past_(std::move(past)), blend_(blend), posterior_(models.stars().new_user()) {
  fold_in_stars();
  for (const PastFilm& film : past_.films) {
    if (film.liking > 0) liked_.push_back({.item = film.item, .value = static_cast<float>(film.liking)});
  }
  if (models.likes()) likes_ = models.likes()->folding().fold_in(liked_);
}

void Taste::fold_in_stars() {
  const RatingModel& ratings = models_->stars();
  for (const PastFilm& film : past_.films) {
    if (film.stars) posterior_.add(ratings.item_row(film.item), ratings.residual(film.item, *film.stars));
  }
  posterior_.solve();
  std::vector<std::int32_t> films;
  std::vector<double> surprises;
  for (auto film = past_.films.rbegin(); film != past_.films.rend() && films.size() < kMostContentFilms; ++film) {
    if (!film->stars) continue;
    films.push_back(film->item);
    surprises.push_back(ratings.residual(film->item, *film->stars) - posterior_.predict(ratings.item_row(film->item)));
  }
  content_.emplace(models_->content(), std::move(films), surprises, blend_.content_variance, ratings.noise() * ratings.noise());
}

double Taste::raw_stars(std::int32_t item) const {
  const RatingModel& ratings = models_->stars();
  return ratings.mean_stars() + ratings.item_bias(item) + posterior_.predict(ratings.item_row(item)) + content_->predict(item);
}

double Taste::predict(std::int32_t item) const { return std::clamp(raw_stars(item), 0.5, 5.0); }

double Taste::deviation(std::int32_t item) const {
  const RatingModel& ratings = models_->stars();
  // A film with few ratings has a bias and factors that are themselves uncertain.
  const double thin = 1.0 / (1.0 + ratings.item_ratings(item));
  return ratings.noise() * std::sqrt(1 + posterior_.variance(ratings.item_row(item)) + thin);
}

double Taste::together(std::int32_t item) const {
  double sum = 0;
  for (const HistoryEntry& entry : liked_) sum += static_cast<double>(entry.value * models_->together()->contribution(item, entry.item));
  return sum;
}

double Taste::liking(std::int32_t item) const {
  double sum = blend_.popularity * models_->popularity(item);
  if (models_->likes()) sum += blend_.likes * dot(models_->likes()->item_factors().row(static_cast<std::size_t>(item)), likes_);
  if (models_->together()) sum += blend_.together * together(item);
  return sum;
}

Taste::Terms Taste::terms() const {
  const auto count = static_cast<std::size_t>(models_->items());
  Terms terms{.stars = std::vector<double>(count), .likes = std::vector<double>(count, 0), .together = std::vector<double>(count, 0)};
  for (std::size_t item = 0; item < count; ++item) terms.stars[item] = raw_stars(static_cast<std::int32_t>(item));
  std::vector<float> scores(count);
  if (models_->likes()) {
    models_->likes()->folding().score(likes_, scores);
    std::ranges::copy(scores, terms.likes.begin());
  }
  if (models_->together()) {
    models_->together()->score(liked_, scores);
    std::ranges::copy(scores, terms.together.begin());
  }
  return terms;
}

std::vector<double> Taste::scores() const {
  Terms terms = this->terms();
  for (std::size_t item = 0; item < terms.stars.size(); ++item) {
    terms.stars[item] += blend_.likes * terms.likes[item] + blend_.together * terms.together[item] + blend_.popularity * models_->popularity(static_cast<std::int32_t>(item));
  }
  return std::move(terms.stars);
}

std::vector<double> Taste::draw(Seed visit, double scale) const {
  std::vector<double> shift(static_cast<std::size_t>(models_->items()), 0);
  if (!models_->likes()) return shift;
  const UserPosterior posterior(models_->likes()->folding(), liked_);
  Random random(visit);
  std::vector<float> normals(likes_.size());
  for (float& normal : normals) normal = static_cast<float>(random.normal());
  const std::vector<float> drawn = posterior.sample(normals, static_cast<float>(scale));
  std::vector<float> difference(drawn.size());
  for (std::size_t i = 0; i < drawn.size(); ++i) difference[i] = drawn[i] - posterior.factors()[i];
  std::vector<float> scores(shift.size());
  models_->likes()->folding().score(difference, scores);
  for (std::size_t item = 0; item < shift.size(); ++item) shift[item] = blend_.likes * static_cast<double>(scores[item]);
  return shift;
}

}  // namespace cineloom
