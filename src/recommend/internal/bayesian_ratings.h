#pragma once

#include "recommend/models/bayesian_factorization.h"
#include "recommend/models/rating_predictor.h"

namespace cineloom {

/// Bayesian factorisation asked as a predictor of stars. A folded-in user fills some hundred kilobytes, so users are folded in when
/// they are asked about and forgotten again.
class BayesianRatings final : public RatingPredictor {
 public:
  BayesianRatings(BayesianFactorization model, Interactions train) : model_(std::move(model)), train_(std::move(train)) {}

  [[nodiscard]] std::string_view name() const override { return "bayes"; }
  [[nodiscard]] RatingForecast predict(std::int32_t user, std::int32_t item) const override { return model_.fold_in(train_.history(user)).forecast(item); }
  void predict_all(std::int32_t user, std::span<const std::int32_t> items, std::span<RatingForecast> forecasts) const override {
    const RatingUser folded = model_.fold_in(train_.history(user));
    for (std::size_t at = 0; at < items.size(); ++at) forecasts[at] = folded.forecast(items[at]);
  }

 private:
  BayesianFactorization model_;
  Interactions train_;
};

}  // namespace cineloom
