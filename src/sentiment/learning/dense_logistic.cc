#include "sentiment/learning/dense_logistic.h"

#include <algorithm>
#include <cmath>

#include "math/cholesky.h"

namespace cineloom {
namespace {

constexpr int kSteps = 15;
constexpr double kEnough = 1e-5;

struct Standard {
  std::vector<double> mean;
  std::vector<double> deviation;
};

Standard measure(std::span<const float> rows, std::size_t features, std::size_t examples) {
  Standard standard{.mean = std::vector<double>(features, 0), .deviation = std::vector<double>(features, 0)};
  for (std::size_t i = 0; i < rows.size(); ++i) standard.mean[i % features] += static_cast<double>(rows[i]) / static_cast<double>(examples);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double offset = static_cast<double>(rows[i]) - standard.mean[i % features];
    standard.deviation[i % features] += offset * offset / static_cast<double>(examples);
  }
  for (double& value : standard.deviation) value = std::sqrt(value) + 1e-9;
  return standard;
}

/// One Newton step over rows with a leading 1. Gives the largest change of a weight.
double newton_step(const std::vector<float>& rows, std::size_t size, std::span<const float> labels, double regularization, std::vector<double>& weights) {
  std::vector<float> hessian(size * size, 0.0F);
  std::vector<float> gradient(size, 0.0F);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const float* row = rows.data() + i * size;
    double sum = 0;
    for (std::size_t a = 0; a < size; ++a) sum += weights[a] * static_cast<double>(row[a]);
    const double probability = 1 / (1 + std::exp(-sum));
    const auto error = static_cast<float>(probability - (labels[i] > 0 ? 1 : 0));
    const auto curvature = static_cast<float>(probability * (1 - probability) + 1e-6);
    for (std::size_t a = 0; a < size; ++a) {
      gradient[a] += error * row[a];
      const float scaled = curvature * row[a];
      for (std::size_t b = 0; b <= a; ++b) hessian[a * size + b] += scaled * row[b];
    }
  }
  for (std::size_t a = 0; a < size; ++a) {
    const double penalty = a == 0 ? 1e-6 : regularization;
    gradient[a] += static_cast<float>(penalty * weights[a]);
    hessian[a * size + a] += static_cast<float>(penalty);
  }
  if (factor_cholesky(hessian, size) == Definite::No) return 0;
  solve_cholesky(hessian, gradient);
  double most = 0;
  for (std::size_t a = 0; a < size; ++a) {
    weights[a] -= static_cast<double>(gradient[a]);
    most = std::max(most, std::abs(static_cast<double>(gradient[a])));
  }
  return most;
}

}  // namespace

Expected<LogisticFit> fit_logistic(std::span<const float> rows, std::size_t features, std::span<const float> labels, double regularization) {
  if (features == 0 || labels.empty() || rows.size() != features * labels.size()) {
    return fail(ErrorCode::InvalidArgument, "expected as many rows as labels, and at least one");
  }
  const Standard standard = measure(rows, features, labels.size());
  const std::size_t size = features + 1;
  std::vector<float> scaled(labels.size() * size);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    scaled[i * size] = 1;
    for (std::size_t f = 0; f < features; ++f) {
      scaled[i * size + f + 1] = static_cast<float>((static_cast<double>(rows[i * features + f]) - standard.mean[f]) / standard.deviation[f]);
    }
  }
  std::vector<double> weights(size, 0);
  for (int step = 0; step < kSteps; ++step) {
    if (newton_step(scaled, size, labels, regularization, weights) < kEnough) break;
  }
  LogisticFit fit{.weights = std::vector<double>(features), .bias = weights[0]};
  for (std::size_t f = 0; f < features; ++f) {
    fit.weights[f] = weights[f + 1] / standard.deviation[f];
    fit.bias -= fit.weights[f] * standard.mean[f];
  }
  return fit;
}

}  // namespace cineloom
