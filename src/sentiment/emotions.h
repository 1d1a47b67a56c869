#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/feeling.h"
#include "sentiment/learning/ngram_model.h"

namespace cineloom {

/// How a class's answer becomes a probability, and from which answer on it is said to be there.
struct ClassLink {
  double slope = 1;
  double offset = 0;
  double threshold = 0;  ///< on the answer, chosen on held-out texts
};

/// Which emotions a short text speaks of, several at once. Immutable once loaded; any number of threads may read it.
class EmotionModel {
 public:
  /// Errors: DataLoss as NgramModel::load.
  static Expected<EmotionModel> load(std::string_view bytes);
  /// The bytes that load() reads; one link per output.
  static std::string pack(std::string_view ngram_model, const std::vector<ClassLink>& links);

  [[nodiscard]] NgramReader reader() const { return NgramReader(model_.options()); }
  [[nodiscard]] std::size_t size() const { return links_.size(); }
  [[nodiscard]] std::string_view name(std::size_t emotion) const { return model_.outputs()[emotion].name; }
  /// Answers by class; `answers` has size() places.
  void read(std::string_view text, NgramReader& reader, std::span<float> answers) const;
  [[nodiscard]] bool is_present(std::size_t emotion, float answer) const { return static_cast<double>(answer) > links_[emotion].threshold; }
  [[nodiscard]] double probability(std::size_t emotion, float answer) const;
  /// The classes that are present, likeliest first, with their probabilities; "neutral" only where nothing else is.
  [[nodiscard]] std::vector<EmotionWeight> emotions(std::string_view text, NgramReader& reader) const;
  /// Words that speak for a class, strongest first.
  [[nodiscard]] std::vector<Evidence> explain(std::string_view text, std::size_t emotion, std::size_t limit) const {
    return model_.explain(text, emotion, limit);
  }
  [[nodiscard]] const NgramModel& ngrams() const { return model_; }

 private:
  explicit EmotionModel(NgramModel model) : model_(std::move(model)) {}

  NgramModel model_;
  std::vector<ClassLink> links_;
};

}  // namespace cineloom
