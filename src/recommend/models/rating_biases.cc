#include "recommend/models/rating_biases.h"

#include <cmath>

namespace cineloom {
namespace {

constexpr int kSweeps = 3;  // the biases of one side depend on the other's; a third sweep changes the third digit

using Bias = std::vector<double>;

/// Biases of one side while the other stands still: shrunk means of what is left.
Bias fitted(std::span<const Interaction> ratings, double mean, std::int32_t Interaction::* own, const Bias& other, std::int32_t Interaction::* other_side,
            std::size_t size, double damping) {
  Bias sums(size, 0);
  Bias counts(size, damping);
  for (const Interaction& rating : ratings) {
    const auto at = static_cast<std::size_t>(rating.*own);
    sums[at] += static_cast<double>(rating.value) - mean - other[static_cast<std::size_t>(rating.*other_side)];
    ++counts[at];
  }
  for (std::size_t at = 0; at < size; ++at) sums[at] = counts[at] > 0 ? sums[at] / counts[at] : 0;
  return sums;
}

}  // namespace

RatingBiases::RatingBiases(std::span<const Interaction> ratings, std::int32_t users, std::int32_t items, const RatingBiasesOptions& options)
    : user_biases_(static_cast<std::size_t>(users), 0), item_biases_(static_cast<std::size_t>(items), 0) {
  for (const Interaction& rating : ratings) mean_ += static_cast<double>(rating.value);
  if (!ratings.empty()) mean_ /= static_cast<double>(ratings.size());
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    item_biases_ = fitted(ratings, mean_, &Interaction::item, user_biases_, &Interaction::user, item_biases_.size(), options.item_damping);
    user_biases_ = fitted(ratings, mean_, &Interaction::user, item_biases_, &Interaction::item, user_biases_.size(), options.user_damping);
  }
  double squares = 0;
  for (const Interaction& rating : ratings) {
    const double error = static_cast<double>(rating.value) - stars(rating.user, rating.item);
    squares += error * error;
  }
  if (!ratings.empty()) deviation_ = std::sqrt(squares / static_cast<double>(ratings.size()));
}

RatingForecast RatingBiases::predict(std::int32_t user, std::int32_t item) const { return {.stars = stars(user, item), .deviation = deviation_}; }

}  // namespace cineloom
