#include "recommend/internal/als_ratings.h"
#include "recommend/internal/model_kinds.h"
#include "recommend/internal/random_scorer.h"
#include "recommend/models/popularity.h"
#include "recommend/models/rating_biases.h"

namespace cineloom {
namespace {

Expected<std::unique_ptr<Scorer>> fit_popularity(const FitRequest& request, Progress&, const CancelToken&) {
  return std::make_unique<Popularity>(request.train);
}

Expected<std::unique_ptr<Scorer>> fit_random(const FitRequest& request, Progress&, const CancelToken&) {
  return std::make_unique<RandomScorer>(request.train.items(), request.seed);
}

Expected<std::unique_ptr<RatingPredictor>> fit_biases(const FitRequest& request, Progress&, const CancelToken&) {
  const RatingBiasesOptions options{.user_damping = request.number("user_damping"), .item_damping = request.number("item_damping")};
  return std::make_unique<RatingBiases>(flat(request.train), request.train.users(), request.train.items(), options);
}

Expected<std::unique_ptr<RatingPredictor>> fit_als(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  std::vector<RatingCell> cells;
  for (const Interaction& rating : flat(request.train)) cells.push_back({.user = rating.user, .item = rating.item, .stars = rating.value});
  RatingModelOptions options{.factors = request.whole("factors"), .sweeps = request.whole("sweeps"), .seed = request.seed};
  options.regularization = request.number("regularization");
  options.bias_regularization = request.number("bias_regularization");
  CINELOOM_TRY_ASSIGN(RatingModel model, RatingModel::fit(cells, request.train.users(), request.train.items(), options, progress, cancel));
  return std::make_unique<AlsRatings>(std::move(model), request.train);
}

}  // namespace

std::vector<Interaction> flat(const Interactions& interactions) {
  std::vector<Interaction> events;
  events.reserve(interactions.size());
  for (std::int32_t user = 0; user < interactions.users(); ++user) {
    for (const HistoryEntry& entry : interactions.history(user)) events.push_back({.user = user, .item = entry.item, .value = entry.value, .time = entry.time});
  }
  return events;
}

void add_simple_kinds(std::vector<ModelKind>& kinds) {
  kinds.push_back({.name = "random", .description = {"by lot; the floor of every ranking", "抽签；任何排序的下限"}, .fit_scorer = fit_random});
  kinds.push_back({.name = "popularity", .description = {"what most users have", "多数用户拥有的"}, .fit_scorer = fit_popularity});
  kinds.push_back({.name = "bias",
                   .description = {"mean + user bias + item bias, shrunk", "均值 + 用户偏差 + 物品偏差（收缩）"},
                   .rating_tunables = {{"user_damping", 5, 0.5, 50, TunableScale::Logarithmic}, {"item_damping", 5, 0.5, 50, TunableScale::Logarithmic}},
                   .fit_ratings = fit_biases});
  kinds.push_back({.name = "als",
                   .description = {"biased factorisation by alternating least squares", "带偏差的矩阵分解（交替最小二乘）"},
                   .rating_tunables = {{"factors", 12, 4, 40, TunableScale::Whole},
                                       {"sweeps", 12, 6, 20, TunableScale::Whole},
                                       {"regularization", 6, 1, 40, TunableScale::Logarithmic},
                                       {"bias_regularization", 3, 0.5, 20, TunableScale::Logarithmic}},
                   .fit_ratings = fit_als});
}

}  // namespace cineloom
