#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "base/random.h"
#include "math/posterior.h"

namespace cineloom {

/// One rating by positions; the model knows users and items, not people and films.
struct RatingCell {
  int user = 0;
  int item = 0;
  float stars = 0;
};

struct RatingModelOptions {
  int factors = 12;              ///< k, 1 .. 256
  int sweeps = 12;               ///< alternations, >= 1
  double regularization = 6;     ///< precision of a factor's prior, in units of the noise, > 0
  double bias_regularization = 3;///< the same for user and item biases, > 0
  Seed seed = 1;
};

/// Stars as mean + user bias + item bias + user factors . item factors, fitted by alternating exact least squares.
/// A user is one Posterior over [1, item factors], so that somebody new is folded in without training and every prediction
/// has a variance. Same ratings, same bytes, for any number of threads.
class RatingModel {
 public:
  RatingModel() = default;
  /// Knows nothing yet: every item is an average one.
  RatingModel(int items, const RatingModelOptions& options);
  /// Errors: InvalidArgument for no ratings or positions outside [0, users) x [0, items); Cancelled.
  static Expected<RatingModel> fit(std::span<const RatingCell> ratings, int users, int items, const RatingModelOptions& options, Progress& progress,
                                   const CancelToken& cancel);

  [[nodiscard]] int items() const { return static_cast<int>(biases_.size()); }
  [[nodiscard]] double mean_stars() const { return mean_; }
  [[nodiscard]] double item_bias(int item) const { return biases_[static_cast<std::size_t>(item)]; }
  [[nodiscard]] int item_ratings(int item) const { return counts_[static_cast<std::size_t>(item)]; }
  /// Standard deviation of a rating around its prediction.
  [[nodiscard]] double noise() const { return noise_; }
  /// [1, factors]: what a user's Posterior is asked with.
  [[nodiscard]] std::span<const float> item_row(int item) const;
  /// A user of whom nothing is known yet.
  [[nodiscard]] Posterior new_user() const;
  /// What a user's rating of an item says beyond mean and item bias: the y of Posterior::add.
  [[nodiscard]] double residual(int item, double stars) const { return stars - mean_ - item_bias(item); }
  /// Stars, 0.5 .. 5.
  [[nodiscard]] double predict(const Posterior& user, int item) const;

  /// Gives an item without ratings the factors of its likes: mean of `rows` weighted by `weights`.
  void lend_factors(int item, std::span<const int> likes, std::span<const double> weights);

  [[nodiscard]] std::string to_bytes() const;
  /// Errors: DataLoss if the bytes are no whole model.
  static Expected<RatingModel> from_bytes(std::string_view bytes);

 private:
  int factors_ = 0;
  double mean_ = 3.25;
  double noise_ = 1;
  double regularization_ = 1;
  double bias_regularization_ = 1;
  std::vector<double> biases_;
  std::vector<int> counts_;
  std::vector<float> rows_;  ///< [items, 1 + factors], the first column is 1
};

}  // namespace cineloom
