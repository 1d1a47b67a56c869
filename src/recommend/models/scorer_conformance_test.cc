// Every model of the registry that ranks keeps the rules of scorers.
#include "recommend/testing/scorer_suite.h"

#include "recommend/evaluation/model_registry.h"
#include "recommend/models/ease.h"
#include "recommend/models/ensemble.h"
#include "recommend/models/ials.h"
#include "recommend/models/neighbourhood.h"
#include "recommend/models/next_item.h"

namespace cineloom::testing {
namespace {

/// NDCG@10 on the planted world by model; measured, with room for the noise of the world.
struct Band {
  double least = 0.25;
  double most = 0.6;
};

Band band_of(const std::string& name) {
  if (name == "random") return {.least = 0.03, .most = 0.16};
  if (name == "popularity") return {.least = 0.03, .most = 0.2};
  // The world's order is by lot, so that there is no next item to learn; what is left is the taste.
  if (name == "next") return {.least = 0.2};
  return {};
}

template <class Model>
Expected<std::unique_ptr<Scorer>> copied(const Scorer& scorer) {
  ByteWriter writer;
  dynamic_cast<const Model&>(scorer).write(writer);
  const std::string bytes = std::move(writer).take();
  ByteReader reader(bytes);
  CINELOOM_TRY_ASSIGN(Model model, Model::read(reader));
  return std::make_unique<Model>(std::move(model));
}

ScorerCase case_of(const ModelKind& kind) {
  const Band band = band_of(kind.name);
  ScorerCase tested{.name = kind.name, .least_ndcg = band.least, .most_ndcg = band.most};
  tested.fit = [&kind](const Interactions& train, Seed seed) {
    Progress progress;
    return kind.fit_scorer({.train = train, .features = {}, .settings = default_settings(kind.tunables), .seed = seed}, progress, CancelToken());
  };
  if (kind.name == "item-knn") tested.copied = copied<ItemNeighbours>;
  if (kind.name == "ials") tested.copied = copied<Ials>;
  if (kind.name == "ease") tested.copied = copied<Ease>;
  if (kind.name == "next") tested.copied = copied<NextItem>;
  if (kind.name == "stacked") tested.copied = copied<Ensemble>;
  return tested;
}

std::vector<ScorerCase> all_cases() {
  std::vector<ScorerCase> cases;
  for (const ModelKind& kind : model_kinds()) {
    // "cold" needs features, which the planted world does not have; EvaluationRun tests it.
    if (kind.fit_scorer && kind.name != "cold") cases.push_back(case_of(kind));
  }
  return cases;
}

std::vector<ScorerCase> stored_cases() {
  auto cases = all_cases();
  std::erase_if(cases, [](const ScorerCase& tested) { return !tested.copied; });
  return cases;
}

std::string name_of(const ::testing::TestParamInfo<ScorerCase>& info) {
  std::string name = info.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Registry, ScorerSuite, ::testing::ValuesIn(all_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Registry, StoredScorerSuite, ::testing::ValuesIn(stored_cases()), name_of);

}  // namespace
}  // namespace cineloom::testing
