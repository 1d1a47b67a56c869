#pragma once

#include "recommend/data/interactions.h"
#include "recommend/models/rating_predictor.h"
#include "recommend/rating_model.h"

namespace cineloom {

/// Biased factorisation by alternating least squares, asked as a predictor of stars: each user of the training data is folded in
/// when asked about, so that memory does not grow with users.
class AlsRatings final : public RatingPredictor {
 public:
  AlsRatings(RatingModel model, Interactions train) : model_(std::move(model)), train_(std::move(train)) {}

  [[nodiscard]] std::string_view name() const override { return "als"; }
  [[nodiscard]] RatingForecast predict(std::int32_t user, std::int32_t item) const override;

 private:
  RatingModel model_;
  Interactions train_;
};

}  // namespace cineloom
