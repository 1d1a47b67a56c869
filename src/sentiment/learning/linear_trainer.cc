#include "sentiment/learning/linear_trainer.h"

#include <algorithm>
#include <cmath>

namespace cineloom {
namespace {

double length_factor(std::uint32_t length, double exponent) { return exponent == 0 ? 1 : std::pow(std::max(length, 1U), -exponent); }

/// One fit: primal weights over factored columns, dual variables by example.
class Descent {
 public:
  Descent(const SparseRows& rows, std::span<const float> targets, std::span<const std::uint32_t> examples, std::span<const float> factors,
          const LinearOptions& options)
      : rows_(rows), targets_(targets), factors_(factors), options_(options), order_(examples.begin(), examples.end()), duals_(rows.size(), 0.0) {
    const auto most = rows.columns.empty() ? 0U : *std::ranges::max_element(rows.columns) + 1;
    weights_.assign(factors.empty() ? most : factors.size(), 0.0F);
    squares_.assign(rows.size(), 0.0);
    for (const std::uint32_t example : order_) squares_[example] = 1 + square(example);
  }

  LinearWeights run() {
    Random random(options_.seed);
    for (int sweep = 0; sweep < options_.sweeps; ++sweep) {
      for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random.below(i)]);
      for (const std::uint32_t example : order_) update(example);
    }
    for (std::size_t i = 0; i < factors_.size(); ++i) weights_[i] *= factors_[i];
    return {.weights = std::move(weights_), .bias = bias_};
  }

 private:
  [[nodiscard]] double factor(std::uint32_t column) const { return factors_.empty() ? 1.0 : static_cast<double>(factors_[column]); }

  [[nodiscard]] double square(std::uint32_t example) const {
    double sum = 0;
    for (const std::uint32_t column : rows_.row(example)) sum += factor(column) * factor(column);
    const double length = length_factor(rows_.lengths[example], options_.length_exponent);
    return sum * length * length;
  }

  void update(std::uint32_t example) {
    const auto row = rows_.row(example);
    const double length = length_factor(rows_.lengths[example], options_.length_exponent);
    double answer = 0;
    for (const std::uint32_t column : row) answer += factor(column) * static_cast<double>(weights_[column]);
    answer = answer * length + bias_;
    const double change = change_of_dual(example, answer);
    if (change == 0) return;
    bias_ += change;
    for (const std::uint32_t column : row) weights_[column] += static_cast<float>(change * length * factor(column));
  }

  double change_of_dual(std::uint32_t example, double answer) {
    const double target = static_cast<double>(targets_[example]);
    const double cost = options_.cost * (target > 0 && options_.loss == LinearLoss::SquaredHinge ? options_.positive_cost : 1);
    const double softness = 1 / (2 * cost);
    double& dual = duals_[example];
    const double before = dual;
    if (options_.loss == LinearLoss::SquaredError) {
      dual -= (answer - target + dual * softness) / (squares_[example] + softness);
      return dual - before;
    }
    dual = std::max(0.0, dual - (target * answer - 1 + dual * softness) / (squares_[example] + softness));
    return (dual - before) * target;
  }

  const SparseRows& rows_;
  std::span<const float> targets_;
  std::span<const float> factors_;
  const LinearOptions& options_;
  std::vector<std::uint32_t> order_;
  std::vector<double> duals_;
  std::vector<double> squares_;
  std::vector<float> weights_;
  double bias_ = 0;
};

}  // namespace

LinearWeights train_linear(const SparseRows& rows, std::span<const float> targets, std::span<const std::uint32_t> examples, std::span<const float> factors,
                           const LinearOptions& options) {
  return Descent(rows, targets, examples, factors, options).run();
}

double apply_linear(const LinearWeights& weights, const SparseRows& rows, std::size_t row, double length_exponent) {
  double sum = 0;
  for (const std::uint32_t column : rows.row(row)) {
    if (column < weights.weights.size()) sum += static_cast<double>(weights.weights[column]);
  }
  return sum * length_factor(rows.lengths[row], length_exponent) + weights.bias;
}

std::vector<float> bayes_ratios(const SparseRows& rows, std::span<const float> targets, std::span<const std::uint32_t> examples, std::size_t columns,
                                double smoothing) {
  std::vector<double> positive(columns, smoothing);
  std::vector<double> negative(columns, smoothing);
  for (const std::uint32_t example : examples) {
    for (const std::uint32_t column : rows.row(example)) (targets[example] > 0 ? positive : negative)[column] += 1;
  }
  double positives = 0;
  double negatives = 0;
  for (std::size_t i = 0; i < columns; ++i) {
    positives += positive[i];
    negatives += negative[i];
  }
  std::vector<float> ratios(columns);
  for (std::size_t i = 0; i < columns; ++i) ratios[i] = static_cast<float>(std::log((positive[i] / positives) / (negative[i] / negatives)));
  return ratios;
}

}  // namespace cineloom
