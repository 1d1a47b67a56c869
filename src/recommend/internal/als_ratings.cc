#include "recommend/internal/als_ratings.h"

#include <cmath>

namespace cineloom {

RatingForecast AlsRatings::predict(std::int32_t user, std::int32_t item) const {
  Posterior posterior = model_.new_user();
  for (const HistoryEntry& entry : train_.history(user))
    posterior.add(model_.item_row(entry.item), model_.residual(entry.item, static_cast<double>(entry.value)));
  posterior.solve();
  // The model's own clamp is the library's scale of stars; other scales are clamped where errors are measured.
  const double stars = model_.mean_stars() + model_.item_bias(item) + posterior.predict(model_.item_row(item));
  return {.stars = stars, .deviation = model_.noise() * std::sqrt(1 + posterior.variance(model_.item_row(item)))};
}

}  // namespace cineloom
