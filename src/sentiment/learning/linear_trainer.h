#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "sentiment/learning/feature_index.h"

namespace cineloom {

/// What a wrong answer costs: for classes the squared hinge, for numbers the squared error.
enum class LinearLoss { SquaredHinge, SquaredError };

struct LinearOptions {
  LinearLoss loss = LinearLoss::SquaredHinge;
  double cost = 0.01;           ///< weight of the errors against the weights' square, > 0
  double positive_cost = 1;     ///< factor on it for positive examples, > 0
  double length_exponent = 0;   ///< a row's values are length^-exponent, 0 .. 1
  int sweeps = 20;              ///< >= 1
  Seed seed = 1;
};

struct LinearWeights {
  std::vector<float> weights;  ///< by column, times length^-exponent when applied
  double bias = 0;
};

/// Fits weights by dual coordinate descent (Hsieh et al. 2008). A column's value is its factor (empty = all 1) wherever a row has it.
/// `examples` are the rows to learn from, `targets` by row: -1 or 1 for classes. Same inputs, same bytes.
LinearWeights train_linear(const SparseRows& rows, std::span<const float> targets, std::span<const std::uint32_t> examples, std::span<const float> factors,
                           const LinearOptions& options);

/// The answer for a row.
double apply_linear(const LinearWeights& weights, const SparseRows& rows, std::size_t row, double length_exponent);

/// Naive Bayes log-count ratios of the columns (Wang and Manning 2012), `smoothing` > 0 added to every count.
std::vector<float> bayes_ratios(const SparseRows& rows, std::span<const float> targets, std::span<const std::uint32_t> examples, std::size_t columns,
                                double smoothing = 1);

}  // namespace cineloom
