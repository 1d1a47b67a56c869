#include "recommend/models/collective_ease.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "math/dense_inverse.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr float kCountDamping = 20;  // below some twenty events a count is mostly noise

/// gram += sum over rows of weight_row (s x)(s x)', lower triangle.
void add_gram(const SparseMatrix& rows, std::span<const float> row_weights, std::span<const float> scales, Matrix& gram) {
  std::vector<float> scaled;
  for (std::int32_t row = 0; row < rows.row_count(); ++row) {
    const auto columns = rows.row_columns(row);
    scaled.assign(rows.row_values(row).begin(), rows.row_values(row).end());
    for (std::size_t i = 0; i < columns.size(); ++i) scaled[i] *= scales[static_cast<std::size_t>(columns[i])];
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const float factor = row_weights[static_cast<std::size_t>(row)] * scaled[i];
      const auto out = gram.row(static_cast<std::size_t>(columns[i]));
      for (std::size_t j = 0; j <= i; ++j) out[static_cast<std::size_t>(columns[j])] += factor * scaled[j];
    }
  }
}

double mean_diagonal(const Matrix& gram) {
  double sum = 0;
  for (std::size_t i = 0; i < gram.rows(); ++i) sum += static_cast<double>(gram.at(i, i));
  return sum / static_cast<double>(gram.rows());
}

std::vector<float> user_weights(const SparseMatrix& seen, float exponent) {
  const float mean = static_cast<float>(seen.size()) / static_cast<float>(seen.row_count());
  std::vector<float> weights;
  for (std::int32_t user = 0; user < seen.row_count(); ++user)
    weights.push_back(std::pow(std::max(1.0F, static_cast<float>(seen.row_size(user))) / mean, -exponent));
  return weights;
}

std::vector<float> item_scales(const SparseMatrix& seen, float exponent) {
  std::vector<float> counts(static_cast<std::size_t>(seen.column_count), kCountDamping);
  for (const std::int32_t item : seen.columns) ++counts[static_cast<std::size_t>(item)];
  for (float& count : counts) count = std::pow(count, -exponent);
  const float mean = std::accumulate(counts.begin(), counts.end(), 0.0F) / static_cast<float>(counts.size());
  for (float& scale : counts) scale /= mean;
  return counts;
}

bool is_share(float value) { return value >= 0 && value <= 1; }
bool is_not_negative(float value) { return std::isfinite(value) && value >= 0; }

Expected<void> check(const SparseMatrix& seen, const SparseMatrix& content, const CollectiveEaseOptions& options) {
  if (seen.size() == 0) return fail(ErrorCode::InvalidArgument, "expected events to learn from, found none");
  if (content.row_count() != 0 && content.row_count() != seen.column_count) {
    return fail(ErrorCode::InvalidArgument,
                "expected features of " + std::to_string(seen.column_count) + " items, found " + std::to_string(content.row_count()));
  }
  if (!(is_not_negative(options.regularization) && options.regularization > 0)) return fail(ErrorCode::InvalidArgument, "regularization must be positive");
  if (!is_not_negative(options.dropout_ridge) || !is_not_negative(options.content))
    return fail(ErrorCode::InvalidArgument, "dropout_ridge and content must not be negative");
  if (!is_share(options.user_exponent) || !is_share(options.item_exponent)) return fail(ErrorCode::InvalidArgument, "exponents must lie in 0 .. 1");
  if (!std::ranges::all_of(content.values, [](float value) { return std::isfinite(value); }))
    return fail(ErrorCode::InvalidArgument, "values of features must be finite");
  const auto items = static_cast<std::uint64_t>(seen.column_count);
  const std::uint64_t estimate = 2 * sizeof(float) * items * items;
  if (estimate > options.memory_budget) {
    return std::unexpected(Error(ErrorCode::ResourceExhausted, "collective EASE of " + std::to_string(items) + " items needs " +
                                                                   std::to_string(estimate >> 20U) + " MiB, the budget is " +
                                                                   std::to_string(options.memory_budget >> 20U) + " MiB")
                               .advise("raise the memory budget"));
  }
  return {};
}

/// What features alone say, in the scale of events: the mean diagonal is `target`.
void add_content(const SparseMatrix& content, double target, Matrix& gram) {
  const SparseMatrix by_feature = content.transposed();
  double squares = 0;
  for (const float value : content.values) squares += static_cast<double>(value) * static_cast<double>(value);
  if (squares <= 0) return;
  const double weight = target * static_cast<double>(gram.rows()) / squares;
  const std::vector<float> weights(static_cast<std::size_t>(by_feature.row_count()), static_cast<float>(weight));
  const std::vector<float> scales(gram.rows(), 1);
  add_gram(by_feature, weights, scales, gram);
}

}  // namespace

Expected<CollectiveEase> CollectiveEase::fit(const SparseMatrix& seen, const SparseMatrix& content, const CollectiveEaseOptions& options, Progress& progress,
                                             const CancelToken& cancel) {
  CINELOOM_TRY(check(seen, content, options));
  progress.begin("inverting item weights", 3, "steps");
  SparseMatrix ones = seen;
  std::ranges::fill(ones.values, 1.0F);
  CollectiveEase model;
  model.scales_ = item_scales(ones, options.item_exponent);
  Matrix gram(static_cast<std::size_t>(seen.column_count), static_cast<std::size_t>(seen.column_count));
  add_gram(ones, user_weights(ones, options.user_exponent), model.scales_, gram);
  progress.advance();
  CINELOOM_TRY(cancel.check());
  const double mean = mean_diagonal(gram);
  const auto ridge = static_cast<float>(static_cast<double>(options.regularization) * mean);
  std::vector<float> ridges;
  for (std::size_t item = 0; item < gram.rows(); ++item) ridges.push_back(ridge + options.dropout_ridge * gram.at(item, item));
  if (options.content > 0) add_content(content, static_cast<double>(options.content) * mean, gram);
  for (std::size_t item = 0; item < gram.rows(); ++item) gram.at(item, item) += ridges[item];
  progress.advance();
  CINELOOM_TRY(invert_positive_definite(gram, options.threads, cancel));
  for (std::size_t item = 0; item < gram.rows(); ++item) model.diagonal_.push_back(std::exchange(gram.at(item, item), 0.0F));
  model.precision_ = std::move(gram);
  progress.finish();
  return model;
}

void CollectiveEase::score(std::span<const HistoryEntry> history, std::span<float> scores) const {
  std::ranges::fill(scores, 0.0F);
  for (const HistoryEntry& entry : history) {
    const auto row = precision_.row(static_cast<std::size_t>(entry.item));
    const float scale = scales_[static_cast<std::size_t>(entry.item)];
    for (std::size_t item = 0; item < row.size(); ++item) scores[item] -= scale * row[item];
  }
  for (std::size_t item = 0; item < scales_.size(); ++item) scores[item] /= diagonal_[item] * scales_[item];
}

float CollectiveEase::contribution(std::int32_t item, std::int32_t because) const {
  const auto to = static_cast<std::size_t>(item);
  const auto from = static_cast<std::size_t>(because);
  return -scales_[from] * precision_.at(from, to) / (diagonal_[to] * scales_[to]);
}

void CollectiveEase::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(diagonal_);
  out.put(scales_);
  std::vector<float> triangle;
  for (std::size_t row = 0; row < diagonal_.size(); ++row)
    triangle.insert(triangle.end(), precision_.row(row).begin(), precision_.row(row).begin() + static_cast<std::ptrdiff_t>(row));
  out.put(triangle);
}

Expected<CollectiveEase> CollectiveEase::read(ByteReader& in) {
  std::uint32_t format = 0;
  CollectiveEase model;
  std::vector<float> triangle;
  in.take(format);
  in.take(model.diagonal_);
  in.take(model.scales_);
  in.take(triangle);
  if (in.is_short() || format != kFormat) return fail(ErrorCode::DataLoss, "not a stored collective EASE model of format 1");
  const std::size_t items = model.diagonal_.size();
  if (items == 0 || model.scales_.size() != items || triangle.size() != items * (items - 1) / 2)
    return fail(ErrorCode::DataLoss, "collective EASE model: weights do not fill their shape");
  const auto is_finite = [](float value) { return std::isfinite(value); };
  const auto is_positive = [](float value) { return std::isfinite(value) && value > 0; };
  if (!std::ranges::all_of(triangle, is_finite) || !std::ranges::all_of(model.diagonal_, is_positive) || !std::ranges::all_of(model.scales_, is_positive)) {
    return fail(ErrorCode::DataLoss, "collective EASE model: a weight is not finite or a scale not positive");
  }
  model.precision_ = Matrix(items, items);
  auto next = triangle.begin();
  for (std::size_t row = 0; row < items; ++row) {
    for (std::size_t column = 0; column < row; ++column, ++next) model.precision_.at(row, column) = model.precision_.at(column, row) = *next;
  }
  return model;
}

}  // namespace cineloom
