#include "math/ridge_solver.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <functional>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "math/internal/gradient_kernels.h"

namespace cineloom {

namespace {

struct Scratch : RidgeScratch {
  GradientScratch gradients;
  std::vector<float> scores;   ///< per index, of all columns
  std::vector<float> targets;  ///< per index, what a block has to explain
};

/// A fresh allocation per row would cost as much as a short row itself.
Scratch& scratch_of_thread() {
  thread_local Scratch scratch;
  return scratch;
}

}  // namespace

Halves halved(const Matrix& matrix, int threads) {
  Halves halves(matrix.values().size());
  parallel_for(
      matrix.rows(),
      [&](std::size_t first, std::size_t last) {
        const std::size_t count = (last - first) * matrix.columns();
        halve(matrix.values().subspan(first * matrix.columns(), count), std::span(halves).subspan(first * matrix.columns(), count));
      },
      threads);
  return halves;
}

RidgeSolver::RidgeSolver(const Matrix& rows, std::span<const float> diagonal, std::span<const std::uint16_t> halves)
    : rows_(rows), diagonal_(diagonal), halves_(halves) {
  CINELOOM_ASSERT(diagonal.size() == rows.columns() && (halves.empty() || halves.size() == rows.values().size()));
}

void RidgeSolver::solve(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::span<float> solution) const {
  if (indices.empty()) {
    std::ranges::fill(solution, 0.0F);
    return;
  }
  const RidgeTask task{.rows = &rows_, .diagonal = diagonal_, .indices = indices, .weights = weights, .ridge = ridge, .solution = solution};
  if (solve_by_gradients(task, scratch_of_thread().gradients)) return;
  const bool is_solved = indices.size() < rows_.columns() ? solve_dual(task, scratch_of_thread()) : solve_primal(task, scratch_of_thread());
  if (!is_solved || !std::ranges::all_of(solution, [](float value) { return std::isfinite(value); })) solve_plainly(indices, weights, ridge, solution);
}

void RidgeSolver::solve_plainly(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::span<float> solution) const {
  const auto size = static_cast<Eigen::Index>(rows_.columns());
  Eigen::MatrixXd normal = Eigen::Map<const Eigen::VectorXf>(diagonal_.data(), size).cast<double>().asDiagonal();
  normal.diagonal().array() += static_cast<double>(ridge);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[i]);
    const Eigen::VectorXd row = Eigen::Map<const Eigen::VectorXf>(rows_.row(static_cast<std::size_t>(indices[i])).data(), size).cast<double>();
    normal += weight * row * row.transpose();
    right += weight * row;
  }
  Eigen::Map<Eigen::VectorXf>(solution.data(), size) = normal.ldlt().solve(right).cast<float>();
}

void RidgeSolver::improve(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, int steps, std::span<float> solution) const {
  if (indices.empty()) {
    std::ranges::fill(solution, 0.0F);
    return;
  }
  improve_by_gradients({.rows = &rows_,
                        .halves = halves_.empty() ? nullptr : halves_.data(),
                        .diagonal = diagonal_,
                        .indices = indices,
                        .weights = weights,
                        .ridge = ridge,
                        .solution = solution},
                       steps, scratch_of_thread().gradients);
}

void RidgeSolver::improve_by_blocks(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::size_t block,
                                    std::span<float> solution) const {
  if (indices.size() <= solution.size() || block >= solution.size()) return solve(indices, weights, ridge, solution);  // no dearer than the blocks
  RidgeTask task{.rows = &rows_, .diagonal = diagonal_, .indices = indices, .weights = weights, .ridge = ridge};
  std::vector<float>& scores = scratch_of_thread().scores;
  scores.assign(indices.size(), 0);
  add_scores(task, solution, scores);
  for (std::size_t first = 0; first < solution.size(); first += block) {
    const std::span<float> part = solution.subspan(first, std::min(block, solution.size() - first));
    task.first_column = first;
    task.diagonal = diagonal_.subspan(first, part.size());
    std::ranges::transform(part, part.begin(), std::negate());
    add_scores(task, part, scores);  // what the other blocks say
    scratch_of_thread().targets.resize(scores.size());
    std::ranges::transform(scores, scratch_of_thread().targets.begin(), [](float score) { return 1 - score; });
    task.targets = scratch_of_thread().targets;
    task.solution = part;
    if (!solve_primal(task, scratch_of_thread())) std::ranges::transform(part, part.begin(), std::negate());
    add_scores(task, part, scores);
  }
}

}  // namespace cineloom
