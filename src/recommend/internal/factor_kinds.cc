#include "recommend/internal/model_kinds.h"
#include "recommend/models/ease.h"
#include "recommend/models/ials.h"

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

}  // namespace

void add_factor_kinds(std::vector<ModelKind>& kinds) {
  kinds.push_back({.name = "ials", .description = "implicit matrix factorisation (Rendle et al. 2021)",
                   .tunables = {{"factors", 64, 32, 192, TunableScale::Whole}, {"sweeps", 14, 8, 20, TunableScale::Whole},
                                {"regularization", std::nullopt, 0.001, 0.05, TunableScale::Logarithmic}, {"unobserved_weight", std::nullopt, 0.02, 1, TunableScale::Logarithmic}},
                   .fit_scorer = fit_ials});
  kinds.push_back({.name = "ease", .description = "item-item weights in closed form (Steck 2019)",
                   .tunables = {{"regularization", std::nullopt, 10, 3000, TunableScale::Logarithmic}}, .fit_scorer = fit_ease});
}

}  // namespace cineloom
