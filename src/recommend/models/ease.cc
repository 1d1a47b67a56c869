#include "recommend/models/ease.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "math/dense_inverse.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr float kDefaultRegularization = 500;

/// The items that take part: the most popular, in order of number.
std::vector<std::int32_t> head_of(const SparseMatrix& seen, std::int32_t most) {
  std::vector<std::int32_t> counts(static_cast<std::size_t>(seen.column_count), 0);
  for (const std::int32_t item : seen.columns) ++counts[static_cast<std::size_t>(item)];
  std::vector<std::int32_t> items(counts.size());
  std::iota(items.begin(), items.end(), 0);
  std::ranges::stable_sort(items, std::greater(), [&](std::int32_t item) { return counts[static_cast<std::size_t>(item)]; });
  items.resize(std::min(items.size(), static_cast<std::size_t>(std::max(most, 1))));
  std::ranges::sort(items);
  return items;
}

std::vector<std::int32_t> places(std::span<const std::int32_t> item_at, std::size_t items) {
  std::vector<std::int32_t> place_of(items, -1);
  for (std::size_t place = 0; place < item_at.size(); ++place) place_of[static_cast<std::size_t>(item_at[place])] = static_cast<std::int32_t>(place);
  return place_of;
}

/// Lower triangle of X'X + l I.
void add_gram(const SparseMatrix& seen, std::span<const std::int32_t> place_of, float regularization, Matrix& gram) {
  std::vector<std::pair<std::size_t, float>> row;
  for (std::int32_t user = 0; user < seen.row_count(); ++user) {
    row.clear();
    for (std::size_t i = 0; i < seen.row_size(user); ++i) {
      const std::int32_t place = place_of[static_cast<std::size_t>(seen.row_columns(user)[i])];
      if (place >= 0) row.emplace_back(static_cast<std::size_t>(place), seen.row_values(user)[i]);
    }
    for (std::size_t i = 0; i < row.size(); ++i) {
      for (std::size_t j = 0; j <= i; ++j) gram.at(row[i].first, row[j].first) += row[i].second * row[j].second;
    }
  }
  for (std::size_t i = 0; i < gram.rows(); ++i) gram.at(i, i) += regularization;
}

Expected<void> check(const SparseMatrix& seen, const EaseOptions& options) {
  if (seen.size() == 0) return fail(ErrorCode::InvalidArgument, "expected events to learn from, found none");
  if (!std::ranges::all_of(seen.values, [](float value) { return std::isfinite(value); })) return fail(ErrorCode::InvalidArgument, "values of events must be finite");
  if (options.regularization && !(std::isfinite(*options.regularization) && *options.regularization > 0)) {
    return fail(ErrorCode::InvalidArgument, "regularization must be positive, found " + std::to_string(*options.regularization));
  }
  return {};
}

}  // namespace

Expected<Ease> Ease::fit(const SparseMatrix& seen, const EaseOptions& options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(check(seen, options));
  Ease model;
  model.item_at_ = head_of(seen, options.most_items);
  model.place_of_ = places(model.item_at_, static_cast<std::size_t>(seen.column_count));
  const std::uint64_t estimate = sizeof(float) * model.item_at_.size() * model.item_at_.size();
  if (estimate > options.memory_budget) {
    return std::unexpected(Error(ErrorCode::ResourceExhausted, "EASE of " + std::to_string(model.item_at_.size()) + " items needs " + std::to_string(estimate >> 20U) +
                                     " MiB, the budget is " + std::to_string(options.memory_budget >> 20U) + " MiB").advise("raise the memory budget or lower most_items"));
  }
  model.regularization_ = options.regularization.value_or(kDefaultRegularization);
  progress.begin("inverting item weights", 2, "steps");
  model.precision_ = Matrix(model.item_at_.size(), model.item_at_.size());
  add_gram(seen, model.place_of_, model.regularization_, model.precision_);
  progress.advance();
  CINELOOM_TRY(invert_positive_definite(model.precision_, options.threads, cancel));
  for (std::size_t i = 0; i < model.item_at_.size(); ++i) model.diagonal_.push_back(std::exchange(model.precision_.at(i, i), 0.0F));
  progress.finish();
  return model;
}

void Ease::score(std::span<const HistoryEntry> history, std::span<float> scores) const {
  std::vector<float> sums(item_at_.size(), 0);
  for (const HistoryEntry& entry : history) {
    const std::int32_t place = place_of_[static_cast<std::size_t>(entry.item)];
    if (place < 0) continue;
    const auto row = precision_.row(static_cast<std::size_t>(place));
    for (std::size_t i = 0; i < row.size(); ++i) sums[i] -= entry.value * row[i];
  }
  std::ranges::fill(scores, 0.0F);
  for (std::size_t i = 0; i < sums.size(); ++i) scores[static_cast<std::size_t>(item_at_[i])] = sums[i] / diagonal_[i];
}

float Ease::contribution(std::int32_t item, std::int32_t because) const {
  const std::int32_t column = place_of_[static_cast<std::size_t>(item)];
  const std::int32_t row = place_of_[static_cast<std::size_t>(because)];
  if (column < 0 || row < 0) return 0;
  return -precision_.at(static_cast<std::size_t>(row), static_cast<std::size_t>(column)) / diagonal_[static_cast<std::size_t>(column)];
}

void Ease::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(regularization_);
  out.put(static_cast<std::uint64_t>(place_of_.size()));
  out.put(item_at_);
  out.put(diagonal_);
  std::vector<float> triangle;
  for (std::size_t row = 0; row < item_at_.size(); ++row) triangle.insert(triangle.end(), precision_.row(row).begin(), precision_.row(row).begin() + static_cast<std::ptrdiff_t>(row));
  out.put(triangle);
}

Expected<Ease> Ease::read(ByteReader& in) {
  std::uint32_t format = 0;
  std::uint64_t items = 0;
  std::vector<float> triangle;
  Ease model;
  in.take(format);
  in.take(model.regularization_);
  in.take(items);
  in.take(model.item_at_);
  in.take(model.diagonal_);
  in.take(triangle);
  const std::size_t size = model.item_at_.size();
  if (in.is_short() || format != kFormat) return fail(ErrorCode::DataLoss, "not a stored EASE model of format 1");
  if (size == 0 || size > items || items > (1ULL << 31U) - 1 || model.diagonal_.size() != size || triangle.size() != size * (size - 1) / 2) return fail(ErrorCode::DataLoss, "EASE model: shapes disagree");
  for (std::size_t i = 0; i < size; ++i) {
    const bool rises = i == 0 || model.item_at_[i - 1] < model.item_at_[i];
    if (!rises || model.item_at_[i] < 0 || static_cast<std::uint64_t>(model.item_at_[i]) >= items) return fail(ErrorCode::DataLoss, "EASE model: items are not in order");
    if (!(std::isfinite(model.diagonal_[i]) && model.diagonal_[i] > 0)) return fail(ErrorCode::DataLoss, "EASE model: a variance is not positive");
  }
  if (!std::ranges::all_of(triangle, [](float value) { return std::isfinite(value); })) return fail(ErrorCode::DataLoss, "EASE model: a weight is not finite");
  model.place_of_ = places(model.item_at_, items);
  model.precision_ = Matrix(size, size);
  for (std::size_t row = 0, at = 0; row < size; ++row) {
    for (std::size_t column = 0; column < row; ++column, ++at) model.precision_.at(row, column) = model.precision_.at(column, row) = triangle[at];
  }
  return model;
}

}  // namespace cineloom
