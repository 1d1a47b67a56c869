#include "math/ridge_solver.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <functional>

#include "base/assert.h"
#include "math/internal/ridge_kernels.h"

namespace cineloom {

struct RidgeSolver::Scratch : RidgeScratch {
  std::vector<float> scores;   ///< per index, of all columns
  std::vector<float> targets;  ///< per index, what a block has to explain
};

RidgeSolver::RidgeSolver(const Matrix& rows, std::span<const float> diagonal) : rows_(rows), diagonal_(diagonal), scratch_(std::make_unique<Scratch>()) {
  CINELOOM_ASSERT(diagonal.size() == rows.columns());
}

RidgeSolver::~RidgeSolver() = default;

void RidgeSolver::solve(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::span<float> solution) {
  if (indices.empty()) {
    std::ranges::fill(solution, 0.0F);
    return;
  }
  const RidgeTask task{.rows = &rows_, .diagonal = diagonal_, .indices = indices, .weights = weights, .ridge = ridge, .solution = solution};
  const bool is_solved = indices.size() < rows_.columns() ? solve_dual(task, *scratch_) : solve_primal(task, *scratch_);
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

void RidgeSolver::improve(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, int steps, std::span<float> solution) {
  if (indices.empty()) {
    std::ranges::fill(solution, 0.0F);
    return;
  }
  improve_by_gradients({.rows = &rows_, .diagonal = diagonal_, .indices = indices, .weights = weights, .ridge = ridge, .solution = solution}, steps, *scratch_);
}

void RidgeSolver::improve_by_blocks(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::size_t block, std::span<float> solution) {
  if (indices.size() <= solution.size() || block >= solution.size()) return solve(indices, weights, ridge, solution);  // no dearer than the blocks
  RidgeTask task{.rows = &rows_, .diagonal = diagonal_, .indices = indices, .weights = weights, .ridge = ridge};
  std::vector<float>& scores = scratch_->scores;
  scores.assign(indices.size(), 0);
  add_scores(task, solution, scores);
  for (std::size_t first = 0; first < solution.size(); first += block) {
    const std::span<float> part = solution.subspan(first, std::min(block, solution.size() - first));
    task.first_column = first;
    task.diagonal = diagonal_.subspan(first, part.size());
    std::ranges::transform(part, part.begin(), std::negate());
    add_scores(task, part, scores);  // what the other blocks say
    scratch_->targets.resize(scores.size());
    std::ranges::transform(scores, scratch_->targets.begin(), [](float score) { return 1 - score; });
    task.targets = scratch_->targets;
    task.solution = part;
    if (!solve_primal(task, *scratch_)) std::ranges::transform(part, part.begin(), std::negate());
    add_scores(task, part, scores);
  }
}

}  // namespace cineloom
