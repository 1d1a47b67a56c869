#include "recommend/internal/ials_rows.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>

#include "base/thread_pool.h"
#include "math/eigen_basis.h"
#include "math/ridge_solver.h"

namespace cineloom::ials_rows {
namespace {

constexpr std::size_t kRowsPerPiece = 64;

/// Events of weight 0 are as if they were not there.
struct Events {
  std::vector<std::int32_t> columns;
  std::vector<float> weights;

  void take(const SparseMatrix& seen, std::int32_t row) {
    columns.clear();
    weights.clear();
    bool is_plain = true;
    for (std::size_t i = 0; i < seen.row_size(row); ++i) {
      const float weight = seen.row_values(row)[i];
      if (weight == 0) continue;
      columns.push_back(seen.row_columns(row)[i]);
      weights.push_back(weight);
      is_plain = is_plain && weight == 1;
    }
    if (is_plain) weights.clear();
  }
};

constexpr int kGradientSteps = 3;

void solve_row(RidgeSolver& solver, const Events& events, float ridge, const IalsOptions& options, std::span<float> row) {
  if (options.solver == IalsSolver::Exact) {
    solver.solve(events.columns, events.weights, ridge, row);
  } else if (options.solver == IalsSolver::ConjugateGradient) {
    solver.improve(events.columns, events.weights, ridge, kGradientSteps, row);
  } else {
    solver.improve_by_blocks(events.columns, events.weights, ridge, static_cast<std::size_t>(options.block), row);
  }
}

bool is_weight(float value) { return std::isfinite(value) && value >= 0; }
bool is_positive(float value) { return std::isfinite(value) && value > 0; }

}  // namespace

Expected<void> check(const FoldInTerms& terms) {
  if (!is_positive(terms.regularization))
    return fail(ErrorCode::InvalidArgument, "regularization must be positive, found " + std::to_string(terms.regularization));
  if (!is_positive(terms.unobserved_weight))
    return fail(ErrorCode::InvalidArgument, "unobserved weight must be positive, found " + std::to_string(terms.unobserved_weight));
  if (!(terms.exponent >= 0 && terms.exponent <= 1))
    return fail(ErrorCode::InvalidArgument, "exponent must lie in 0 .. 1, found " + std::to_string(terms.exponent));
  return {};
}

Expected<void> check(const SparseMatrix& seen, const IalsOptions& options) {
  CINELOOM_TRY(check(options.terms));
  if (options.factors < 1 || options.factors > 4096)
    return fail(ErrorCode::InvalidArgument, "factors must lie in 1 .. 4096, found " + std::to_string(options.factors));
  if (options.sweeps < 1 || options.sweeps > 1000)
    return fail(ErrorCode::InvalidArgument, "sweeps must lie in 1 .. 1000, found " + std::to_string(options.sweeps));
  if (options.block < 1) return fail(ErrorCode::InvalidArgument, "block must be at least 1, found " + std::to_string(options.block));
  if (!is_positive(options.init_scale)) return fail(ErrorCode::InvalidArgument, "init_scale must be positive, found " + std::to_string(options.init_scale));
  if (!std::ranges::all_of(seen.values, is_weight)) return fail(ErrorCode::InvalidArgument, "weights of events must be finite and not negative");
  return {};
}

void draw(Matrix& factors, const IalsOptions& options, std::string_view side) {
  Random random(derive_seed(options.seed, side));
  const double deviation = static_cast<double>(options.init_scale) / std::sqrt(static_cast<double>(options.factors));
  for (float& value : factors.values()) value = static_cast<float>(deviation * random.normal());
}

/// Rows are handed out in small pieces as threads come free: a row's result does not depend on who computes it.
Expected<void> solve(const SparseMatrix& seen, Matrix& fixed, Matrix& solved, const IalsOptions& options, Progress& progress, const CancelToken& cancel) {
  const EigenBasis basis = eigen_basis(gram_of(fixed, options.threads), fixed.columns());
  rotate(fixed, basis.vectors, options.threads);
  if (options.solver != IalsSolver::Exact) rotate(solved, basis.vectors, options.threads);  // they go on from where they stand
  std::vector<float> diagonal = basis.values;
  for (float& value : diagonal) value *= options.terms.unobserved_weight;
  const Halves halves = options.solver == IalsSolver::ConjugateGradient ? halved(fixed, options.threads) : Halves();
  const std::size_t threads = static_cast<std::size_t>(options.threads > 0 ? options.threads : available_cores());
  std::atomic<std::size_t> next = 0;
  parallel_for(
      threads,
      [&](std::size_t, std::size_t) {
        RidgeSolver solver(fixed, diagonal, halves);
        Events events;
        while (!cancel.is_cancelled()) {
          const std::size_t first = next.fetch_add(kRowsPerPiece);
          if (first >= solved.rows()) return;
          const std::size_t last = std::min(first + kRowsPerPiece, solved.rows());
          for (std::size_t row = first; row < last; ++row) {
            events.take(seen, static_cast<std::int32_t>(row));
            solve_row(solver, events, options.terms.ridge(events.columns.size(), fixed.rows()), options, solved.row(row));
          }
          progress.advance(static_cast<std::int64_t>(last - first));
        }
      },
      static_cast<int>(threads));
  return cancel.check();
}

}  // namespace cineloom::ials_rows
