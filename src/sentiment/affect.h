#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/feeling.h"
#include "sentiment/learning/ngram_model.h"

namespace cineloom {

/// Valence and arousal of a short text: n-grams of its own, joined with what other models say of the text ("hints": their answers in
/// an order fixed at training). Immutable once loaded; any number of threads may read it.
class AffectModel {
 public:
  static constexpr std::size_t kOwn = 3;
  static constexpr std::size_t kOutputs = 4;

  /// How each of the two answers is put together.
  struct Joint {
    std::vector<double> weights;  ///< own valence, own arousal, own valence squared, then the hints
    double bias = 0;
  };

  /// Errors: DataLoss as NgramModel::load.
  static Expected<AffectModel> load(std::string_view bytes);
  /// The bytes that load() reads. The n-gram model has four outputs: valence and arousal of its own
  /// n-grams, and what vectors learned from other texts add to each.
  static std::string pack(std::string_view ngram_model, const Joint& valence, const Joint& arousal);

  [[nodiscard]] NgramReader reader() const { return NgramReader(model_.options()); }
  [[nodiscard]] std::size_t hints() const { return valence_.weights.size() - kOwn; }
  /// Valence -1 .. 1, arousal 0 .. 1. `hints` has hints() places.
  [[nodiscard]] Feeling read(std::string_view text, NgramReader& reader, std::span<const float> hints) const;
  [[nodiscard]] const NgramModel& ngrams() const { return model_; }

 private:
  explicit AffectModel(NgramModel model) : model_(std::move(model)) {}

  NgramModel model_;
  Joint valence_;
  Joint arousal_;
};

}  // namespace cineloom
