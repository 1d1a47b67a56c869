#include "sentiment/learning/emotion_training.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "sentiment/emotions.h"
#include "sentiment/learning/dense_logistic.h"

namespace cineloom {
namespace {

/// The answer above which F1 is best; over equal F1 the middle between neighbours.
double best_threshold(std::vector<std::pair<float, bool>> answers) {
  std::ranges::sort(answers, std::greater());
  const auto positives = static_cast<double>(std::ranges::count_if(answers, [](const auto& answer) { return answer.second; }));
  double right = 0;
  double best = -1;
  double threshold = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    right += answers[i].second ? 1 : 0;
    const double f1 = 2 * right / (positives + static_cast<double>(i + 1));
    if (f1 <= best || (i + 1 < answers.size() && answers[i + 1].first == answers[i].first)) continue;
    best = f1;
    const float next = i + 1 < answers.size() ? answers[i + 1].first : answers[i].first - 1;
    threshold = (static_cast<double>(answers[i].first) + static_cast<double>(next)) / 2;
  }
  return threshold;
}

Expected<ClassLink> link_of(const std::vector<std::pair<float, bool>>& answers) {
  std::vector<float> values;
  std::vector<float> labels;
  for (const auto& [answer, is_there] : answers) {
    values.push_back(answer);
    labels.push_back(is_there ? 1.0F : -1.0F);
  }
  CINELOOM_TRY_ASSIGN(const LogisticFit fit, fit_logistic(values, 1, labels, 1));
  return ClassLink{.slope = fit.weights[0], .offset = fit.bias, .threshold = best_threshold(answers)};
}

std::vector<std::string_view> texts_of(std::span<const ClassedText> classed) {
  std::vector<std::string_view> texts;
  for (const ClassedText& text : classed) texts.push_back(text.text);
  return texts;
}

class Trainer {
 public:
  Trainer(std::span<const ClassedText> texts, std::span<const ClassedText> held_out, const EmotionTraining& options)
      : texts_(texts), held_out_(held_out), options_(options) {
    const std::vector<std::string_view> plain = texts_of(texts);
    index_ = FeatureIndex::build(plain, options.ngrams, options.least_texts);
    rows_ = index_.rows(plain);
    held_out_rows_ = index_.rows(texts_of(held_out));
  }

  [[nodiscard]] const FeatureIndex& index() const { return index_; }

  /// Fits class k to all texts; `answers` gets what models said of texts they had not seen.
  LinearWeights fit(std::size_t k, std::vector<std::pair<float, bool>>& answers) const {
    const auto folds = static_cast<std::size_t>(options_.folds);
    const std::vector<float> targets = targets_of(k);
    for (std::size_t fold = 0; fold < folds; ++fold) {
      std::vector<std::uint32_t> examples;
      for (std::size_t i = 0; i < texts_.size(); ++i) {
        if (i % folds != fold) examples.push_back(static_cast<std::uint32_t>(i));
      }
      const LinearWeights weights = train_linear(rows_, targets, examples, {}, options_.linear);
      for (std::size_t i = fold; i < texts_.size(); i += folds) {
        answers.emplace_back(static_cast<float>(apply_linear(weights, rows_, i, options_.linear.length_exponent)), targets[i] > 0);
      }
    }
    std::vector<std::uint32_t> all(texts_.size());
    std::iota(all.begin(), all.end(), 0U);
    LinearWeights weights = train_linear(rows_, targets, all, {}, options_.linear);
    for (std::size_t i = 0; i < held_out_.size(); ++i) {
      answers.emplace_back(static_cast<float>(apply_linear(weights, held_out_rows_, i, options_.linear.length_exponent)),
                           (held_out_[i].classes >> k & 1U) != 0);
    }
    return weights;
  }

 private:
  [[nodiscard]] std::vector<float> targets_of(std::size_t k) const {
    std::vector<float> targets;
    for (const ClassedText& text : texts_) targets.push_back((text.classes >> k & 1U) != 0 ? 1.0F : -1.0F);
    return targets;
  }

  std::span<const ClassedText> texts_;
  std::span<const ClassedText> held_out_;
  const EmotionTraining& options_;
  FeatureIndex index_;
  SparseRows rows_;
  SparseRows held_out_rows_;
};

}  // namespace

Expected<std::string> train_emotions(std::span<const ClassedText> texts, std::span<const ClassedText> held_out, std::span<const std::string> names,
                                     const EmotionTraining& options, Progress& progress, const CancelToken& cancel) {
  if (texts.empty() || names.empty()) return fail(ErrorCode::InvalidArgument, "expected texts to learn from and class names");
  const Trainer trainer(texts, held_out, options);
  const FeatureIndex& index = trainer.index();
  std::vector<NgramModel::Entry> entries(index.size());
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = {.hash = index.hashes()[i], .weights = std::vector<float>(names.size(), 0.0F)};
  std::vector<ModelOutput> outputs;
  std::vector<ClassLink> links;
  progress.begin("learning emotions", static_cast<std::int64_t>(names.size()), "classes");
  for (std::size_t k = 0; k < names.size(); ++k) {
    CINELOOM_TRY(cancel.check());
    std::vector<std::pair<float, bool>> answers;
    const LinearWeights fit = trainer.fit(k, answers);
    CINELOOM_TRY_ASSIGN(const ClassLink link, link_of(answers));
    links.push_back(link);
    for (std::size_t i = 0; i < fit.weights.size(); ++i) entries[i].weights[k] = fit.weights[i];
    outputs.push_back({.name = names[k], .bias = fit.bias, .length_exponent = options.linear.length_exponent});
    progress.advance();
  }
  progress.finish();
  CINELOOM_TRY_ASSIGN(const std::string bytes, NgramModel::pack(options.ngrams, std::move(outputs), entries, options.least_step));
  return EmotionModel::pack(bytes, links);
}

}  // namespace cineloom
