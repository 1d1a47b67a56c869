#include "recommend/internal/taste.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "recommend/models/row_products.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostContentFilms = 64;
constexpr std::size_t kSpareContentFilms = 8;  // take the places of films that are thought away

double dot(std::span<const float> a, std::span<const float> b) { return static_cast<double>(std::inner_product(a.begin(), a.end(), b.begin(), 0.0F)); }

std::vector<HistoryEntry> rated_of(const Past& past) {
  std::vector<HistoryEntry> rated;
  for (const PastFilm& film : past.films) {
    if (film.stars) rated.push_back({.item = film.item, .value = static_cast<float>(*film.stars), .time = film.at.time_since_epoch().count()});
  }
  return rated;
}

std::vector<const PastFilm*> rated_last(const Past& past, std::size_t most) {
  std::vector<const PastFilm*> films;
  for (auto film = past.films.rbegin(); film != past.films.rend() && films.size() < most; ++film) {
    if (film->stars) films.push_back(&*film);
  }
  return films;
}

std::vector<std::int32_t> items_of(std::span<const PastFilm* const> films) {
  std::vector<std::int32_t> items;
  for (const PastFilm* film : films) items.push_back(film->item);
  return items;
}

/// What each item's weight changed by, where it did.
std::vector<HistoryEntry> changes_of(std::span<const HistoryEntry> now, std::span<const HistoryEntry> then) {
  std::vector<std::pair<std::int32_t, double>> both;
  for (const HistoryEntry& entry : now) both.emplace_back(entry.item, static_cast<double>(entry.value));
  for (const HistoryEntry& entry : then) both.emplace_back(entry.item, -static_cast<double>(entry.value));
  std::ranges::sort(both);
  std::vector<HistoryEntry> changes;
  for (std::size_t i = 0; i < both.size();) {
    const std::int32_t item = both[i].first;
    double change = 0;
    for (; i < both.size() && both[i].first == item; ++i) change += both[i].second;
    if (change != 0) changes.push_back({.item = item, .value = static_cast<float>(change)});
  }
  return changes;
}

/// The sum over items of |now - then| times `reach` of the item.
template <class Reach>
double reach_of_change(std::span<const HistoryEntry> now, std::span<const HistoryEntry> then, Reach reach) {
  double sum = 0;
  for (const HistoryEntry& change : changes_of(now, then)) sum += std::abs(static_cast<double>(change.value)) * static_cast<double>(reach(change.item));
  return sum;
}

double distance(std::span<const float> a, std::span<const float> b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
  return std::sqrt(squares);
}

}  // namespace

Taste::Taste(const TasteModels& models, Past past, std::optional<Timestamp> visit_begin) : Taste(models, std::move(past), visit_begin, std::nullopt, nullptr) {}

Taste::Taste(const TasteModels& models, Past past, std::optional<Timestamp> visit_begin, std::optional<RatingUser> rater,
             std::shared_ptr<const LikenessTable> likeness)
    : models_(&models), past_(std::move(past)), blend_(models.blend()), visit_begin_(visit_begin), rater_(std::move(rater)), likeness_(std::move(likeness)) {
  if (models.stars() && !rater_) rater_ = models.stars()->fold_in(rated_of(past_));
  fold_in_content();
  for (const PastFilm& film : past_.films) {
    if (film.liking <= 0) continue;
    liked_.push_back({.item = film.item, .value = static_cast<float>(film.liking)});
    if (visit_begin_ && film.at >= *visit_begin_) ++visit_likes_;
  }
  if (models.likes()) likes_ = models.likes()->folding().fold_in(liked_);
  if (models.cold()) cold_scale_ = models.cold()->popularity_scale(likes_);
}

void Taste::fold_in_content() {
  const std::vector<const PastFilm*> rated = rated_last(past_, kMostContentFilms);
  const std::vector<std::int32_t> films = items_of(rated);
  auto places = likeness_ ? likeness_->places(films) : std::nullopt;
  if (!places) {
    likeness_ = std::make_shared<LikenessTable>(models_->content(), items_of(rated_last(past_, kMostContentFilms + kSpareContentFilms)));
    places = likeness_->places(films);
  }
  std::vector<double> surprises;
  for (const PastFilm* film : rated) surprises.push_back(*film->stars - (rater_ ? rater_->unclipped_stars(film->item) : models_->mean_stars()));
  content_.emplace(models_->content(), films, *likeness_, *places, surprises,
                   ContentTaste::Noise{.variance = blend_.content_variance, .rating = models_->noise() * models_->noise()});
}

// The rater forgets by exact downdates; the rest is folded in anew.
Taste Taste::without(std::span<const std::size_t> gone) const {
  std::optional<RatingUser> rater = rater_;
  for (std::size_t at = gone.size(); rater && at-- > 0;) {
    const auto before = past_.films.begin() + static_cast<std::ptrdiff_t>(gone[at]);
    if (!before->stars) continue;
    rater = rater->without(static_cast<std::size_t>(std::count_if(past_.films.begin(), before, [](const PastFilm& film) { return film.stars.has_value(); })));
  }
  return {*models_, without_films(past_, gone), visit_begin_, std::move(rater), likeness_};
}

double Taste::raw_stars(std::int32_t item) const { return (rater_ ? rater_->unclipped_stars(item) : models_->mean_stars()) + content_->predict(item); }

double Taste::predict(std::int32_t item) const { return std::clamp(raw_stars(item), 0.5, 5.0); }

double Taste::deviation(std::int32_t item) const { return rater_ ? rater_->forecast(item).deviation : models_->noise(); }

double Taste::together(std::int32_t item) const {
  double sum = 0;
  for (const HistoryEntry& entry : liked_) sum += static_cast<double>(entry.value * models_->together()->contribution(item, entry.item));
  return sum;
}

double Taste::likes(std::int32_t item) const {
  const double expected = models_->is_cold(item) ? cold_scale_ * static_cast<double>(models_->expected_popularity()[static_cast<std::size_t>(item)]) : 0;
  return dot(models_->liking_factors(item), likes_) + expected;
}

double Taste::liking(std::int32_t item) const {
  double sum = blend_.popularity * models_->popularity(item);
  if (models_->likes()) sum += blend_.likes * likes(item);
  if (models_->together()) sum += blend_.together * together(item);
  if (models_->next()) sum += blend_.next * static_cast<double>(models_->next()->score(liked_in_visit(), item));
  return sum;
}

Taste::Terms Taste::terms() const {
  const auto count = static_cast<std::size_t>(models_->items());
  Terms terms{.stars = std::vector<double>(count),
              .likes = std::vector<double>(count, 0),
              .together = std::vector<double>(count, 0),
              .next = std::vector<double>(count, 0)};
  std::vector<float> scores(count, static_cast<float>(models_->mean_stars()));
  if (rater_) rater_->unclipped_stars(scores);
  for (std::size_t item = 0; item < count; ++item) terms.stars[item] = static_cast<double>(scores[item]) + content_->predict(static_cast<std::int32_t>(item));
  if (models_->likes()) {
    multiply_rows(models_->liking_rows(), likes_, scores);
    std::ranges::copy(scores, terms.likes.begin());
    const auto expected = models_->expected_popularity();
    for (std::size_t item = 0; item < expected.size(); ++item) terms.likes[item] += cold_scale_ * static_cast<double>(expected[item]);
  }
  if (models_->together()) {
    models_->together()->score(liked_, scores);
    std::ranges::copy(scores, terms.together.begin());
  }
  if (models_->next()) {
    models_->next()->score(liked_in_visit(), scores);
    std::ranges::copy(scores, terms.next.begin());
  }
  return terms;
}

std::vector<double> blended(const TasteModels& models, const Taste::Terms& terms, const BlendWeights& blend) {
  std::vector<double> sums = terms.stars;
  for (std::size_t item = 0; item < sums.size(); ++item) {
    sums[item] += blend.likes * terms.likes[item] + blend.together * terms.together[item] + blend.next * terms.next[item] +
                  blend.popularity * models.popularity(static_cast<std::int32_t>(item));
  }
  return sums;
}

std::vector<double> Taste::scores() const { return blended(*models_, terms(), blend_); }

TasteShift Taste::shift_from(const Taste& other) const {
  TasteShift shift{.rest = content_->shift_from(*other.content_)};
  if (rater_) {
    const RatingShift stars = rater_->shift_from(*other.rater_);
    shift.constant = stars.constant;
    shift.stars = stars.factors;
  }
  if (models_->likes()) shift.likes = std::abs(blend_.likes) * distance(likes_, other.likes_);
  if (models_->cold()) shift.rest += std::abs(blend_.likes * (cold_scale_ - other.cold_scale_)) * models_->most_expected_popularity();
  if (models_->together()) {
    const auto reach = [&](std::int32_t item) { return models_->together()->reach(item); };
    shift.rest += std::abs(blend_.together) * reach_of_change(liked_, other.liked_, reach);
  }
  if (models_->next()) {
    const NextRidge& next = *models_->next();
    const auto reach = [&](std::int32_t item) { return next.reach(item); };
    shift.rest += std::abs(blend_.next) * reach_of_change(next.weighed(liked_in_visit()), next.weighed(other.liked_in_visit()), reach);
  }
  return shift;
}

OtherShift Taste::other_shift_from(const Taste& other) const {
  OtherShift::Parts parts{.profile = content_->profile_shift_from(*other.content_), .together = {}, .next = {}, .cold = cold_scale_ - other.cold_scale_};
  if (models_->together()) parts.together = changes_of(liked_, other.liked_);
  if (models_->next()) parts.next = changes_of(models_->next()->weighed(liked_in_visit()), models_->next()->weighed(other.liked_in_visit()));
  return {*models_, std::move(parts)};
}

double OtherShift::of(std::int32_t item) const {
  const BlendWeights& blend = models_->blend();
  double sum = parts_.profile.empty() ? 0 : models_->content().product(item, parts_.profile);
  for (const HistoryEntry& change : parts_.together)
    sum += blend.together * static_cast<double>(change.value * models_->together()->contribution(item, change.item));
  for (const HistoryEntry& change : parts_.next) sum += blend.next * static_cast<double>(change.value * models_->next()->contribution(item, change.item));
  if (models_->is_cold(item)) sum += blend.likes * parts_.cold * static_cast<double>(models_->expected_popularity()[static_cast<std::size_t>(item)]);
  return sum;
}

std::vector<float> Taste::factor_shift_from(const Taste& other) const {
  std::vector<float> shift(rater_ ? models_->stars()->all_factors() : 0);
  if (rater_) rater_->factor_shift_from(*other.rater_, shift);
  for (std::size_t k = 0; k < likes_.size(); ++k) shift.push_back(static_cast<float>(blend_.likes) * (likes_[k] - other.likes_[k]));
  return shift;
}

std::vector<double> Taste::draw(Seed visit, double scale) const {
  std::vector<double> shift(static_cast<std::size_t>(models_->items()), 0);
  std::vector<float> scores(shift.size());
  if (rater_) {
    rater_->unclipped_stars(scores);
    for (std::size_t item = 0; item < shift.size(); ++item) shift[item] -= static_cast<double>(scores[item]);
    rater_->draw(derive_seed(visit, "stars"), scale, scores);
    for (std::size_t item = 0; item < shift.size(); ++item) shift[item] += static_cast<double>(scores[item]);
  }
  if (!models_->likes()) return shift;
  const UserPosterior posterior(models_->likes()->folding(), liked_);
  Random random(derive_seed(visit, "likes"));
  std::vector<float> normals(likes_.size());
  for (float& normal : normals) normal = static_cast<float>(random.normal());
  std::vector<float> difference = posterior.sample(normals, static_cast<float>(scale));
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= posterior.factors()[i];
  multiply_rows(models_->liking_rows(), difference, scores);
  for (std::size_t item = 0; item < shift.size(); ++item) shift[item] += blend_.likes * static_cast<double>(scores[item]);
  return shift;
}

}  // namespace cineloom
