#include "recommend/internal/model_kinds.h"
#include "recommend/models/neighbourhood.h"
#include "recommend/models/neighbourhood_ratings.h"

namespace cineloom {
namespace {

NeighbourhoodOptions options_of(const FitRequest& request) {
  return {.neighbours = request.whole("neighbours"), .shrinkage = request.number("shrinkage"), .popularity = request.number("popularity")};
}

Expected<std::unique_ptr<Scorer>> fit_items(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  return boxed<Scorer>(ItemNeighbours::fit(request.train, options_of(request), progress, cancel));
}

Expected<std::unique_ptr<Scorer>> fit_users(const FitRequest& request, Progress&, const CancelToken&) {
  return boxed<Scorer>(UserNeighbours::fit(request.train, options_of(request)));
}

FitRatings fit_ratings(NeighbourSide side) {
  return [side](const FitRequest& request, Progress& progress, const CancelToken& cancel) -> Expected<std::unique_ptr<RatingPredictor>> {
    const NeighbourRatingsOptions options{
        .side = side, .neighbours = request.whole("neighbours"), .shrinkage = request.number("shrinkage"), .caution = request.number("caution")};
    return boxed<RatingPredictor>(NeighbourRatings::fit(flat(request.train), request.train.users(), request.train.items(), options, progress, cancel));
  };
}

std::vector<Tunable> ranking_tunables(double neighbours, double shrinkage, double popularity) {
  return {{"neighbours", neighbours, 20, 1000, TunableScale::Whole},
          {"shrinkage", shrinkage, 0.5, 200, TunableScale::Logarithmic},
          {"popularity", popularity, 0.2, 0.9, TunableScale::Linear}};
}

std::vector<Tunable> rating_tunables() {
  return {{"neighbours", 40, 10, 160, TunableScale::Whole},
          {"shrinkage", 100, 10, 500, TunableScale::Logarithmic},
          {"caution", 0.5, 0.05, 5, TunableScale::Logarithmic}};
}

}  // namespace

void add_neighbour_kinds(std::vector<ModelKind>& kinds) {
  kinds.push_back({.name = "item-knn",
                   .description = {"items liked by the same users; stars: items rated alike", "被同一批用户喜欢的物品；评分：被打分相近的物品"},
                   .tunables = ranking_tunables(50, 10, 0.5),
                   .rating_tunables = rating_tunables(),
                   .fit_scorer = fit_items,
                   .fit_ratings = fit_ratings(NeighbourSide::Items)});
  kinds.push_back({.name = "user-knn",
                   .description = {"what like-minded users have; stars: users who rate alike", "口味相近的用户所拥有的；评分：打分相近的用户"},
                   .tunables = ranking_tunables(100, 2, 0.65),
                   .rating_tunables = rating_tunables(),
                   .fit_scorer = fit_users,
                   .fit_ratings = fit_ratings(NeighbourSide::Users)});
}

}  // namespace cineloom
