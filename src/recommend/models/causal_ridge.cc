#include "recommend/models/causal_ridge.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/thread_pool.h"
#include "math/blas.h"
#include "math/dense_inverse.h"

namespace cineloom {
namespace {

// Past twelve half-lives an item weighs less than 1/4096.
constexpr double kHalfLivesKept = 12;
// Columns are solved in blocks of a fixed width, so that the bytes do not depend on the number of threads.
constexpr std::size_t kBlock = 256;

std::vector<double> powers(double base, double half_life) {
  const auto window = static_cast<std::size_t>(std::ceil(kHalfLivesKept * half_life));
  std::vector<double> values(window + 1, 1);
  for (std::size_t i = 1; i < values.size(); ++i) values[i] = values[i - 1] * base;
  return values;
}

/// One row of both moments from where its item occurs. An item at p and one at q >= p meet in the states q, q + 1, ..., T - 2 (the
/// last event has no next): sum_t g^(t-p) g^(t-q) = g^(q-p) (1 - g^(2 (T-1-q))) / (1 - g^2).
class MomentRow {
 public:
  MomentRow(const Sequences& sequences, double half_life) : sequences_(sequences), decay_(std::exp2(-1 / half_life)), powers_(powers(decay_, half_life)) {}

  void add(const Occurrences::Place& place, std::span<float> states, std::span<float> next) const {
    const auto& events = sequences_.users[static_cast<std::size_t>(place.user)];
    const auto position = static_cast<std::size_t>(place.position);
    const std::size_t left = events.size() - 1 - position;
    const std::size_t last = std::min(left, powers_.size() - 1);
    const auto item = static_cast<std::size_t>(events[position]);
    for (std::size_t distance = 1; distance <= last; ++distance)
      next[static_cast<std::size_t>(events[position + distance])] += static_cast<float>(powers_[distance - 1]);
    for (std::size_t distance = 0; distance <= last && distance < left; ++distance) {
      const auto other = static_cast<std::size_t>(events[position + distance]);
      const double twice = other == item && distance > 0 ? 2 : 1;
      states[other] += static_cast<float>(twice * powers_[distance] * tail(left - distance));
    }
  }

 private:
  [[nodiscard]] double tail(std::size_t states_left) const {
    const double square = decay_ * decay_;
    const double rest = 2 * states_left < powers_.size() ? powers_[2 * states_left] : std::pow(square, static_cast<double>(states_left));
    return (1 - rest) / (1 - square);
  }

  const Sequences& sequences_;
  double decay_;
  std::vector<double> powers_;
};

/// Adds the part above the diagonal to the part below it, which then holds pairs of both orders.
void fold_into_lower(Matrix& matrix) {
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    for (std::size_t column = 0; column < row; ++column) matrix.at(row, column) += matrix.at(column, row);
  }
}

/// weights = inverse weights, in place.
void apply(const Matrix& inverse, Matrix& weights, int threads, const CancelToken& cancel) {
  const std::size_t blocks = (weights.columns() + kBlock - 1) / kBlock;
  std::atomic<std::size_t> next_block = 0;
  const auto work = [&](std::size_t, std::size_t) {
    Matrix product(weights.rows(), kBlock);
    for (std::size_t block = next_block++; block < blocks && !cancel.is_cancelled(); block = next_block++) {
      const std::size_t first = block * kBlock;
      const std::size_t width = std::min(kBlock, weights.columns() - first);
      const MatrixView some = MatrixView(weights).part(0, first, weights.rows(), width);
      const MatrixView result = MatrixView(product).part(0, 0, weights.rows(), width);
      multiply(1, inverse, Transpose::No, some, Transpose::No, 0, result);
      for (std::size_t row = 0; row < weights.rows(); ++row)
        std::copy_n(product.row(row).begin(), width, weights.row(row).begin() + static_cast<std::ptrdiff_t>(first));
    }
  };
  const auto workers = static_cast<std::size_t>(threads > 0 ? threads : available_cores());
  parallel_for(workers, work, static_cast<int>(workers));
}

}  // namespace

CausalMoments causal_moments(const Sequences& sequences, double half_life, int threads, const CancelToken& cancel) {
  const auto items = static_cast<std::size_t>(sequences.item_count);
  CausalMoments moments{.states = Matrix(items, items), .next = Matrix(items, items)};
  const Occurrences occurrences = Occurrences::of(sequences);
  const MomentRow row(sequences, half_life);
  parallel_for(
      items,
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t item = begin; item < end && !cancel.is_cancelled(); ++item) {
          for (const auto& place : occurrences.of_item(static_cast<std::int32_t>(item))) row.add(place, moments.states.row(item), moments.next.row(item));
        }
      },
      threads);
  fold_into_lower(moments.states);
  return moments;
}

double absolute_regularization(const Matrix& states, double share) {
  double sum = 0;
  for (std::size_t i = 0; i < states.rows(); ++i) sum += states.at(i, i);
  // Where items are rare the mean says little, and some twenty observations are the least that a weight should rest on.
  constexpr double kLeastObservations = 20;
  return share * (kLeastObservations + sum / static_cast<double>(std::max<std::size_t>(1, states.rows())));
}

Expected<Matrix> causal_ridge(const Sequences& sequences, const CausalRidgeOptions& options, const CancelToken& cancel) {
  const auto is_positive = [](double value) { return std::isfinite(value) && value > 0; };
  if (!is_positive(options.half_life) || !is_positive(options.regularization))
    return fail(ErrorCode::InvalidArgument, "half-life and regularization must be positive");
  CausalMoments moments = causal_moments(sequences, options.half_life, options.threads, cancel);
  CINELOOM_TRY(cancel.check());
  const auto ridge = static_cast<float>(absolute_regularization(moments.states, options.regularization));
  for (std::size_t i = 0; i < moments.states.rows(); ++i) moments.states.at(i, i) += ridge;
  CINELOOM_TRY(invert_positive_definite(moments.states, options.threads, cancel));
  apply(moments.states, moments.next, options.threads, cancel);
  CINELOOM_TRY(cancel.check());
  return std::move(moments.next);
}

}  // namespace cineloom
