#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "recommend/models/scorer.h"

namespace cineloom {

/// Something that says how many stars a user would give. Immutable once trained: any number of threads may ask.
class RatingPredictor {
 public:
  virtual ~RatingPredictor() = default;

  /// The name `cineloom eval --models` takes: "bias", "item-knn", ...
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Finite stars for positions of the training data; a user or item that had no rating there gets what is known without it.
  /// `deviation` 0 = the model does not say.
  [[nodiscard]] virtual RatingForecast predict(std::int32_t user, std::int32_t item) const = 0;
  /// The same for several items of one user; models that fold users in do that once. `forecasts` as long as `items`.
  virtual void predict_all(std::int32_t user, std::span<const std::int32_t> items, std::span<RatingForecast> forecasts) const {
    for (std::size_t at = 0; at < items.size(); ++at) forecasts[at] = predict(user, items[at]);
  }
};

}  // namespace cineloom
