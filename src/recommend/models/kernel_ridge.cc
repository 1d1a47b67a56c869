#include "recommend/models/kernel_ridge.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "math/blas.h"
#include "math/dense_inverse.h"

namespace cineloom {
namespace {

/// kernel += sum over features f of weight[group of f] a_f a_f'. `by_feature` [features, items].
void add_products(const SparseMatrix& by_feature, std::span<const std::size_t> group_of, std::span<const float> weights, Matrix& kernel) {
  for (std::int32_t feature = 0; feature < by_feature.row_count(); ++feature) {
    const float weight = weights[group_of[static_cast<std::size_t>(feature)]];
    if (weight == 0) continue;
    const auto items = by_feature.row_columns(feature);
    const auto values = by_feature.row_values(feature);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto row = kernel.row(static_cast<std::size_t>(items[i]));
      const float factor = weight * values[i];
      for (std::size_t j = 0; j < items.size(); ++j) row[static_cast<std::size_t>(items[j])] += factor * values[j];
    }
  }
}

}  // namespace

GroupKernels::GroupKernels(const SparseMatrix& rows, std::span<const std::size_t> group_of, std::size_t groups)
    : items_(static_cast<std::size_t>(rows.row_count())) {
  const SparseMatrix by_feature = rows.transposed();
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<float> weights(groups, 0);
    weights[group] = 1;
    add_products(by_feature, group_of, weights, kernels_.emplace_back(items_, items_));
  }
}

Matrix GroupKernels::mix(std::span<const float> weights) const {
  Matrix sum(items_, items_);
  for (std::size_t group = 0; group < kernels_.size(); ++group) {
    if (weights[group] == 0) continue;
    std::ranges::transform(sum.values(), kernels_[group].values(), sum.values().begin(),
                           [w = weights[group]](float total, float value) { return total + w * value; });
  }
  return sum;
}

Matrix mixed_kernel(const SparseMatrix& rows, std::span<const std::size_t> group_of, std::span<const float> weights) {
  Matrix kernel(static_cast<std::size_t>(rows.row_count()), static_cast<std::size_t>(rows.row_count()));
  add_products(rows.transposed(), group_of, weights, kernel);
  return kernel;
}

Expected<KernelSolution> solve_kernel_ridge(Matrix kernel, std::span<const float> ridges, const Matrix& targets, int threads, const CancelToken& cancel) {
  KernelSolution solution{.alpha = Matrix(targets.rows(), targets.columns()), .mean = std::vector<float>(targets.columns(), 0), .inverse_diagonal = {}};
  Matrix centred = targets;
  for (std::size_t row = 0; row < targets.rows(); ++row) {
    for (std::size_t column = 0; column < targets.columns(); ++column) solution.mean[column] += targets.at(row, column) / static_cast<float>(targets.rows());
  }
  for (std::size_t row = 0; row < targets.rows(); ++row) {
    for (std::size_t column = 0; column < targets.columns(); ++column) centred.at(row, column) -= solution.mean[column];
  }
  for (std::size_t item = 0; item < ridges.size(); ++item) kernel.at(item, item) += ridges[item];
  CINELOOM_TRY(invert_positive_definite(kernel, threads, cancel));
  for (std::size_t item = 0; item < ridges.size(); ++item) solution.inverse_diagonal.push_back(kernel.at(item, item));
  multiply(1, kernel, Transpose::No, centred, Transpose::No, 0, solution.alpha);
  return solution;
}

Matrix KernelSolution::left_one_out(const Matrix& targets) const {
  Matrix forecast = targets;
  for (std::size_t row = 0; row < alpha.rows(); ++row) {
    for (std::size_t column = 0; column < alpha.columns(); ++column) forecast.at(row, column) -= alpha.at(row, column) / inverse_diagonal[row];
  }
  return forecast;
}

std::vector<float> ridges_of(std::span<const float> counts, float regularization) {
  const float mean = std::accumulate(counts.begin(), counts.end(), 0.0F) / static_cast<float>(counts.size());
  std::vector<float> ridges;
  for (const float count : counts) ridges.push_back(regularization / std::sqrt(count / mean + 0.05F));
  return ridges;
}

}  // namespace cineloom
