#include "recommend/models/rating_user.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "base/assert.h"

namespace cineloom {
namespace {

using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// What an item is to a user's weights: its factors, and one for the user's bias.
Eigen::VectorXd design_of(const RatingSample& sample, std::int32_t item) {
  const std::span<const float> row = sample.items.row(static_cast<std::size_t>(item));
  Eigen::VectorXd design = Eigen::Map<const Eigen::VectorXf>(row.data(), static_cast<Eigen::Index>(row.size())).cast<double>();
  design[design.size() - 1] = 1;
  return design;
}

double residual(const RatingSample& sample, const HistoryEntry& entry) {
  return static_cast<double>(entry.value) - sample.mean - static_cast<double>(sample.items.row(static_cast<std::size_t>(entry.item)).back());
}

double score(const RatingSample& sample, std::span<const float> weights, std::size_t item) {
  const std::span<const float> row = sample.items.row(item);
  const std::size_t factors = row.size() - 1;
  float sum = 0;
  for (std::size_t factor = 0; factor < factors; ++factor) sum += row[factor] * weights[factor];
  return sample.mean + static_cast<double>(row[factors] + weights[factors] + sum);
}

/// Sum of the implicit rows of a history.
Eigen::VectorXd implicit_sum(const RatingSample& sample, std::span<const HistoryEntry> history) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(sample.prior_means.size()));
  for (const HistoryEntry& entry : history) {
    const std::span<const float> row = sample.implicit.row(static_cast<std::size_t>(entry.item));
    sum += Eigen::Map<const Eigen::VectorXf>(row.data(), sum.size()).cast<double>();
  }
  return sum;
}

Eigen::VectorXd prior_mean(const RatingSample& sample, const Eigen::VectorXd& implicit, std::size_t history) {
  const Eigen::Map<const Eigen::VectorXd> mean(sample.prior_means.data(), implicit.size());
  return mean + implicit / std::sqrt(static_cast<double>(std::max<std::size_t>(history, 1)));
}

Eigen::Map<const Eigen::VectorXd> prior_precision(const RatingSample& sample) {
  return {sample.prior_precisions.data(), static_cast<Eigen::Index>(sample.prior_precisions.size())};
}

/// The inverse of a precision. The numbers of a stored model may be finite and yet too large to be added up: then a history says
/// nothing, and the prior stands.
Square inverse_or_prior(const Square& precision, const Eigen::VectorXd& prior) {
  const Eigen::LLT<Square> root(precision);
  if (root.info() == Eigen::Success) return root.solve(Square::Identity(precision.rows(), precision.cols()));
  return prior.cwiseInverse().asDiagonal();
}

}  // namespace

RatingUser::RatingUser(std::span<const RatingSample> samples, std::span<const std::int32_t> item_ratings, const RatingBounds& bounds,
                       std::span<const HistoryEntry> history)
    : samples_(samples), item_ratings_(item_ratings), bounds_(bounds), history_(history.begin(), history.end()), folds_(samples.size()) {
  for (std::size_t sample = 0; sample < samples.size(); ++sample) fold(samples[sample], folds_[sample]);
}

// Posterior precision A = prior + a X'X and mean A^-1 (prior m + a X'y), a = noise precision, m =
// prior mean of this history.
void RatingUser::fold(const RatingSample& sample, Fold& fold) const {
  const auto width = static_cast<Eigen::Index>(sample.prior_means.size());
  Rows designs(static_cast<Eigen::Index>(history_.size()), width);
  Eigen::VectorXf residuals(designs.rows());
  for (Eigen::Index at = 0; at < designs.rows(); ++at) {
    const HistoryEntry& entry = history_[static_cast<std::size_t>(at)];
    const std::span<const float> row = sample.items.row(static_cast<std::size_t>(entry.item));
    designs.row(at) = Eigen::Map<const Eigen::RowVectorXf>(row.data(), width);
    designs(at, width - 1) = 1;
    residuals[at] = static_cast<float>(residual(sample, entry));
  }
  Rows products = Rows::Zero(width, width);
  products.selfadjointView<Eigen::Lower>().rankUpdate(designs.transpose());
  const Rows full = products.selfadjointView<Eigen::Lower>();
  Square precision = sample.noise_precision * full.cast<double>();
  precision.diagonal() += prior_precision(sample);
  const Eigen::VectorXd implicit = implicit_sum(sample, history_);
  const Eigen::VectorXd mean = prior_mean(sample, implicit, history_.size());
  const Eigen::VectorXd target = prior_precision(sample).cwiseProduct(mean) + sample.noise_precision * (designs.transpose() * residuals).cast<double>();
  const Square covariance = inverse_or_prior(precision, prior_precision(sample));
  const Eigen::VectorXf weights = (covariance * target).cast<float>();
  fold.weights.assign(weights.begin(), weights.end());
  fold.implicit.assign(implicit.begin(), implicit.end());
  fold.target.assign(target.begin(), target.end());
  fold.covariance.assign(covariance.data(), covariance.data() + covariance.size());
}

double RatingUser::on_scale(double sum) const {
  return std::clamp(sum / static_cast<double>(samples_.size()), static_cast<double>(bounds_.least), static_cast<double>(bounds_.most));
}

double RatingUser::unclipped_stars(std::int32_t item) const {
  double sum = 0;
  for (std::size_t sample = 0; sample < samples_.size(); ++sample) sum += score(samples_[sample], folds_[sample].weights, static_cast<std::size_t>(item));
  return sum / static_cast<double>(samples_.size());
}

double RatingUser::stars(std::int32_t item) const {
  return std::clamp(unclipped_stars(item), static_cast<double>(bounds_.least), static_cast<double>(bounds_.most));
}

void RatingUser::unclipped_stars(std::span<float> all) const {
  CINELOOM_ASSERT(all.size() == item_ratings_.size());
  Eigen::Map<Eigen::VectorXf> sums(all.data(), static_cast<Eigen::Index>(all.size()));
  sums.setZero();
  double mean = 0;
  for (std::size_t sample = 0; sample < samples_.size(); ++sample) {
    const Matrix& items = samples_[sample].items;
    const Eigen::Map<const Rows> rows(items.data(), static_cast<Eigen::Index>(items.rows()), static_cast<Eigen::Index>(items.columns()));
    Eigen::VectorXf weights = Eigen::Map<const Eigen::VectorXf>(folds_[sample].weights.data(), rows.cols());
    mean += samples_[sample].mean + static_cast<double>(weights[rows.cols() - 1]);
    weights[rows.cols() - 1] = 1;
    sums.noalias() += rows * weights;
  }
  const auto count = static_cast<double>(samples_.size());
  for (float& value : all) value = static_cast<float>((static_cast<double>(value) + mean) / count);
}

void RatingUser::stars(std::span<float> all) const {
  unclipped_stars(all);
  for (float& value : all) value = std::clamp(value, bounds_.least, bounds_.most);
}

// One of the Gibbs samples, and in it one draw of the user's weights: items and user are both as
// uncertain as they are.
void RatingUser::draw(Seed seed, double scale, std::span<float> all) const {
  unclipped_stars(all);
  Random random(seed);
  const auto chosen = static_cast<std::size_t>(random.below(samples_.size()));
  const Fold& fold = folds_[chosen];
  const auto width = static_cast<Eigen::Index>(fold.weights.size());
  const Eigen::Map<const Square> covariance(fold.covariance.data(), width, width);
  Eigen::VectorXd normals(width);
  for (double& normal : normals) normal = random.normal();
  const Square root = Eigen::LLT<Square>(covariance).matrixL();
  std::vector<float> weights = fold.weights;
  for (Eigen::Index i = 0; i < width; ++i) weights[static_cast<std::size_t>(i)] += static_cast<float>(root.row(i).dot(normals));
  for (std::size_t item = 0; item < all.size(); ++item) {
    const auto mean = static_cast<double>(all[item]);
    all[item] = static_cast<float>(mean + scale * (score(samples_[chosen], weights, item) - mean));
  }
}

RatingForecast RatingUser::forecast(std::int32_t item) const {
  double sum = 0;
  double squares = 0;
  double variance = 0;
  for (std::size_t at = 0; at < samples_.size(); ++at) {
    const RatingSample& sample = samples_[at];
    const double stars = score(sample, folds_[at].weights, static_cast<std::size_t>(item));
    const Eigen::VectorXd design = design_of(sample, item);
    const Eigen::Map<const Square> covariance(folds_[at].covariance.data(), design.size(), design.size());
    sum += stars;
    squares += stars * stars;
    variance += 1 / sample.noise_precision + design.dot(covariance * design);
    if (item_ratings_[static_cast<std::size_t>(item)] > 0) continue;
    const Eigen::Map<const Eigen::VectorXf> weights(folds_[at].weights.data(), design.size());
    Eigen::VectorXd second = weights.cast<double>().array().square().matrix() + covariance.diagonal();
    second[design.size() - 1] = 1;
    variance += second.dot(Eigen::Map<const Eigen::VectorXd>(sample.item_spread.data(), design.size()));
  }
  const auto count = static_cast<double>(samples_.size());
  const double between = std::max(0.0, squares / count - (sum / count) * (sum / count));
  return {.stars = on_scale(sum), .deviation = bounds_.widening * std::sqrt(variance / count + between)};
}

// Without entry j: precision A - a x x' by Sherman and Morrison, target less a x y, and the prior
// mean of the shorter history.
void RatingUser::leave_out(const RatingSample& sample, const HistoryEntry& entry, Fold& fold) const {
  const Eigen::VectorXd design = design_of(sample, entry.item);
  const Eigen::Index width = design.size();
  Eigen::Map<Square> covariance(fold.covariance.data(), width, width);
  Eigen::Map<Eigen::VectorXd> implicit(fold.implicit.data(), width);
  Eigen::Map<Eigen::VectorXd> target(fold.target.data(), width);
  const Eigen::VectorXd old_mean = prior_mean(sample, implicit, history_.size());
  implicit -= implicit_sum(sample, std::span(&entry, 1));
  target += prior_precision(sample).cwiseProduct(prior_mean(sample, implicit, history_.size() - 1) - old_mean) -
            sample.noise_precision * residual(sample, entry) * design;
  const Eigen::VectorXd moved = covariance * design;
  covariance += moved * moved.transpose() * (sample.noise_precision / (1 - sample.noise_precision * moved.dot(design)));
  Eigen::Map<Eigen::VectorXf>(fold.weights.data(), width) = (covariance * target).cast<float>();
}

// The sum over samples of weights times factors is one long product: Cauchy and Schwarz.
RatingShift RatingUser::shift_from(const RatingUser& other) const {
  const auto count = static_cast<double>(samples_.size());
  RatingShift shift;
  double squares = 0;
  for (std::size_t sample = 0; sample < folds_.size(); ++sample) {
    const std::vector<float>& now = folds_[sample].weights;
    const std::vector<float>& then = other.folds_[sample].weights;
    for (std::size_t k = 0; k + 1 < now.size(); ++k) squares += std::pow(static_cast<double>(now[k]) - static_cast<double>(then[k]), 2);
    shift.constant += (static_cast<double>(now.back()) - static_cast<double>(then.back())) / count;
  }
  shift.factors = std::sqrt(squares) / count;
  return shift;
}

void RatingUser::factor_shift_from(const RatingUser& other, std::span<float> shift) const {
  const auto count = static_cast<float>(samples_.size());
  std::size_t place = 0;
  for (std::size_t sample = 0; sample < folds_.size(); ++sample) {
    const std::vector<float>& now = folds_[sample].weights;
    const std::vector<float>& then = other.folds_[sample].weights;
    for (std::size_t k = 0; k + 1 < now.size(); ++k) shift[place++] = (now[k] - then[k]) / count;
  }
  CINELOOM_ASSERT(place == shift.size());
}

RatingUser RatingUser::without(std::size_t entry) const {
  CINELOOM_ASSERT(entry < history_.size());
  RatingUser user = *this;
  for (std::size_t sample = 0; sample < samples_.size(); ++sample) leave_out(samples_[sample], history_[entry], user.folds_[sample]);
  user.history_.erase(user.history_.begin() + static_cast<std::ptrdiff_t>(entry));
  return user;
}

}  // namespace cineloom
