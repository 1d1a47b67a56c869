#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "math/matrix.h"
#include "recommend/models/rating_design.h"
#include "recommend/models/rating_kernel.h"
#include "recommend/models/scorer.h"

namespace cineloom {

/// How factors become stars.
enum class RatingLink {
  Gaussian,       ///< stars = score + noise
  OrderedProbit,  ///< a score with unit noise falls between cut points, one less than there are
                  ///< different stars
};

/// OrderedProbit takes no more different stars than this.
inline constexpr std::size_t kMostRatingLevels = 32;

struct RatingSamplerOptions {
  int factors = 32;  ///< k, 0 .. 512; 0 = biases only
  RatingLink link = RatingLink::Gaussian;
  int threads = 1;  ///< 0 = all cores; any number gives the same bytes
  Seed seed = 1;
};

/// So many factors suit so many ratings: 7, 15 or 31, which with the bias fill the sampler's
/// vectors.
int automatic_rating_factors(std::size_t ratings);

/// Weights of one kind, e.g. all users', and the normal distribution they are drawn from; one row
/// per factor, the last is the bias.
struct RatingWeights {
  Matrix values;                   ///< [k + 1, weights]; those without evidence stand at the mean
  std::vector<double> means;       ///< k + 1
  std::vector<double> precisions;  ///< k + 1, > 0
  std::vector<std::uint8_t> is_seen;  ///< by weight: some rating depends on it
};

/// What a sampler knows of one side at a moment.
struct RatingSideState {
  RatingWeights rows;
  RatingWeights groups;                 ///< empty where no row is split
  std::vector<RatingWeights> features;  ///< as in RatingSide
};

/// Gibbs sampler of score = mean + user bias + item bias + user factors . item factors, where a
/// side's factors are the sum of the row's, its group's and its features' weights: Bayesian (time)
/// SVD++ as a factorisation machine (Rendle 2012; Rendle, Zhang and Koren 2019). Every weight has a
/// normal prior whose mean and precision are drawn too, so that nothing is to be tuned. A sweep
/// costs O(k (ratings + features' cells)). Not thread-safe.
class RatingSampler {
 public:
  /// `design` must outlive the sampler.
  RatingSampler(const RatingDesign& design, const RatingSamplerOptions& options);

  /// Draws every weight once.
  void sweep();

  [[nodiscard]] int factors() const { return static_cast<int>(width_) - 1; }
  [[nodiscard]] const RatingSideState& users() const { return users_.state; }
  [[nodiscard]] const RatingSideState& items() const { return items_.state; }
  [[nodiscard]] double mean() const { return mean_; }
  /// 1 / variance of the noise around scores; 1 for OrderedProbit.
  [[nodiscard]] double noise_precision() const { return noise_precision_; }
  /// Writes the scores of places.
  void score(std::span<const RatingPlace> places, std::span<float> scores) const;
  /// [groups, k + 1]: the sum of all weights of each group of the items, the bias last.
  [[nodiscard]] Matrix item_totals() const;
  /// What a score means in stars at present: their mean and standard deviation.
  [[nodiscard]] RatingForecast forecast(double score) const;
  /// Root mean square of what training ratings miss, in units of scores.
  [[nodiscard]] double training_error() const;

 private:
  /// What is known of one row or group while one factor is drawn.
  struct Pull {
    RatingPull evidence;
    float move = 0;  ///< how far the factor moved
  };
  struct Side {
    const RatingSide* shape = nullptr;
    RatingSideState state;
    std::vector<std::size_t> begins;  ///< of each group in `other`
    std::vector<std::int32_t> other;  ///< the partner's group, by rating in this side's order
    std::vector<std::vector<RatingLanes>> blocks;  ///< [factors / lanes][groups] sum of all weights; the bias's place holds 1
    std::vector<float> biases;             ///< by group
    std::vector<RatingEvidence> evidence;  ///< by group, on the block being drawn
    std::vector<Pull> group_pulls;
    std::vector<Pull> row_pulls;
    std::vector<RatingPull> scaled;  ///< row pulls times the rows' feature value
  };

  void lay_out(Side& side, const RatingSide& shape, std::span<const std::int32_t> own, std::span<const std::int32_t> partner);
  void start_levels();
  void draw_side(Side& side, const Side& partner, std::vector<float>& residuals);
  void gather_block(Side& side, const RatingLanes* old_design, const RatingLanes* design, std::vector<float>& residuals) const;
  void draw_factor(Side& side, std::size_t factor);
  void draw_features(RatingWeights& weights, const RatingFeatures& features, std::size_t factor, std::vector<Pull>& pulls);
  void draw_shared_features(RatingWeights& weights, const RatingFeatures& features, std::size_t factor, Side& side);
  void draw_rows(RatingWeights& weights, std::size_t factor, std::vector<Pull>& pulls);
  void draw_prior(RatingWeights& weights);
  float draw_weight(const RatingWeights& weights, std::size_t factor, float value, const RatingPull& evidence);
  void draw_noise();
  void draw_latent();
  void sum_up(Side& side) const;
  void reset_residuals();

  const RatingDesign& design_;
  RatingSamplerOptions options_;
  std::size_t width_;
  Random random_;
  Side users_;
  Side items_;
  std::vector<std::size_t> item_order_;                ///< of each rating in the items' order, its place in the users'
  std::vector<float> residuals_;  ///< in the users' order
  std::vector<float> item_residuals_;
  std::vector<float> targets_;  ///< stars, or drawn latent scores
  std::vector<float> levels_;   ///< different stars, rising; for OrderedProbit
  std::vector<std::uint8_t> level_of_;
  std::vector<double> cuts_;
  double target_variance_ = 1;
  double mean_ = 0;
  double noise_precision_ = 1;
  int sweeps_ = 0;
};

}  // namespace cineloom
