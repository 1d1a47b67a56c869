#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recommend/data/interactions.h"
#include "recommend/models/rating_predictor.h"

namespace cineloom {

struct RatingBiasesOptions {
  double user_damping = 5;  ///< ratings' weight of the belief that a user is like all, >= 0
  double item_damping = 5;  ///< the same for items, >= 0
};

/// Stars as mean + user bias + item bias, each shrunk towards 0: the least that a model of ratings has to beat.
class RatingBiases final : public RatingPredictor {
 public:
  RatingBiases() = default;
  /// `ratings`: positions inside [0, users) x [0, items), values finite; none = every forecast is 0.
  RatingBiases(std::span<const Interaction> ratings, std::int32_t users, std::int32_t items, const RatingBiasesOptions& options);

  [[nodiscard]] std::string_view name() const override { return "bias"; }
  [[nodiscard]] RatingForecast predict(std::int32_t user, std::int32_t item) const override;
  [[nodiscard]] double stars(std::int32_t user, std::int32_t item) const {
    return mean_ + user_biases_[static_cast<std::size_t>(user)] + item_biases_[static_cast<std::size_t>(item)];
  }
  [[nodiscard]] double mean() const { return mean_; }

 private:
  double mean_ = 0;
  double deviation_ = 0;  ///< of the training ratings around the biases
  std::vector<double> user_biases_;
  std::vector<double> item_biases_;
};

}  // namespace cineloom
