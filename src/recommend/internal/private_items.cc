#include "recommend/internal/private_items.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/thread_pool.h"
#include "math/eigen_basis.h"

namespace cineloom::private_items {
namespace {

constexpr double kLeastVariance = 1e-12;
constexpr double kFlat = 1e-9;  // precision of coefficients of which nothing is known

struct Moments {
  double mean = 0;
  double variance = 0;
};

/// One round: what values differ by beside their noise, weighing them as if that were `variance`.
Moments refined(const ContentPrior::Observed& observed, double variance) {
  double weights = 0;
  double sum = 0;
  for (std::size_t i = 0; i < observed.values.size(); ++i) {
    const double weight = 1 / (observed.noise[i] * observed.noise[i] + variance + kLeastVariance);
    weights += weight;
    sum += weight * observed.values[i];
  }
  const double mean = sum / weights;
  double squares = 0;
  double squared_weights = 0;
  for (std::size_t i = 0; i < observed.values.size(); ++i) {
    const double noise = observed.noise[i] * observed.noise[i];
    const double weight = 1 / (noise + variance + kLeastVariance);
    const double off = observed.values[i] - mean;
    squares += weight * weight * (off * off - noise);
    squared_weights += weight * weight;
  }
  return {.mean = mean, .variance = std::max(squares / squared_weights, 0.0)};
}

Moments moments_of(const ContentPrior::Observed& observed) {
  constexpr int kRounds = 4;
  Moments moments;
  for (int round = 0; round < kRounds; ++round) moments = refined(observed, moments.variance);
  return moments;
}

/// By item: [1, place, what was before].
class Regressors {
 public:
  Regressors(const Matrix& places, std::span<const double> before)
      : places_(places), before_(before), row_(static_cast<Eigen::Index>(places.columns() + 1 + (before.empty() ? 0 : 1))) {}
  [[nodiscard]] Eigen::Index size() const { return row_.size(); }
  const Eigen::VectorXd& of(std::size_t item) {
    row_[0] = 1;
    for (std::size_t i = 0; i < places_.columns(); ++i) row_[static_cast<Eigen::Index>(i + 1)] = static_cast<double>(places_.at(item, i));
    if (!before_.empty()) row_[row_.size() - 1] = before_[item];
    return row_;
  }

 private:
  const Matrix& places_;
  std::span<const double> before_;
  Eigen::VectorXd row_;
};

/// Told sums of one axis as observations of items' coordinates over their reach.
ContentPrior::Observed along(const ToldSweep& told, const EigenBasis& basis, std::size_t axis, std::span<const double> scale, std::span<const double> reach) {
  const std::size_t size = basis.values.size();
  ContentPrior::Observed observed;
  for (std::size_t item = 0; item < scale.size(); ++item) {
    double sum = 0;
    double before = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const auto turn = static_cast<double>(basis.vectors.at(i, axis));
      sum += turn * told.items[item * size + i];
      if (told.before.rows() > 0) before += turn * static_cast<double>(told.before.at(item, i));
    }
    observed.values.push_back(sum / scale[item]);
    observed.noise.push_back(told.items_noise / scale[item]);
    if (told.before.rows() > 0) observed.before.push_back(before / reach[item]);
  }
  return observed;
}

}  // namespace

std::vector<double> ContentPrior::denoised(const Observed& observed, double trust) const {
  const Moments moments = moments_of(observed);
  const double explained = places_.columns() > 0 ? trust * moments.variance : 0;
  const double left = std::max(moments.variance - explained, kLeastVariance);
  Regressors regressors(places_, observed.before);
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(regressors.size(), regressors.size());
  Eigen::VectorXd told = Eigen::VectorXd::Zero(regressors.size());
  for (std::size_t item = 0; item < observed.values.size(); ++item) {
    const double weight = 1 / (observed.noise[item] * observed.noise[item] + left);
    information.selfadjointView<Eigen::Lower>().rankUpdate(regressors.of(item), weight);
    told += weight * (observed.values[item] - moments.mean) * regressors.of(item);
  }
  information.diagonal().array() += kFlat;
  information.diagonal().segment(1, static_cast<Eigen::Index>(places_.columns())).array() += 1 / std::max(explained, kLeastVariance);
  const Eigen::VectorXd weights = information.selfadjointView<Eigen::Lower>().llt().solve(told);
  std::vector<double> values;
  for (std::size_t item = 0; item < observed.values.size(); ++item) {
    const double expected = moments.mean + regressors.of(item).dot(weights);
    const double noise = observed.noise[item] * observed.noise[item];
    values.push_back(expected + left / (left + noise) * (observed.values[item] - expected));
  }
  return values;
}

// A viewer with m items weighs 1 / sqrt(m); fame per viewer is the mean of sqrt(m).
std::vector<double> reach_of(std::span<const double> fame, double viewers, double unobserved_weight) {
  const double pull = unobserved_weight * viewers * viewers / std::accumulate(fame.begin(), fame.end(), 0.0);
  std::vector<double> reach;
  for (const double known : fame) reach.push_back(known / (known + pull));
  return reach;
}

// Every item's own square is taken for its fame's share of the told one, so all of them are diagonal in one basis, and so is the posterior.
Matrix solve(const ToldSweep& told, std::span<const double> fame, double viewers, const ItemTerms& terms, const ContentPrior& prior) {
  const std::size_t items = fame.size();
  const std::size_t size = told.items.size() / items;
  const EigenBasis basis = eigen_basis(told.gram, size);
  const std::vector<double> reach = reach_of(fame, viewers, terms.unobserved_weight);
  Matrix result(items, size);
  parallel_for(size, [&](std::size_t first, std::size_t last) {
    std::vector<double> scale(items);
    for (std::size_t axis = first; axis < last; ++axis) {
      const double length = std::max(static_cast<double>(basis.values[axis]), 0.0) / viewers + terms.regularization;
      // What pulls at an item, times its reach, is its fame.
      for (std::size_t item = 0; item < items; ++item) scale[item] = fame[item] * length * told.weights[item];
      const std::vector<double> values = prior.denoised(along(told, basis, axis, scale, reach), terms.trust);
      for (std::size_t item = 0; item < items; ++item) result.at(item, axis) = static_cast<float>(reach[item] * values[item]);
    }
  });
  return result;
}

}  // namespace cineloom::private_items
