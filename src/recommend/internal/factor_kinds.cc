#include "recommend/internal/model_kinds.h"

#include <algorithm>
#include <cmath>

#include "recommend/internal/bayesian_ratings.h"
#include "recommend/internal/known_forecasts.h"
#include "recommend/internal/library_scorer.h"
#include "recommend/models/ease.h"
#include "recommend/models/ensemble.h"
#include "recommend/models/ials.h"
#include "recommend/models/next_item.h"
#include "recommend/models/rating_prediction.h"

namespace cineloom {
namespace {

Expected<std::unique_ptr<Scorer>> fit_ials(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  const SparseMatrix seen = request.train.matrix();
  IalsOptions options{.factors = request.whole("factors"), .sweeps = request.whole("sweeps"), .terms = {}, .seed = request.seed};
  if (!request.has("regularization") || !request.has("unobserved_weight")) return boxed<Scorer>(Ials::fit_automatically(seen, options, progress, cancel));
  options.terms.regularization = static_cast<float>(request.number("regularization"));
  options.terms.unobserved_weight = static_cast<float>(request.number("unobserved_weight"));
  return boxed<Scorer>(Ials::fit(seen, options, progress, cancel));
}

Expected<std::unique_ptr<Scorer>> fit_ease(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  EaseOptions options;
  if (request.has("regularization")) options.regularization = static_cast<float>(request.number("regularization"));
  return boxed<Scorer>(Ease::fit(request.train.matrix(), options, progress, cancel));
}

SparseMatrix feature_matrix(const FitRequest& request) {
  if (request.features.empty()) return {};
  std::vector<SparseCell> cells;
  for (std::size_t item = 0; item < request.features.size(); ++item) {
    for (const std::int32_t feature : request.features[item]) cells.push_back({.row = static_cast<std::int32_t>(item), .column = feature});
  }
  return SparseMatrix::from_cells(cells, static_cast<std::int32_t>(request.features.size()), request.feature_count);
}

Expected<std::unique_ptr<RatingPredictor>> fit_bayes(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  BayesianFactorizationOptions options{.item_features = feature_matrix(request), .seed = request.seed};
  if (request.has("factors")) options.factors = request.whole("factors");
  CINELOOM_TRY_ASSIGN(auto model, BayesianFactorization::fit(request.train, options, progress, cancel));
  return std::make_unique<BayesianRatings>(std::move(model), request.train);
}

Expected<std::unique_ptr<RatingPredictor>> fit_bayes_time(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  RatingPredictionOptions options{.user_features = {}, .item_features = feature_matrix(request), .seed = request.seed};
  if (request.has("factors")) options.factors = request.whole("factors");
  CINELOOM_TRY_ASSIGN(const auto forecasts, predict_ratings(request.train, request.asked, options, progress, cancel));
  auto known = std::make_unique<KnownForecasts>("bayes-time", RatingBiases(flat(request.train), request.train.users(), request.train.items(), {}));
  for (std::size_t at = 0; at < forecasts.size(); ++at) known->add(request.asked[at].user, request.asked[at].item, forecasts[at]);
  return known;
}

Expected<std::unique_ptr<Scorer>> fit_next(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  return boxed<Scorer>(NextItem::fit(request.train, {.seed = request.seed}, progress, cancel));
}

template <Asked asked>
Expected<std::unique_ptr<Scorer>> fit_library(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  std::vector<Film> films;
  std::vector<Event> events;
  for (std::int32_t item = 0; item < request.train.items(); ++item) {
    Film& film = films.emplace_back(Film{.id = FilmId(item + 1), .key = std::to_string(item)});
    if (request.features.empty()) continue;
    for (const std::int32_t feature : request.features[static_cast<std::size_t>(item)]) film.genres.push_back(std::to_string(feature));
  }
  for (const Interaction& event : flat(request.train)) {
    events.push_back(
        {.viewer = ViewerId(event.user + 1), .film = FilmId(event.item + 1), .kind = EventKind::Like, .at = Timestamp(std::chrono::seconds(event.time))});
  }
  CINELOOM_TRY_ASSIGN(TasteModels models, TasteModels::train(films, events, {}, progress, cancel));
  return std::make_unique<LibraryScorer>(std::move(models), asked);
}

/// One row per item; many features are not louder than few.
SparseMatrix content_of(const FitRequest& request) {
  SparseMatrix content{.column_count = request.feature_count};
  for (const auto& features : request.features) {
    content.columns.insert(content.columns.end(), features.begin(), features.end());
    content.values.insert(content.values.end(), features.size(), 1 / std::sqrt(static_cast<float>(std::max<std::size_t>(1, features.size()))));
    content.begins.push_back(content.columns.size());
  }
  return content;
}

Expected<std::unique_ptr<Scorer>> fit_stacked(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  const EnsembleOptions options{.factors = request.whole("factors"), .sweeps = request.whole("sweeps"), .seed = request.seed};
  return boxed<Scorer>(Ensemble::fit(request.train.matrix(), content_of(request), options, progress, cancel));
}

}  // namespace

void add_factor_kinds(std::vector<ModelKind>& kinds) {
  kinds.push_back({.name = "ials",
                   .description = {"implicit matrix factorisation (Rendle et al. 2021)", "隐式矩阵分解（Rendle 等 2021）"},
                   .tunables = {{"factors", 64, 32, 192, TunableScale::Whole},
                                {"sweeps", 14, 8, 20, TunableScale::Whole},
                                {"regularization", std::nullopt, 0.001, 0.05, TunableScale::Logarithmic},
                                {"unobserved_weight", std::nullopt, 0.02, 1, TunableScale::Logarithmic}},
                   .fit_scorer = fit_ials});
  kinds.push_back({.name = "ease",
                   .description = {"item-item weights in closed form (Steck 2019)", "闭式解的物品-物品权重（Steck 2019）"},
                   .tunables = {{"regularization", std::nullopt, 10, 3000, TunableScale::Logarithmic}},
                   .fit_scorer = fit_ease});
  kinds.push_back({.name = "bayes",
                   .description = {"Bayesian SVD++ by Gibbs sampling, with intervals", "贝叶斯 SVD++（吉布斯采样），带区间"},
                   .rating_tunables = {{"factors", std::nullopt, 4, 48, TunableScale::Whole}},
                   .fit_ratings = fit_bayes});
  kinds.push_back(
      {.name = "bayes-time",
       .description = {"Bayesian time SVD++ for pairs known beforehand, days and periods included", "针对已知用户-物品对的贝叶斯时间 SVD++（含日期与时期）"},
       .rating_tunables = {{"factors", std::nullopt, 4, 48, TunableScale::Whole}},
       .fit_ratings = fit_bayes_time});
  kinds.push_back(
      {.name = "next",
       .description = {"what comes next, from the order of what came before; weights learned from the data", "根据先后顺序预测下一物品；权重由数据学得"},
       .fit_scorer = fit_next});
  kinds.push_back({.name = "library",
                   .description = {"the blend of iALS, EASE and popularity behind the library's picks", "片库推荐所用的 iALS、EASE 与热度的组合"},
                   .fit_scorer = fit_library<Asked::Later>});
  kinds.push_back({.name = "library-visit",
                   .description = {"the same, asked in the visit of the last event: its order counts", "同上，在最近一次访问之中询问：顺序也计入"},
                   .fit_scorer = fit_library<Asked::InTheVisit>});
  kinds.push_back({.name = "stacked",
                   .description = {"collective EASE and factors with the items' features, weights learned on held-out users",
                                   "结合物品特征的 EASE 与因子模型，权重在留出用户上学得"},
                   .tunables = {{"factors", 192, 16, 384, TunableScale::Whole}, {"sweeps", 9, 5, 16, TunableScale::Whole}},
                   .fit_scorer = fit_stacked});
}

}  // namespace cineloom
