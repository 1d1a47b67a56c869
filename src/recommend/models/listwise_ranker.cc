#include "recommend/models/listwise_ranker.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/thread_pool.h"
#include "math/blas.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kBatch = 32;
// A batch is always cut into so many pieces, and their gradients are added in order: the bytes do not depend on the threads.
constexpr std::size_t kPieces = 8;
constexpr std::size_t kMostHidden = 1024;

std::size_t weight_count(std::size_t features, std::size_t hidden) { return features * hidden + 2 * hidden + features; }

/// The parts of a flat vector of weights, or of their gradient.
template <class T>
struct Parts {
  std::span<T> hidden_weights;  ///< W [features, hidden]
  std::span<T> hidden_bias;     ///< b
  std::span<T> output;          ///< v
  std::span<T> linear;          ///< w

  Parts(std::span<T> all, std::size_t features, std::size_t hidden)
      : hidden_weights(all.first(features * hidden)),
        hidden_bias(all.subspan(features * hidden, hidden)),
        output(all.subspan(features * hidden + hidden, hidden)),
        linear(all.last(features)) {}
};

/// relu(X W + b) and the scores X w + relu(..) v.
void forward(const Matrix& rows, const Parts<const float>& parts, Matrix& active, std::span<float> scores) {
  const std::size_t hidden = parts.output.size();
  if (hidden > 0) {
    for (std::size_t i = 0; i < rows.rows(); ++i) std::ranges::copy(parts.hidden_bias, active.row(i).begin());
    multiply(1, rows, Transpose::No, {parts.hidden_weights.data(), rows.columns(), hidden, hidden}, Transpose::No, 1, active);
  }
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    float score = std::inner_product(parts.linear.begin(), parts.linear.end(), rows.row(i).begin(), 0.0F);
    for (std::size_t unit = 0; unit < hidden; ++unit) {
      float& value = active.at(i, unit);
      value = std::max(value, 0.0F);
      score += value * parts.output[unit];
    }
    scores[i] = score;
  }
}

/// Scores become the softmax less one for the chosen: the loss's slope by score.
void to_slopes(std::span<float> scores, std::size_t chosen) {
  const float most = std::ranges::max(scores);
  double sum = 0;
  for (float& score : scores) {
    score = std::exp(score - most);
    sum += score;
  }
  for (float& score : scores) score = static_cast<float>(score / sum);
  scores[chosen] -= 1;
}

Expected<void> check(const RankerLists& lists, const RankerOptions& options) {
  const bool is_in_range =
      options.hidden <= kMostHidden && options.passes >= 1 && options.passes <= 1000 && options.learning_rate > 0 && options.weight_decay >= 0;
  if (!is_in_range) return fail(ErrorCode::InvalidArgument, "options of the ranker are out of range");
  if (lists.count() == 0 || lists.features == 0) return fail(ErrorCode::InvalidArgument, "expected lists of candidates to learn from, found none");
  for (std::size_t list = 0; list < lists.count(); ++list) {
    if (lists.chosen[list] < 0 || static_cast<std::size_t>(lists.chosen[list]) >= lists.size(list))
      return fail(ErrorCode::InvalidArgument, "a choice lies outside its list");
  }
  if (!std::ranges::all_of(lists.values, [](float value) { return std::isfinite(value); }))
    return fail(ErrorCode::InvalidArgument, "features of candidates must be finite");
  return {};
}

}  // namespace

/// The state of one training.
class RankerTraining {
 public:
  RankerTraining(const RankerLists& lists, const RankerOptions& options) : lists_(lists), options_(options), random_(options.seed) {
    ranker_.hidden_ = options.hidden;
    standardise();
    start_weights();
    for (auto& piece : gradients_) piece.resize(ranker_.weights_.size());
    moment_.assign(ranker_.weights_.size(), 0);
    square_.assign(ranker_.weights_.size(), 0);
  }

  Expected<ListwiseRanker> run(const CancelToken& cancel) {
    std::vector<std::size_t> order(lists_.count());
    std::iota(order.begin(), order.end(), 0);
    const std::size_t batches = (order.size() + kBatch - 1) / kBatch;
    steps_ = batches * static_cast<std::size_t>(options_.passes);
    for (int pass = 0; pass < options_.passes; ++pass) {
      for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
      for (std::size_t batch = 0; batch < batches; ++batch) {
        CINELOOM_TRY(cancel.check());
        learn(std::span(order).subspan(batch * kBatch, std::min(kBatch, order.size() - batch * kBatch)));
      }
    }
    return std::move(ranker_);
  }

 private:
  void standardise() {
    const std::size_t features = lists_.features;
    std::vector<double> sums(features, 0);
    std::vector<double> squares(features, 0);
    for (std::size_t i = 0; i < lists_.values.size(); ++i) {
      sums[i % features] += lists_.values[i];
      squares[i % features] += static_cast<double>(lists_.values[i]) * lists_.values[i];
    }
    const double count = static_cast<double>(lists_.values.size()) / static_cast<double>(features);
    for (std::size_t feature = 0; feature < features; ++feature) {
      const double mean = sums[feature] / count;
      const double variance = squares[feature] / count - mean * mean;
      ranker_.mean_.push_back(static_cast<float>(mean));
      // What is the same everywhere says nothing.
      ranker_.scale_.push_back(variance > 1e-8 * (1 + mean * mean) ? static_cast<float>(1 / std::sqrt(variance)) : 0);
    }
  }

  void start_weights() {
    const std::size_t features = lists_.features;
    ranker_.weights_.assign(weight_count(features, options_.hidden), 0);
    Parts<float> parts(ranker_.weights_, features, options_.hidden);
    for (float& weight : parts.hidden_weights) weight = static_cast<float>(random_.normal() / std::sqrt(static_cast<double>(features)));
    for (float& weight : parts.output) weight = static_cast<float>(0.1 * random_.normal() / std::sqrt(static_cast<double>(options_.hidden)));
  }

  void learn(std::span<const std::size_t> batch) {
    const auto add_pieces = [&](std::size_t begin, std::size_t end) {
      for (std::size_t piece = begin; piece < end; ++piece) {
        std::ranges::fill(gradients_[piece], 0.0F);
        for (std::size_t i = batch.size() * piece / kPieces; i < batch.size() * (piece + 1) / kPieces; ++i) add_gradient(batch[i], gradients_[piece]);
      }
    };
    parallel_for(kPieces, add_pieces, options_.threads);
    for (std::size_t piece = 1; piece < kPieces; ++piece) {
      for (std::size_t i = 0; i < gradients_[0].size(); ++i) gradients_[0][i] += gradients_[piece][i];
    }
    step(1.0F / static_cast<float>(batch.size()));
  }

  void add_gradient(std::size_t list, std::span<float> gradient) const {
    const std::size_t hidden = options_.hidden;
    const Matrix rows = ranker_.standardised(lists_.of_list(list));
    const Parts<const float> parts(ranker_.weights_, lists_.features, hidden);
    Parts<float> slopes(gradient, lists_.features, hidden);
    Matrix active(rows.rows(), hidden);
    std::vector<float> by_score(rows.rows());
    forward(rows, parts, active, by_score);
    to_slopes(by_score, static_cast<std::size_t>(lists_.chosen[list]));
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      for (std::size_t feature = 0; feature < lists_.features; ++feature) slopes.linear[feature] += by_score[i] * rows.at(i, feature);
      for (std::size_t unit = 0; unit < hidden; ++unit) {
        float& value = active.at(i, unit);
        slopes.output[unit] += by_score[i] * value;
        value = value > 0 ? by_score[i] * parts.output[unit] : 0;
        slopes.hidden_bias[unit] += value;
      }
    }
    if (hidden > 0) multiply(1, rows, Transpose::Yes, active, Transpose::No, 1, {slopes.hidden_weights.data(), lists_.features, hidden, hidden});
  }

  /// AdamW with a linearly falling rate.
  void step(float scale) {
    constexpr double kMomentDecay = 0.9;
    constexpr double kSquareDecay = 0.999;
    const double rate = options_.learning_rate * (1 - 0.95 * static_cast<double>(step_) / static_cast<double>(steps_));
    ++step_;
    const double moment_bias = 1 - std::pow(kMomentDecay, static_cast<double>(step_));
    const double square_bias = 1 - std::pow(kSquareDecay, static_cast<double>(step_));
    for (std::size_t i = 0; i < ranker_.weights_.size(); ++i) {
      const double slope = static_cast<double>(gradients_[0][i]) * scale;
      moment_[i] = kMomentDecay * moment_[i] + (1 - kMomentDecay) * slope;
      square_[i] = kSquareDecay * square_[i] + (1 - kSquareDecay) * slope * slope;
      const double direction = moment_[i] / moment_bias / (std::sqrt(square_[i] / square_bias) + 1e-8);
      ranker_.weights_[i] -= static_cast<float>(rate * (direction + options_.weight_decay * ranker_.weights_[i]));
    }
  }

  const RankerLists& lists_;
  const RankerOptions& options_;
  Random random_;
  ListwiseRanker ranker_;
  std::array<std::vector<float>, kPieces> gradients_;
  std::vector<double> moment_;
  std::vector<double> square_;
  std::size_t step_ = 0;
  std::size_t steps_ = 1;
};

Expected<ListwiseRanker> ListwiseRanker::train(const RankerLists& lists, const RankerOptions& options, const CancelToken& cancel) {
  CINELOOM_TRY(check(lists, options));
  return RankerTraining(lists, options).run(cancel);
}

Matrix ListwiseRanker::standardised(std::span<const float> rows) const {
  Matrix result(rows.size() / features(), features());
  for (std::size_t i = 0; i < result.rows(); ++i) {
    for (std::size_t feature = 0; feature < features(); ++feature) result.at(i, feature) = (rows[i * features() + feature] - mean_[feature]) * scale_[feature];
  }
  return result;
}

void ListwiseRanker::score(std::span<const float> rows, std::span<float> scores) const {
  if (scores.empty()) return;
  const Matrix inputs = standardised(rows);
  Matrix active(inputs.rows(), hidden_);
  forward(inputs, Parts<const float>(weights_, features(), hidden_), active, scores);
}

std::vector<float> ListwiseRanker::linear_weights() const {
  const Parts<const float> parts(weights_, features(), hidden_);
  std::vector<float> result(parts.linear.begin(), parts.linear.end());
  for (std::size_t feature = 0; feature < result.size(); ++feature) result[feature] *= scale_[feature];
  return result;
}

void ListwiseRanker::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(static_cast<std::uint64_t>(hidden_));
  out.put(mean_);
  out.put(scale_);
  out.put(weights_);
}

Expected<ListwiseRanker> ListwiseRanker::read(ByteReader& in) {
  ListwiseRanker ranker;
  std::uint32_t format = 0;
  std::uint64_t hidden = 0;
  in.take(format);
  in.take(hidden);
  in.take(ranker.mean_);
  in.take(ranker.scale_);
  in.take(ranker.weights_);
  ranker.hidden_ = hidden;
  const auto is_finite = [](const std::vector<float>& values) { return std::ranges::all_of(values, [](float value) { return std::isfinite(value); }); };
  const bool has_shape = !in.is_short() && format == kFormat && hidden <= kMostHidden && !ranker.mean_.empty() && ranker.scale_.size() == ranker.mean_.size() &&
                         ranker.weights_.size() == weight_count(ranker.mean_.size(), ranker.hidden_);
  if (!has_shape || !is_finite(ranker.mean_) || !is_finite(ranker.scale_) || !is_finite(ranker.weights_))
    return fail(ErrorCode::DataLoss, "a ranker of candidates is damaged");
  return ranker;
}

}  // namespace cineloom
