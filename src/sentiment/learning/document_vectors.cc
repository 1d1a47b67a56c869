#include "sentiment/learning/document_vectors.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cineloom {
namespace {

// Draws follow count^0.75, as word2vec's do: frequent n-grams less often than they occur.
constexpr double kFlatten = 0.75;
constexpr std::size_t kDrawTable = 1U << 22U;

class Sigmoid {
 public:
  Sigmoid() {
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = static_cast<float>(1 / (1 + std::exp(-(static_cast<double>(i) - kHalf) / kScale)));
  }
  [[nodiscard]] float operator()(float x) const {
    return values_[static_cast<std::size_t>(std::clamp(x * static_cast<float>(kScale) + static_cast<float>(kHalf), 0.0F, static_cast<float>(2 * kHalf - 1)))];
  }

 private:
  static constexpr double kHalf = 2048;
  static constexpr double kScale = 256;
  std::array<float, 4096> values_{};
};

std::vector<std::uint32_t> draw_table(std::span<const std::uint32_t> counts) {
  double total = 0;
  for (const std::uint32_t count : counts) total += std::pow(count, kFlatten);
  std::vector<std::uint32_t> table(kDrawTable);
  double reached = counts.empty() ? 1 : std::pow(counts[0], kFlatten) / total;
  std::size_t column = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<std::uint32_t>(column);
    while (static_cast<double>(i + 1) / static_cast<double>(table.size()) > reached && column + 1 < counts.size()) {
      reached += std::pow(counts[++column], kFlatten) / total;
    }
  }
  return table;
}

class Training {
 public:
  Training(const SparseRows& texts, std::span<const std::uint32_t> counts, const VectorOptions& options)
      : texts_(texts),
        options_(options),
        size_(static_cast<std::size_t>(options.dimensions)),
        draws_(draw_table(counts)),
        random_(options.seed),
        ngrams_(counts.size() * size_, 0.0F),
        documents_(texts.size() * size_),
        gradient_(size_) {
    for (float& value : documents_) value = static_cast<float>((random_.uniform() - 0.5) / static_cast<double>(size_));
  }

  Expected<std::vector<float>> run(Progress& progress, const CancelToken& cancel) {
    std::vector<std::uint32_t> order(texts_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
    const std::size_t steps = order.size() * static_cast<std::size_t>(options_.sweeps);
    progress.begin("learning from unlabelled texts", static_cast<std::int64_t>(steps), "texts");
    for (std::size_t step = 0; step < steps; ++step) {
      const std::size_t at = step % order.size();
      if (at == 0) shuffle(order);
      if (step % 256 == 0) { CINELOOM_TRY(cancel.check()); }
      const double left = 1 - static_cast<double>(step) / static_cast<double>(steps);
      learn(order[at], static_cast<float>(std::max(1e-4, options_.learning_rate * left)));
      progress.advance();
    }
    progress.finish();
    return std::move(ngrams_);
  }

 private:
  void shuffle(std::vector<std::uint32_t>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random_.below(i)]);
  }

  /// One text: each of its n-grams in random order, with those drawn against it.
  void learn(std::uint32_t text, float rate) {
    const auto row = texts_.row(text);
    present_.assign(row.begin(), row.end());
    shuffle(present_);
    candidates_.clear();
    for (const std::uint32_t column : present_) {
      candidates_.push_back(column);
      for (int i = 0; i < options_.negatives; ++i) candidates_.push_back(draws_[random_() & (kDrawTable - 1)]);
    }
    float* document = documents_.data() + text * size_;
    const std::size_t group = static_cast<std::size_t>(options_.negatives) + 1;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      prefetch(i + 2 * group);
      compare(document, candidates_[i], i % group == 0 ? 1.0F : 0.0F, rate);
      if (i % group == group - 1) apply_gradient(document);
    }
  }

  void prefetch(std::size_t index) const {
    if (index >= candidates_.size()) return;
    const float* ahead = ngrams_.data() + candidates_[index] * size_;
    for (std::size_t i = 0; i < size_; i += 16) __builtin_prefetch(ahead + i, 1);
  }

  void compare(const float* document, std::uint32_t column, float truth, float rate) {
    float* ngram = ngrams_.data() + column * size_;
    std::array<float, 16> sums{};
    for (std::size_t i = 0; i < size_; i += 16) {
      for (std::size_t lane = 0; lane < 16; ++lane) sums[lane] += document[i + lane] * ngram[i + lane];
    }
    float sum = 0;
    for (const float part : sums) sum += part;
    const float error = (truth - sigmoid_(sum)) * rate;
    float* gradient = gradient_.data();
    for (std::size_t i = 0; i < size_; ++i) {
      const float before = ngram[i];
      gradient[i] += error * before;
      ngram[i] = before + error * document[i];
    }
  }

  void apply_gradient(float* document) {
    for (std::size_t i = 0; i < size_; ++i) document[i] += gradient_[i];
    std::ranges::fill(gradient_, 0.0F);
  }

  const SparseRows& texts_;
  const VectorOptions& options_;
  std::size_t size_;
  std::vector<std::uint32_t> draws_;
  Random random_;
  Sigmoid sigmoid_;
  std::vector<float> ngrams_;
  std::vector<float> documents_;
  std::vector<float> gradient_;
  std::vector<std::uint32_t> present_;
  std::vector<std::uint32_t> candidates_;
};

}  // namespace

Expected<std::vector<float>> train_ngram_vectors(const SparseRows& texts, std::span<const std::uint32_t> text_counts, const VectorOptions& options,
                                                 Progress& progress, const CancelToken& cancel) {
  return Training(texts, text_counts, options).run(progress, cancel);
}

std::vector<float> text_vectors(const SparseRows& texts, std::span<const float> ngram_vectors, int dimensions) {
  const auto size = static_cast<std::size_t>(dimensions);
  std::vector<float> vectors(texts.size() * size, 0.0F);
  for (std::size_t text = 0; text < texts.size(); ++text) {
    float* vector = vectors.data() + text * size;
    for (const std::uint32_t column : texts.row(text)) {
      for (std::size_t i = 0; i < size; ++i) vector[i] += ngram_vectors[column * size + i];
    }
    const float length = std::sqrt(static_cast<float>(std::max(texts.lengths[text], 1U)));
    for (std::size_t i = 0; i < size; ++i) vector[i] /= length;
  }
  return vectors;
}

}  // namespace cineloom
