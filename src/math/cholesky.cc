#include "math/cholesky.h"

#include <Eigen/Cholesky>
#include <cmath>

#include "base/assert.h"

namespace cineloom {
namespace {

/// A pivot that keeps less than this share of its square has lost half of a float's digits.
constexpr float kSafeShare = 1e-3F;

}  // namespace

Definite factor_cholesky_plainly(std::span<float> matrix, std::size_t size) {
  for (std::size_t row = 0; row < size; ++row) {
    for (std::size_t column = 0; column <= row; ++column) {
      double sum = static_cast<double>(matrix[row * size + column]);
      for (std::size_t i = 0; i < column; ++i) sum -= static_cast<double>(matrix[row * size + i]) * static_cast<double>(matrix[column * size + i]);
      if (row != column) {
        matrix[row * size + column] = static_cast<float>(sum / static_cast<double>(matrix[column * size + column]));
      } else if (sum > 0) {
        matrix[row * size + row] = static_cast<float>(std::sqrt(sum));
      } else {
        return Definite::No;
      }
    }
  }
  return Definite::Yes;
}

Definite factor_cholesky(std::span<float> matrix, std::size_t size) {
  using Square = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<Square> square(matrix.data(), static_cast<Eigen::Index>(size), static_cast<Eigen::Index>(size));
  const Eigen::LLT<Eigen::Ref<Square>> cholesky(square);
  return cholesky.info() == Eigen::Success ? Definite::Yes : Definite::No;
}

void solve_lower(std::span<const float> factor, std::span<float> x) {
  const std::size_t size = x.size();
  for (std::size_t row = 0; row < size; ++row) {
    const float* line = factor.data() + row * size;
    float sum = x[row];
    for (std::size_t i = 0; i < row; ++i) sum -= line[i] * x[i];
    x[row] = sum / line[row];
  }
}

void solve_lower_transposed(std::span<const float> factor, std::span<float> x) {
  const std::size_t size = x.size();
  for (std::size_t row = size; row-- > 0;) {
    const float* line = factor.data() + row * size;
    x[row] /= line[row];
    for (std::size_t i = 0; i < row; ++i) x[i] -= line[i] * x[row];
  }
}

void solve_cholesky(std::span<const float> factor, std::span<float> x) {
  solve_lower(factor, x);
  solve_lower_transposed(factor, x);
}

void update_cholesky(std::span<float> factor, std::span<float> x) {
  const std::size_t size = x.size();
  for (std::size_t column = 0; column < size; ++column) {
    float& pivot = factor[column * size + column];
    const float radius = std::hypot(pivot, x[column]);
    const float cosine = radius / pivot;
    const float sine = x[column] / pivot;
    pivot = radius;
    for (std::size_t row = column + 1; row < size; ++row) {
      float& value = factor[row * size + column];
      value = (value + sine * x[row]) / cosine;
      x[row] = cosine * x[row] - sine * value;
    }
  }
}

Definite downdate_cholesky(std::span<float> factor, std::span<float> x) {
  const std::size_t size = x.size();
  for (std::size_t column = 0; column < size; ++column) {
    float& pivot = factor[column * size + column];
    const float squared = (pivot - x[column]) * (pivot + x[column]);
    if (squared <= kSafeShare * pivot * pivot) return Definite::No;
    const float radius = std::sqrt(squared);
    const float cosine = radius / pivot;
    const float sine = x[column] / pivot;
    pivot = radius;
    for (std::size_t row = column + 1; row < size; ++row) {
      float& value = factor[row * size + column];
      value = (value - sine * x[row]) / cosine;
      x[row] = cosine * x[row] - sine * value;
    }
  }
  return Definite::Yes;
}

}  // namespace cineloom
