#include "math/ridge_solver.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"
#include "math/blas.h"
#include "math/cholesky.h"

namespace cineloom {

void RidgeSolver::gather(std::span<const std::int32_t> indices, std::span<const float> weights) {
  const std::size_t size = rows_.columns();
  gathered_.resize(indices.size() * size);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const float scale = weights.empty() ? 1.0F : std::sqrt(weights[i]);
    std::ranges::transform(rows_.row(static_cast<std::size_t>(indices[i])), gathered_.begin() + static_cast<std::ptrdiff_t>(i * size), [scale](float x) { return scale * x; });
  }
}

void RidgeSolver::solve(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::span<float> solution) {
  const std::size_t size = rows_.columns();
  std::ranges::fill(solution, 0.0F);
  if (indices.empty()) return;
  gather(indices, weights);
  normal_.resize(size * size);
  const ConstMatrixView chosen(gathered_.data(), indices.size(), size, size);
  multiply(1, chosen, Transpose::Yes, chosen, Transpose::No, 0, {normal_.data(), size, size, size});
  for (std::size_t i = 0; i < size; ++i) normal_[i * size + i] += diagonal_[i] + ridge;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const float weight = weights.empty() ? 1.0F : std::sqrt(weights[i]);
    for (std::size_t column = 0; column < size; ++column) solution[column] += weight * gathered_[i * size + column];
  }
  CINELOOM_ASSERT(factor_cholesky(normal_, size) == Definite::Yes);
  solve_cholesky(normal_, solution);
}

}  // namespace cineloom
