#include "recommend/taste_models.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "base/thread_pool.h"
#include "recommend/data/film_features.h"
#include "recommend/internal/blend.h"
#include "recommend/internal/lenders.h"
#include "recommend/internal/model_check.h"
#include "recommend/internal/taste_data.h"
#include "recommend/internal/training_memory.h"
#include "recommend/internal/warm_start.h"
#include "recommend/models/private_factors.h"

namespace cineloom {
namespace {

constexpr std::size_t kLeastLikedForCold = 30;  // films; a map from fewer is mostly noise

/// A catalogue too large for memory goes without item-item weights; the factors rank it alone.
template <class Model>
Expected<void> take_if_it_fits(Expected<Model> fitted, std::optional<Model>& model) {
  if (!fitted && fitted.error().code() != ErrorCode::ResourceExhausted) return std::unexpected(std::move(fitted).error());
  if (fitted) model = *std::move(fitted);
  return {};
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
  models.watching_ = options.of_all ? options.of_all->watching : meaning_of_watching(events);
  const std::vector<Past> pasts = taste_data::pasts_of(events, models.positions_, models.watching_);
  CINELOOM_TRY(models.choose_blend(pasts, options, progress, cancel));
  CINELOOM_TRY(models.fit(pasts, going_on(options), progress, cancel));
  CINELOOM_TRY(models.fit_cold(taste_data::liking_matrix(pasts, models.items()), films, options, progress, cancel));
  CINELOOM_TRY(require_finite(models));
  return models;
}

// Whether watching is liking is fixed: to find it out would tell something of everybody.
Expected<void> TasteModels::fit_in_private(std::span<const Film> films, std::span<const Event> events, const PrivateLearning& learning, Progress& progress,
                                           const CancelToken& cancel) {
  watching_ = WatchMeaning::Nothing;
  const SparseMatrix liking = taste_data::liking_matrix(taste_data::pasts_of(events, positions_, watching_), items());
  CINELOOM_TRY_ASSIGN(const SparseMatrix content, content_of(films));
  CINELOOM_TRY_ASSIGN(const PrivateFactors factors,
                      PrivateFactors::fit(liking, content, PrivateFactorsOptions::best_for(learning.loss), *learning.bytes, progress, cancel));
  likes_ = Ials::around(factors.folding());
  popularity_ = taste_data::popularity_of(factors.fame());
  promise_ = PrivatePromise{.loss = factors.loss(), .mu = factors.mu()};
  return {};
}

Expected<void> TasteModels::fit(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  const std::vector<Interaction> ratings = taste_data::ratings_of(pasts);
  stars_.reset();
  if (!ratings.empty()) {
    CINELOOM_TRY_ASSIGN(const Interactions cells, Interactions::from(ratings, static_cast<std::int32_t>(pasts.size()), items()));
    CINELOOM_TRY_ASSIGN(stars_, BayesianFactorization::fit(cells, options.stars, progress, cancel));
    const auto needy = [&](std::int32_t item) { return stars_->item_ratings(item) == 0; };
    lend_factors(*stars_, content_, options.lenders, needy);
  }
  CINELOOM_TRY(fit_likes(taste_data::liking_matrix(pasts, items()), options, progress, cancel));
  CINELOOM_TRY(fit_next(pasts, options, progress, cancel));
  if (!pasts.empty()) popularity_ = taste_data::popularity_of(options.of_all ? options.of_all->seen : taste_data::seen_counts(pasts, popularity_.size()));
  return {};
}

Expected<void> TasteModels::fit_likes(const SparseMatrix& liking, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  likes_.reset();
  together_.reset();
  if (options.of_all) likes_ = options.of_all->likes;
  if (liking.size() == 0) return {};
  if (!options.of_all) { CINELOOM_TRY_ASSIGN(likes_, Ials::fit(liking, options.likes, progress, cancel)); }
  return take_if_it_fits(Ease::fit(liking, options.together, progress, cancel), together_);
}

Expected<void> TasteModels::fit_next(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  next_.reset();
  const Sequences liked = taste_data::liked_sequences(pasts, items());
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

// Where nobody liked a film its factors are exactly zero. A film costs a walk through its features, so all cores take part.
void TasteModels::expect_cold_films(std::span<const Film> films) {
  most_expected_popularity_ = 0;
  if (!cold_) return;
  liking_rows_ = likes_->item_factors();
  is_cold_.assign(films.size(), 0);
  expected_popularity_.assign(films.size(), 0);
  parallel_for(films.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t film = begin; film < end; ++film) {
      const auto row = liking_rows_.row(film);
      if (std::ranges::any_of(row, [](float value) { return value != 0; })) continue;
      const ColdItem expected = cold_->predict(describe_film(films[film]));
      std::ranges::copy(expected.factors, row.begin());
      is_cold_[film] = 1;
      expected_popularity_[film] = expected.popularity;
    }
  });
  for (const float popularity : expected_popularity_)
    most_expected_popularity_ = std::max(most_expected_popularity_, std::abs(static_cast<double>(popularity)));
}

Expected<void> TasteModels::choose_blend(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  const ProbeSplit split = hold_out_last(pasts, most_probed(options.most_probed, popularity_.size()), options.likes.seed);
  if (split.probes.empty()) return {};
  TasteOptions of_known = options;
  of_known.of_all = nullptr;  // it has seen what is held out
  CINELOOM_TRY(fit(split.known, of_known, progress, cancel));
  blend_ = cineloom::choose_blend(*this, split, options.last ? options.last->models->blend() : BlendWeights());
  quality_ = ranking_quality(*this, split);
  if (!options.last) return {};
  return require_not_worse(compare(*this, *options.last, split), options.worse);
}

}  // namespace cineloom
