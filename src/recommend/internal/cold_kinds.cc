#include <algorithm>

#include "recommend/internal/cold_scorer.h"
#include "recommend/internal/model_kinds.h"

namespace cineloom {
namespace {

Expected<std::unique_ptr<Scorer>> fit_cold(const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  if (request.features.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "the data says nothing about its items")
                               .advise("name a file of items and its features in a schema (docs/other-domains.md)"));
  }
  const SparseMatrix seen = request.train.matrix();
  CINELOOM_TRY_ASSIGN(Ials backbone, Ials::fit_automatically(seen, {.terms = {}, .seed = request.seed}, progress, cancel));
  std::vector<ItemDescription> descriptions;
  auto groups = describe_items(request.features, request.feature_names, descriptions);
  CINELOOM_TRY_ASSIGN(FeatureSpace space, FeatureSpace::from(std::move(groups), descriptions));
  CINELOOM_TRY_ASSIGN(ColdItems model, ColdItems::fit({.seen = seen, .backbone = backbone.folding(), .descriptions = descriptions}, std::move(space),
                                                      {.seed = request.seed}, progress, cancel));
  const auto counts = request.train.item_counts();
  std::vector<ColdItem> cold(counts.size());
  for (std::size_t item = 0; item < counts.size(); ++item) {
    if (counts[item] == 0) cold[item] = model.predict(descriptions[item]);
  }
  return std::make_unique<ColdScorer>(std::move(backbone), std::move(model), std::move(cold));
}

}  // namespace

std::vector<FeatureGroup> describe_items(std::span<const std::vector<std::int32_t>> features, std::span<const std::string> names,
                                         std::vector<ItemDescription>& descriptions) {
  std::vector<FeatureGroup> groups;
  std::vector<std::size_t> group_of;
  std::vector<std::string> values;
  for (const std::string& name : names) {
    const auto colon = name.find(": ");
    const std::string group = name.substr(0, colon);
    const auto known = std::ranges::find(groups, group, &FeatureGroup::name);
    group_of.push_back(static_cast<std::size_t>(known - groups.begin()));
    if (known == groups.end()) groups.push_back({.name = group});
    values.push_back(colon == std::string::npos ? name : name.substr(colon + 2));
  }
  for (const auto& list : features) {
    ItemDescription& description = descriptions.emplace_back(groups.size());
    for (const std::int32_t feature : list) description[group_of[static_cast<std::size_t>(feature)]].push_back(values[static_cast<std::size_t>(feature)]);
  }
  return groups;
}

void add_cold_kinds(std::vector<ModelKind>& kinds) {
  kinds.push_back(
      {.name = "cold",
       .description = {"iALS, and kernel ridge from features to factors for items without events", "iALS，加上从特征到因子的核岭回归（用于没有事件的物品）"},
       .fit_scorer = fit_cold});
}

}  // namespace cineloom
