#include "recommend/taste_models.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "recommend/data/film_features.h"
#include "recommend/internal/blend.h"
#include "recommend/internal/lenders.h"
#include "recommend/internal/model_check.h"
#include "recommend/internal/training_memory.h"
#include "recommend/internal/warm_start.h"
#include "recommend/models/private_factors.h"

namespace cineloom {
namespace {

constexpr std::size_t kLeastLikedForCold = 30;  // films; a map from fewer is mostly noise

std::vector<Past> pasts_of(std::span<const Event> events, const std::unordered_map<FilmId, std::int32_t>& positions, WatchMeaning watching) {
  std::unordered_map<ViewerId, std::size_t> places;
  std::vector<PastReader> readers;
  for (const Event& event : events) {
    const auto position = positions.find(event.film);
    if (position == positions.end()) continue;
    const auto [place, is_new] = places.try_emplace(event.viewer, readers.size());
    if (is_new) readers.emplace_back(watching);
    readers[place->second].add(event, position->second);
  }
  std::vector<Past> pasts;
  for (PastReader& reader : readers) pasts.push_back(std::move(reader).finish());
  return pasts;
}

std::vector<Interaction> ratings_of(std::span<const Past> pasts) {
  std::vector<Interaction> ratings;
  for (std::size_t user = 0; user < pasts.size(); ++user) {
    for (const PastFilm& film : pasts[user].films) {
      if (!film.stars) continue;
      ratings.push_back(
          {.user = static_cast<std::int32_t>(user), .item = film.item, .value = static_cast<float>(*film.stars), .time = film.at.time_since_epoch().count()});
    }
  }
  return ratings;
}

SparseMatrix liking_matrix(std::span<const Past> pasts, std::int32_t items) {
  std::vector<SparseCell> cells;
  for (std::size_t user = 0; user < pasts.size(); ++user) {
    for (const PastFilm& film : pasts[user].films) {
      if (film.liking > 0) cells.push_back({.row = static_cast<std::int32_t>(user), .column = film.item, .value = static_cast<float>(film.liking)});
    }
  }
  return SparseMatrix::from_cells(cells, static_cast<std::int32_t>(pasts.size()), items);
}

/// What each viewer liked, in order of time.
Sequences liked_sequences(std::span<const Past> pasts, std::int32_t items) {
  Sequences sequences{.item_count = items, .users = {}};
  for (const Past& past : pasts) {
    auto& liked = sequences.users.emplace_back();
    for (const PastFilm& film : past.films) {
      if (film.liking > 0) liked.push_back(film.item);
    }
  }
  return sequences;
}

/// A catalogue too large for memory goes without item-item weights; the factors rank it alone.
template <class Model>
Expected<void> take_if_it_fits(Expected<Model> fitted, std::optional<Model>& model) {
  if (!fitted && fitted.error().code() != ErrorCode::ResourceExhausted) return std::unexpected(std::move(fitted).error());
  if (fitted) model = *std::move(fitted);
  return {};
}

/// Counts as shares of the largest, on a logarithmic scale.
std::vector<double> popularity_of(std::vector<double> popularity) {
  const double most = std::log1p(std::max(1.0, std::ranges::max(popularity)));
  for (double& count : popularity) count = std::min(std::log1p(count) / most, 1.0);
  return popularity;
}

std::vector<double> popularity_of(std::span<const Past> pasts, std::size_t items) {
  std::vector<double> counts(items, 0);
  for (const Past& past : pasts) {
    for (const std::int32_t item : past.seen) ++counts[static_cast<std::size_t>(item)];
  }
  return popularity_of(std::move(counts));
}

/// What the catalogue says of films, each heading by the weight declared for it.
Expected<SparseMatrix> content_of(std::span<const Film> films) {
  std::vector<ItemDescription> descriptions;
  for (const Film& film : films) descriptions.push_back(describe_film(film));
  CINELOOM_TRY_ASSIGN(const FeatureSpace space, FeatureSpace::from(film_feature_groups(), descriptions));
  SparseMatrix content = space.matrix(descriptions);
  for (std::size_t cell = 0; cell < content.columns.size(); ++cell)
    content.values[cell] *= std::sqrt(space.groups()[space.group_of(content.columns[cell])].weight);
  return content;
}

std::size_t liked_films(const SparseMatrix& liking) {
  std::vector<std::uint8_t> is_liked(static_cast<std::size_t>(liking.column_count), 0);
  for (const std::int32_t item : liking.columns) is_liked[static_cast<std::size_t>(item)] = 1;
  return static_cast<std::size_t>(std::ranges::count(is_liked, 1));
}

}  // namespace

TasteModels::TasteModels(std::span<const Film> films) : content_(films), popularity_(films.size(), 0), is_new_(films.size(), 0) {
  for (std::size_t i = 0; i < films.size(); ++i) {
    positions_[films[i].id] = static_cast<std::int32_t>(i);
    keys_.push_back(fnv1a64(films[i].key));
  }
}

const ColdItem* TasteModels::cold_film(std::int32_t item) const {
  if (cold_films_.empty() || cold_films_[static_cast<std::size_t>(item)].factors.empty()) return nullptr;
  return &cold_films_[static_cast<std::size_t>(item)];
}

std::span<const float> TasteModels::liking_factors(std::int32_t item) const {
  if (const ColdItem* cold = cold_film(item)) return cold->factors;
  return likes_->item_factors().row(static_cast<std::size_t>(item));
}

Expected<TasteModels> TasteModels::train(std::span<const Film> films, std::span<const Event> events, const TasteOptions& given, Progress& progress,
                                         const CancelToken& cancel) {
  if (films.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there are no films to recommend").advise("import a library or scan a folder first"));
  }
  if (given.last && std::cmp_not_equal(given.last->models->items(), films.size())) {
    return fail(ErrorCode::InvalidArgument, "the last model must be one of the same films");
  }
  if (given.in_private) {
    TasteModels models(films);
    CINELOOM_TRY(models.fit_in_private(films, events, *given.in_private, progress, cancel));
    CINELOOM_TRY(require_finite(models));
    return models;
  }
  CINELOOM_TRY_ASSIGN(const TasteOptions options, within_memory(with_measured(given), films.size(), events.size()));
  TasteModels models(films);
  models.watching_ = meaning_of_watching(events);
  const std::vector<Past> pasts = pasts_of(events, models.positions_, models.watching_);
  CINELOOM_TRY(models.choose_blend(pasts, options, progress, cancel));
  CINELOOM_TRY(models.fit(pasts, going_on(options), progress, cancel));
  CINELOOM_TRY(models.fit_cold(liking_matrix(pasts, models.items()), films, options, progress, cancel));
  CINELOOM_TRY(require_finite(models));
  return models;
}

// Whether watching is liking is fixed: to find it out would tell something of everybody.
Expected<void> TasteModels::fit_in_private(std::span<const Film> films, std::span<const Event> events, const PrivateLearning& learning, Progress& progress,
                                           const CancelToken& cancel) {
  watching_ = WatchMeaning::Nothing;
  const SparseMatrix liking = liking_matrix(pasts_of(events, positions_, watching_), items());
  CINELOOM_TRY_ASSIGN(const SparseMatrix content, content_of(films));
  CINELOOM_TRY_ASSIGN(const PrivateFactors factors,
                      PrivateFactors::fit(liking, content, PrivateFactorsOptions::best_for(learning.loss), *learning.bytes, progress, cancel));
  likes_ = Ials::around(factors.folding());
  popularity_ = popularity_of(factors.fame());
  promise_ = PrivatePromise{.loss = factors.loss(), .mu = factors.mu()};
  return {};
}

Expected<void> TasteModels::fit(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  const std::vector<Interaction> ratings = ratings_of(pasts);
  stars_.reset();
  if (!ratings.empty()) {
    CINELOOM_TRY_ASSIGN(const Interactions cells, Interactions::from(ratings, static_cast<std::int32_t>(pasts.size()), items()));
    CINELOOM_TRY_ASSIGN(stars_, BayesianFactorization::fit(cells, options.stars, progress, cancel));
    const auto needy = [&](std::int32_t item) { return stars_->item_ratings(item) == 0; };
    lend_factors(*stars_, content_, options.lenders, needy);
  }
  CINELOOM_TRY(fit_likes(liking_matrix(pasts, items()), options, progress, cancel));
  CINELOOM_TRY(fit_next(pasts, options, progress, cancel));
  if (!pasts.empty()) popularity_ = popularity_of(pasts, popularity_.size());
  return {};
}

Expected<void> TasteModels::fit_likes(const SparseMatrix& liking, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  likes_.reset();
  together_.reset();
  if (liking.size() == 0) return {};
  CINELOOM_TRY_ASSIGN(likes_, Ials::fit(liking, options.likes, progress, cancel));
  return take_if_it_fits(Ease::fit(liking, options.together, progress, cancel), together_);
}

Expected<void> TasteModels::fit_next(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  next_.reset();
  const Sequences liked = liked_sequences(pasts, items());
  if (std::ranges::none_of(liked.users, [](const auto& films) { return films.size() > 1; })) return {};
  return take_if_it_fits(NextRidge::fit(liked, options.next, progress, cancel), next_);
}

Expected<void> TasteModels::fit_cold(const SparseMatrix& liking, std::span<const Film> films, const TasteOptions& options, Progress& progress,
                                     const CancelToken& cancel) {
  if (!options.cold || !likes_ || liked_films(liking) < kLeastLikedForCold) return {};
  std::vector<ItemDescription> descriptions;
  for (const Film& film : films) descriptions.push_back(describe_film(film));
  CINELOOM_TRY_ASSIGN(FeatureSpace space, FeatureSpace::from(film_feature_groups(), descriptions));
  const ColdItemsLesson lesson{.seen = liking, .backbone = likes_->folding(), .descriptions = descriptions};
  CINELOOM_TRY_ASSIGN(cold_, ColdItems::fit(lesson, std::move(space), *options.cold, progress, cancel));
  expect_cold_films(films);
  return {};
}

// Where nobody liked a film its factors are exactly zero.
void TasteModels::expect_cold_films(std::span<const Film> films) {
  cold_films_.clear();
  if (!cold_) return;
  cold_films_.resize(films.size());
  for (std::size_t film = 0; film < films.size(); ++film) {
    const auto row = likes_->item_factors().row(film);
    const bool is_liked = std::ranges::any_of(row, [](float value) { return value != 0; });
    if (!is_liked) cold_films_[film] = cold_->predict(describe_film(films[film]));
  }
}

Expected<void> TasteModels::choose_blend(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  const ProbeSplit split = hold_out_last(pasts, static_cast<std::size_t>(options.most_probed), options.likes.seed);
  if (split.probes.empty()) return {};
  CINELOOM_TRY(fit(split.known, options, progress, cancel));
  blend_ = cineloom::choose_blend(*this, split, options.last ? options.last->models->blend() : BlendWeights());
  quality_ = ranking_quality(*this, split);
  if (!options.last) return {};
  return require_not_worse(compare(*this, *options.last, split), options.worse);
}

}  // namespace cineloom
