#include "recommend/models/ease.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <string>

#include "base/thread_pool.h"
#include "math/dense_inverse.h"
#include "recommend/models/held_out_users.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr float kDefaultRegularization = 500;
constexpr std::array kRegularizations{20.0F, 50.0F, 100.0F, 200.0F, 350.0F, 500.0F, 700.0F, 1000.0F, 2000.0F, 4000.0F};
constexpr std::int32_t kItemsForChoice = 1500;
constexpr std::size_t kMostHeld = 500;

ItemHead head_of(const SparseMatrix& seen, std::int32_t most) {
  std::vector<std::int32_t> counts(static_cast<std::size_t>(seen.column_count), 0);
  for (const std::int32_t item : seen.columns) ++counts[static_cast<std::size_t>(item)];
  return ItemHead::of(std::span<const std::int32_t>(counts), most);
}

/// The same events with items renumbered by place, those without one left out.
SparseMatrix in_places(const SparseMatrix& seen, std::span<const std::int32_t> place_of, std::size_t places) {
  SparseMatrix some{.column_count = static_cast<std::int32_t>(places)};
  for (std::int32_t user = 0; user < seen.row_count(); ++user) {
    for (std::size_t i = 0; i < seen.row_size(user); ++i) {
      const std::int32_t place = place_of[static_cast<std::size_t>(seen.row_columns(user)[i])];
      if (place < 0) continue;
      some.columns.push_back(place);
      some.values.push_back(seen.row_values(user)[i]);
    }
    some.begins.push_back(some.columns.size());
  }
  return some;
}

/// One row of the lower triangle of X'X: it stays in the second cache while the item's users are read.
void add_gram_row(const SparseMatrix& by_user, const SparseMatrix& by_item, std::int32_t item, std::span<float> sums) {
  for (std::size_t i = 0; i < by_item.row_size(item); ++i) {
    const std::int32_t user = by_item.row_columns(item)[i];
    const float value = by_item.row_values(item)[i];
    const std::int32_t* columns = by_user.row_columns(user).data();
    const float* values = by_user.row_values(user).data();
    for (std::size_t j = 0; columns[j] < item; ++j) sums[static_cast<std::size_t>(columns[j])] += value * values[j];
    sums[static_cast<std::size_t>(item)] += value * value;
  }
}

/// Lower triangle of X'X, X by place; places rise within a row of it.
Expected<void> fill_gram(const SparseMatrix& by_user, Matrix& gram, int threads, const CancelToken& cancel) {
  const SparseMatrix by_item = by_user.transposed();
  const auto workers = static_cast<std::size_t>(threads > 0 ? threads : available_cores());
  std::atomic<std::size_t> next = 0;
  parallel_for(
      workers,
      [&](std::size_t, std::size_t) {
        for (std::size_t item = next++; item < gram.rows() && !cancel.is_cancelled(); item = next++) {
          add_gram_row(by_user, by_item, static_cast<std::int32_t>(item), gram.row(item).first(item + 1));
        }
      },
      static_cast<int>(workers));
  return cancel.check();
}

void add_to_diagonal(Matrix& matrix, float value) {
  for (std::size_t i = 0; i < matrix.rows(); ++i) matrix.at(i, i) += value;
}

/// l on a logarithmic grid by held-out users, with the most popular items only: a good l hardly depends on the tail.
Expected<float> choose_regularization(const SparseMatrix& seen, const EaseOptions& options, const CancelToken& cancel) {
  const HeldOutUsers held_out = hold_out_users(seen, static_cast<std::size_t>(seen.row_count()), kMostHeld, 1);
  if (held_out.users.empty() || held_out.train.size() == 0) return kDefaultRegularization;
  EaseOptions fixed = options;
  fixed.most_items = std::min(options.most_items, kItemsForChoice);
  Progress silent;
  float best = kDefaultRegularization;
  double quality = -1;
  for (const float regularization : kRegularizations) {
    fixed.regularization = regularization;
    CINELOOM_TRY_ASSIGN(const Ease model, Ease::fit(held_out.train, fixed, silent, cancel));
    const double found = mean_ndcg(model, held_out);
    if (found < quality) break;  // one hill
    quality = found;
    best = regularization;
  }
  return best;
}

Expected<void> check(const SparseMatrix& seen, const EaseOptions& options) {
  if (seen.size() == 0) return fail(ErrorCode::InvalidArgument, "expected events to learn from, found none");
  if (!std::ranges::all_of(seen.values, [](float value) { return std::isfinite(value); }))
    return fail(ErrorCode::InvalidArgument, "values of events must be finite");
  if (options.regularization && !(std::isfinite(*options.regularization) && *options.regularization > 0)) {
    return fail(ErrorCode::InvalidArgument, "regularization must be positive, found " + std::to_string(*options.regularization));
  }
  return {};
}

}  // namespace

Expected<Ease> Ease::fit(const SparseMatrix& seen, const EaseOptions& options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(check(seen, options));
  Ease model;
  model.head_ = head_of(seen, options.most_items);
  const std::uint64_t estimate = sizeof(float) * model.head_.item_at.size() * model.head_.item_at.size();
  if (estimate > options.memory_budget) {
    return std::unexpected(Error(ErrorCode::ResourceExhausted, "EASE of " + std::to_string(model.head_.item_at.size()) + " items needs " +
                                                                   std::to_string(estimate >> 20U) + " MiB, the budget is " +
                                                                   std::to_string(options.memory_budget >> 20U) + " MiB")
                               .advise("raise the memory budget or lower most_items"));
  }
  if (options.regularization) {
    model.regularization_ = *options.regularization;
  } else {
    CINELOOM_TRY_ASSIGN(model.regularization_, choose_regularization(seen, options, cancel));
  }
  progress.begin("inverting item weights", 2, "steps");
  model.precision_ = Matrix(model.head_.item_at.size(), model.head_.item_at.size());
  CINELOOM_TRY(fill_gram(in_places(seen, model.head_.place_of, model.head_.item_at.size()), model.precision_, options.threads, cancel));
  add_to_diagonal(model.precision_, model.regularization_);
  progress.advance();
  CINELOOM_TRY(invert_positive_definite(model.precision_, options.threads, cancel));
  for (std::size_t i = 0; i < model.head_.item_at.size(); ++i) model.diagonal_.push_back(std::exchange(model.precision_.at(i, i), 0.0F));
  model.measure_reaches();
  progress.finish();
  return model;
}

void Ease::measure_reaches() {
  reaches_.assign(diagonal_.size(), 0);
  for (std::size_t row = 0; row < reaches_.size(); ++row) {
    const auto values = precision_.row(row);
    for (std::size_t i = 0; i < values.size(); ++i) reaches_[row] = std::max(reaches_[row], std::abs(values[i]) / diagonal_[i]);
  }
}

float Ease::reach(std::int32_t because) const {
  const std::int32_t place = head_.place_of[static_cast<std::size_t>(because)];
  return place < 0 ? 0 : reaches_[static_cast<std::size_t>(place)];
}

void Ease::score(std::span<const HistoryEntry> history, std::span<float> scores) const {
  std::vector<float> sums(head_.item_at.size(), 0);
  for (const HistoryEntry& entry : history) {
    const std::int32_t place = head_.place_of[static_cast<std::size_t>(entry.item)];
    if (place < 0) continue;
    const auto row = precision_.row(static_cast<std::size_t>(place));
    for (std::size_t i = 0; i < row.size(); ++i) sums[i] -= entry.value * row[i];
  }
  std::ranges::fill(scores, 0.0F);
  for (std::size_t i = 0; i < sums.size(); ++i) scores[static_cast<std::size_t>(head_.item_at[i])] = sums[i] / diagonal_[i];
}

float Ease::contribution(std::int32_t item, std::int32_t because) const {
  const std::int32_t column = head_.place_of[static_cast<std::size_t>(item)];
  const std::int32_t row = head_.place_of[static_cast<std::size_t>(because)];
  if (column < 0 || row < 0) return 0;
  return -precision_.at(static_cast<std::size_t>(row), static_cast<std::size_t>(column)) / diagonal_[static_cast<std::size_t>(column)];
}

Ease Ease::rearranged(ItemOrigins origins) && {
  const std::vector<std::int32_t> kept = head_.rearrange(origins);
  const bool stands = kept.size() == diagonal_.size() && std::ranges::is_sorted(kept);
  if (stands) return std::move(*this);  // the matrix is large
  diagonal_ = cineloom::rearranged(diagonal_, kept, 0.0F);
  precision_ = square_part(precision_, kept);
  measure_reaches();
  return std::move(*this);
}

void Ease::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(regularization_);
  out.put(static_cast<std::uint64_t>(head_.place_of.size()));
  out.put(head_.item_at);
  out.put(diagonal_);
  std::vector<float> triangle;
  for (std::size_t row = 0; row < head_.item_at.size(); ++row)
    triangle.insert(triangle.end(), precision_.row(row).begin(), precision_.row(row).begin() + static_cast<std::ptrdiff_t>(row));
  out.put(triangle);
}

Expected<Ease> Ease::read(ByteReader& in) {
  std::uint32_t format = 0;
  std::uint64_t items = 0;
  std::vector<std::int32_t> item_at;
  std::vector<float> triangle;
  Ease model;
  in.take(format);
  in.take(model.regularization_);
  in.take(items);
  in.take(item_at);
  in.take(model.diagonal_);
  in.take(triangle);
  const std::size_t size = item_at.size();
  if (in.is_short() || format != kFormat) return fail(ErrorCode::DataLoss, "not a stored EASE model of format 1");
  if (size == 0 || size > items || items > ItemHead::kMostItems || model.diagonal_.size() != size || triangle.size() != size * (size - 1) / 2)
    return fail(ErrorCode::DataLoss, "EASE model: shapes disagree");
  if (!ItemHead::is_sound(item_at, items)) return fail(ErrorCode::DataLoss, "EASE model: items are not in order");
  const auto is_variance = [](float value) { return std::isfinite(value) && value > 0; };
  if (!std::ranges::all_of(model.diagonal_, is_variance)) return fail(ErrorCode::DataLoss, "EASE model: a variance is not positive");
  if (!std::ranges::all_of(triangle, [](float value) { return std::isfinite(value); })) return fail(ErrorCode::DataLoss, "EASE model: a weight is not finite");
  model.head_ = ItemHead(std::move(item_at), items);
  model.precision_ = Matrix(size, size);
  for (std::size_t row = 0, at = 0; row < size; ++row) {
    for (std::size_t column = 0; column < row; ++column, ++at) model.precision_.at(row, column) = model.precision_.at(column, row) = triangle[at];
  }
  model.measure_reaches();
  return model;
}

}  // namespace cineloom
