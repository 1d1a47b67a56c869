#include "recommend/models/collective_factors.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>

#include "base/thread_pool.h"
#include "math/eigen_basis.h"
#include "math/ridge_solver.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kRowsPerPiece = 64;

/// Users, then features, as rows over items.
struct Rows {
  SparseMatrix confidences;    ///< [users + features, items]: c
  std::vector<float> weights;  ///< p, by row
};

void add_users(const SparseMatrix& seen, float exponent, Rows& rows) {
  const float mean = static_cast<float>(seen.size()) / static_cast<float>(seen.row_count());
  for (std::int32_t user = 0; user < seen.row_count(); ++user) {
    const auto events = static_cast<float>(std::max<std::size_t>(1, seen.row_size(user)));
    rows.weights.push_back(std::pow(events / mean, -exponent));
  }
  rows.confidences = seen;
  std::ranges::fill(rows.confidences.values, 1.0F);
}

void add_features(const SparseMatrix& content, const CollectiveFactorsOptions& options, Rows& rows) {
  const SparseMatrix by_feature = content.transposed();
  for (std::int32_t feature = 0; feature < by_feature.row_count(); ++feature) {
    if (by_feature.row_size(feature) < static_cast<std::size_t>(options.least_items)) continue;
    for (std::size_t i = 0; i < by_feature.row_size(feature); ++i) {
      if (by_feature.row_values(feature)[i] <= 0) continue;
      rows.confidences.columns.push_back(by_feature.row_columns(feature)[i]);
      rows.confidences.values.push_back(options.feature_confidence * by_feature.row_values(feature)[i]);
    }
    rows.confidences.begins.push_back(rows.confidences.columns.size());
    rows.weights.push_back(options.feature_weight);
  }
}

void draw(Matrix& factors, const CollectiveFactorsOptions& options) {
  Random random(derive_seed(options.seed, "items"));
  const double deviation = static_cast<double>(options.init_scale) / std::sqrt(static_cast<double>(options.factors));
  for (float& value : factors.values()) value = static_cast<float>(deviation * random.normal());
}

/// Turns both sides into the basis in which sum of p x x' over `fixed` is diagonal; gives that diagonal.
std::vector<float> diagonalize(Matrix& fixed, std::span<const float> weights, int threads) {
  Matrix scaled = fixed;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    for (float& value : scaled.row(row)) value *= std::sqrt(weights[row]);
  }
  const EigenBasis basis = eigen_basis(gram_of(weights.empty() ? fixed : scaled, threads), fixed.columns());
  rotate(fixed, basis.vectors, threads);
  return basis.values;
}

/// The confidences of one row times the weights of the fixed rows; their sum.
double weigh(const SparseMatrix& cells, std::int32_t row, std::span<const float> weights, std::vector<float>& confidences) {
  const auto columns = cells.row_columns(row);
  confidences.assign(cells.row_values(row).begin(), cells.row_values(row).end());
  double sum = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!weights.empty()) confidences[i] *= weights[static_cast<std::size_t>(columns[i])];
    sum += static_cast<double>(confidences[i]);
  }
  return sum;
}

/// Best rows of `solved` while `fixed` stands still. `cells` [solved, fixed]: the confidences; `weights` of fixed rows, or empty = 1.
Expected<void> solve_rows(const SparseMatrix& cells, Matrix& fixed, std::span<const float> weights, Matrix& solved, const CollectiveFactorsOptions& options,
                          const CancelToken& cancel) {
  std::vector<float> diagonal = diagonalize(fixed, weights, options.threads);
  for (float& value : diagonal) value = std::max(0.0F, value * options.terms.unobserved_weight);
  double total = static_cast<double>(fixed.rows());
  if (!weights.empty()) total = 0;
  for (const float weight : weights) total += static_cast<double>(weight);
  const auto threads = static_cast<std::size_t>(options.threads > 0 ? options.threads : available_cores());
  std::atomic<std::size_t> next = 0;
  parallel_for(
      threads,
      [&](std::size_t, std::size_t) {
        RidgeSolver solver(fixed, diagonal);
        std::vector<float> confidences;
        while (!cancel.is_cancelled()) {
          const std::size_t first = next.fetch_add(kRowsPerPiece);
          if (first >= solved.rows()) return;
          for (std::size_t row = first; row < std::min(first + kRowsPerPiece, solved.rows()); ++row) {
            const double sum = weigh(cells, static_cast<std::int32_t>(row), weights, confidences);
            const double ridge = static_cast<double>(options.terms.regularization) * (sum + static_cast<double>(options.terms.unobserved_weight) * total);
            solver.solve(cells.row_columns(static_cast<std::int32_t>(row)), confidences, static_cast<float>(ridge), solved.row(row));
          }
        }
      },
      static_cast<int>(threads));
  return cancel.check();
}

bool is_positive(float value) { return std::isfinite(value) && value > 0; }

Expected<void> check(const SparseMatrix& seen, const SparseMatrix& content, const CollectiveFactorsOptions& options) {
  if (seen.size() == 0) return fail(ErrorCode::InvalidArgument, "expected events to learn from, found none");
  if (content.row_count() != 0 && content.row_count() != seen.column_count) {
    return fail(ErrorCode::InvalidArgument,
                "expected features of " + std::to_string(seen.column_count) + " items, found " + std::to_string(content.row_count()));
  }
  if (!std::ranges::all_of(content.values, [](float value) { return std::isfinite(value) && value >= 0; }))
    return fail(ErrorCode::InvalidArgument, "values of features must be finite and not negative");
  if (options.factors < 1 || options.factors > 4096)
    return fail(ErrorCode::InvalidArgument, "factors must lie in 1 .. 4096, found " + std::to_string(options.factors));
  if (options.sweeps < 1 || options.sweeps > 1000)
    return fail(ErrorCode::InvalidArgument, "sweeps must lie in 1 .. 1000, found " + std::to_string(options.sweeps));
  if (!is_positive(options.terms.regularization) || !is_positive(options.terms.unobserved_weight))
    return fail(ErrorCode::InvalidArgument, "regularization and unobserved weight must be positive");
  if (options.terms.exponent != 1) return fail(ErrorCode::InvalidArgument, "collective factors know the exponent 1 only");
  if (!(options.user_exponent >= 0 && options.user_exponent <= 1)) return fail(ErrorCode::InvalidArgument, "user_exponent must lie in 0 .. 1");
  if (!(std::isfinite(options.feature_weight) && options.feature_weight >= 0)) return fail(ErrorCode::InvalidArgument, "feature_weight must not be negative");
  if (!is_positive(options.feature_confidence) || !is_positive(options.init_scale))
    return fail(ErrorCode::InvalidArgument, "feature_confidence and init_scale must be positive");
  return {};
}

}  // namespace

Expected<CollectiveFactors> CollectiveFactors::fit(const SparseMatrix& seen, const SparseMatrix& content, const CollectiveFactorsOptions& options,
                                                   Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(check(seen, content, options));
  Rows rows;
  add_users(seen, options.user_exponent, rows);
  if (options.feature_weight > 0) add_features(content, options, rows);
  const SparseMatrix by_item = rows.confidences.transposed();
  Matrix items(static_cast<std::size_t>(seen.column_count), static_cast<std::size_t>(options.factors));
  Matrix others(rows.weights.size(), items.columns());
  draw(items, options);
  progress.begin("fitting factors", options.sweeps, "sweeps");
  for (std::int32_t sweep = 0; sweep < options.sweeps; ++sweep) {
    CINELOOM_TRY(solve_rows(rows.confidences, items, {}, others, options, cancel));
    CINELOOM_TRY(solve_rows(by_item, others, rows.weights, items, options, cancel));
    progress.advance();
  }
  CollectiveFactors model;
  model.fold_in_ = FoldIn(std::move(items), options.terms, options.threads);
  progress.finish();
  return model;
}

void CollectiveFactors::score(std::span<const HistoryEntry> history, std::span<float> scores) const { fold_in_.score(fold_in_.fold_in(history), scores); }

void CollectiveFactors::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(fold_in_.terms());
  out.put(static_cast<std::uint64_t>(fold_in_.items().columns()));
  out.put(std::vector<float>(fold_in_.items().values().begin(), fold_in_.items().values().end()));
}

Expected<CollectiveFactors> CollectiveFactors::read(ByteReader& in) {
  std::uint32_t format = 0;
  FoldInTerms terms;
  std::uint64_t columns = 0;
  std::vector<float> values;
  in.take(format);
  in.take(terms);
  in.take(columns);
  in.take(values);
  if (in.is_short() || format != kFormat) return fail(ErrorCode::DataLoss, "not a stored model of collective factors of format 1");
  if (columns < 1 || columns > 4096 || values.empty() || values.size() % columns != 0)
    return fail(ErrorCode::DataLoss, "collective factors: items do not fill their shape");
  if (!FoldIn::are_factors(values)) return fail(ErrorCode::DataLoss, "collective factors: a factor is out of range");
  if (!is_positive(terms.regularization) || !is_positive(terms.unobserved_weight) || terms.exponent != 1)
    return fail(ErrorCode::DataLoss, "collective factors: terms out of range");
  Matrix items(values.size() / columns, columns);
  std::ranges::copy(values, items.values().begin());
  CollectiveFactors model;
  model.fold_in_ = FoldIn(std::move(items), terms, 0);
  return model;
}

}  // namespace cineloom
