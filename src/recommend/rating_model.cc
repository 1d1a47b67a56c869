#include "recommend/rating_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/thread_pool.h"

namespace cineloom {
namespace {

/// Ratings grouped by one side: those of row r are cells[begins[r] .. begins[r + 1]).
struct Grouped {
  std::vector<std::size_t> begins;
  std::vector<RatingCell> cells;
};

Grouped group(std::span<const RatingCell> ratings, int rows, int RatingCell::* side) {
  Grouped grouped{.begins = std::vector<std::size_t>(static_cast<std::size_t>(rows) + 1, 0), .cells = std::vector<RatingCell>(ratings.size())};
  for (const RatingCell& cell : ratings) ++grouped.begins[static_cast<std::size_t>(cell.*side) + 1];
  for (std::size_t row = 1; row < grouped.begins.size(); ++row) grouped.begins[row] += grouped.begins[row - 1];
  std::vector<std::size_t> next(grouped.begins.begin(), grouped.begins.end() - 1);
  for (const RatingCell& cell : ratings) grouped.cells[next[static_cast<std::size_t>(cell.*side)]++] = cell;
  return grouped;
}

Expected<void> check(std::span<const RatingCell> ratings, int users, int items) {
  if (ratings.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there are no ratings to learn from").advise("import or give ratings first"));
  }
  const bool is_inside =
      std::ranges::all_of(ratings, [&](const RatingCell& cell) { return cell.user >= 0 && cell.user < users && cell.item >= 0 && cell.item < items; });
  if (!is_inside) return fail(ErrorCode::InvalidArgument, "a rating lies outside the matrix");
  return {};
}

/// Re-fits the rows of one side while the other stands still: row = [bias or 1 | factors].
/// `own` and `other` are [rows, 1 + k]; a row's first column is its own bias while it is fitted, the other's is subtracted.
void solve_side(const Grouped& grouped, int RatingCell::* other_side, std::span<const double> precision, double mean, std::vector<float>& own,
                std::vector<double>& own_bias, const std::vector<float>& other, const std::vector<double>& other_bias) {
  const std::size_t width = precision.size();
  parallel_for(own_bias.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      Posterior posterior(precision);
      for (std::size_t at = grouped.begins[row]; at < grouped.begins[row + 1]; ++at) {
        const auto partner = static_cast<std::size_t>(grouped.cells[at].*other_side);
        posterior.add(std::span(other).subspan(partner * width, width), static_cast<double>(grouped.cells[at].stars) - mean - other_bias[partner]);
      }
      posterior.solve();
      own_bias[row] = posterior.weights()[0];
      for (std::size_t i = 1; i < width; ++i) own[row * width + i] = static_cast<float>(posterior.weights()[i]);
    }
  });
}

std::vector<float> starting_rows(int rows, std::size_t width, Seed seed) {
  std::vector<float> values(static_cast<std::size_t>(rows) * width);
  Random random(seed);
  for (std::size_t i = 0; i < values.size(); ++i) { values[i] = i % width == 0 ? 1.0F : static_cast<float>(0.1 * random.normal()); }
  return values;
}

template <class T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}
template <class T>
void append(std::string& bytes, const std::vector<T>& values) {
  append(bytes, static_cast<std::uint64_t>(values.size()));
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

/// Takes values off the front of stored bytes; remembers when they were too few.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  template <class T>
  void take(T& value) {
    if (rest_.size() < sizeof(T)) {
      is_short_ = true;
      return;
    }
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
  }
  template <class T>
  void take(std::vector<T>& values) {
    std::uint64_t count = 0;
    take(count);
    if (is_short_ || count > rest_.size() / sizeof(T)) {
      is_short_ = true;
      return;
    }
    values.resize(count);
    std::memcpy(values.data(), rest_.data(), count * sizeof(T));
    rest_.remove_prefix(count * sizeof(T));
  }
  [[nodiscard]] bool is_whole() const { return !is_short_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_short_ = false;
};

constexpr std::uint64_t kMagic = 0x31474E4954415243ULL;  // "CRATING1"

}  // namespace

RatingModel::RatingModel(int items, const RatingModelOptions& options)
    : factors_(options.factors),
      regularization_(options.regularization),
      bias_regularization_(options.bias_regularization),
      biases_(static_cast<std::size_t>(items), 0),
      counts_(static_cast<std::size_t>(items), 0),
      rows_(starting_rows(items, static_cast<std::size_t>(options.factors) + 1, options.seed)) {}

Expected<RatingModel> RatingModel::fit(std::span<const RatingCell> ratings, int users, int items, const RatingModelOptions& options, Progress& progress,
                                       const CancelToken& cancel) {
  CINELOOM_TRY(check(ratings, users, items));
  RatingModel model;
  model.mean_ = 0;
  model.factors_ = options.factors;
  model.regularization_ = options.regularization;
  model.bias_regularization_ = options.bias_regularization;
  for (const RatingCell& cell : ratings) model.mean_ += static_cast<double>(cell.stars) / static_cast<double>(ratings.size());

  const auto width = static_cast<std::size_t>(options.factors) + 1;
  std::vector<double> precision(width, options.regularization);
  precision[0] = options.bias_regularization;
  const Grouped by_user = group(ratings, users, &RatingCell::user);
  const Grouped by_item = group(ratings, items, &RatingCell::item);
  std::vector<float> user_rows = starting_rows(users, width, derive_seed(options.seed, "users"));
  model.rows_ = starting_rows(items, width, derive_seed(options.seed, "items"));
  std::vector<double> user_biases(static_cast<std::size_t>(users), 0);
  model.biases_.assign(static_cast<std::size_t>(items), 0);

  progress.begin("learning", options.sweeps, "sweeps");
  for (int sweep = 0; sweep < options.sweeps; ++sweep) {
    CINELOOM_TRY(cancel.check());
    solve_side(by_user, &RatingCell::item, precision, model.mean_, user_rows, user_biases, model.rows_, model.biases_);
    solve_side(by_item, &RatingCell::user, precision, model.mean_, model.rows_, model.biases_, user_rows, user_biases);
    progress.advance();
  }
  model.counts_.resize(static_cast<std::size_t>(items));
  double squares = 0;
  for (std::size_t item = 0; item < model.biases_.size(); ++item) { model.counts_[item] = static_cast<int>(by_item.begins[item + 1] - by_item.begins[item]); }
  for (const RatingCell& cell : ratings) {
    const auto user = static_cast<std::size_t>(cell.user);
    const auto item = static_cast<std::size_t>(cell.item);
    double error = static_cast<double>(cell.stars) - model.mean_ - user_biases[user] - model.biases_[item];
    for (std::size_t i = 1; i < width; ++i) { error -= static_cast<double>(user_rows[user * width + i]) * static_cast<double>(model.rows_[item * width + i]); }
    squares += error * error;
  }
  // Fitted residuals are smaller than those of new ratings; the lost degrees of freedom are about one per factor and row.
  model.noise_ = std::max(0.3, 1.15 * std::sqrt(squares / static_cast<double>(ratings.size())));
  return model;
}

std::span<const float> RatingModel::item_row(int item) const {
  const auto width = static_cast<std::size_t>(factors_) + 1;
  return std::span(rows_).subspan(static_cast<std::size_t>(item) * width, width);
}

Posterior RatingModel::new_user() const {
  std::vector<double> precision(static_cast<std::size_t>(factors_) + 1, regularization_);
  precision[0] = bias_regularization_;
  return Posterior(precision);
}

double RatingModel::predict(const Posterior& user, int item) const { return std::clamp(mean_ + item_bias(item) + user.predict(item_row(item)), 0.5, 5.0); }

void RatingModel::lend_factors(int item, std::span<const int> likes, std::span<const double> weights) {
  const auto width = static_cast<std::size_t>(factors_) + 1;
  double total = 1;  // one imagined average film keeps a single like from deciding
  std::vector<double> sum(width, 0);
  for (std::size_t i = 0; i < likes.size(); ++i) {
    const std::span<const float> row = item_row(likes[i]);
    sum[0] += weights[i] * item_bias(likes[i]);
    for (std::size_t k = 1; k < width; ++k) sum[k] += weights[i] * static_cast<double>(row[k]);
    total += weights[i];
  }
  biases_[static_cast<std::size_t>(item)] = sum[0] / total;
  for (std::size_t k = 1; k < width; ++k) rows_[static_cast<std::size_t>(item) * width + k] = static_cast<float>(sum[k] / total);
}

// magic, factors, mean, noise, two regularizations, then biases, counts and rows, each behind its count; little-endian.
std::string RatingModel::to_bytes() const {
  std::string bytes;
  append(bytes, kMagic);
  append(bytes, static_cast<std::int64_t>(factors_));
  for (const double value : {mean_, noise_, regularization_, bias_regularization_}) append(bytes, value);
  append(bytes, biases_);
  append(bytes, counts_);
  append(bytes, rows_);
  return bytes;
}

Expected<RatingModel> RatingModel::from_bytes(std::string_view bytes) {
  RatingModel model;
  ByteReader reader(bytes);
  std::uint64_t magic = 0;
  std::int64_t factors = 0;
  reader.take(magic);
  reader.take(factors);
  for (double* value : {&model.mean_, &model.noise_, &model.regularization_, &model.bias_regularization_}) reader.take(*value);
  reader.take(model.biases_);
  reader.take(model.counts_);
  reader.take(model.rows_);
  const bool is_consistent = magic == kMagic && factors > 0 && factors <= 256 && model.counts_.size() == model.biases_.size() &&
                             model.rows_.size() == model.biases_.size() * static_cast<std::size_t>(factors + 1);
  if (!reader.is_whole() || !is_consistent) {
    return std::unexpected(Error(ErrorCode::DataLoss, "the stored model is not whole").advise("run 'cineloom train'"));
  }
  model.factors_ = static_cast<int>(factors);
  return model;
}

}  // namespace cineloom
