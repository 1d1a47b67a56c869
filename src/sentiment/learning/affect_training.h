#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "domain/feeling.h"
#include "sentiment/learning/document_vectors.h"
#include "sentiment/learning/linear_trainer.h"

namespace cineloom {

/// A text with the feeling that people read in it, and what other models say of it.
struct FeltText {
  std::string_view text;
  Feeling feeling;
  std::span<const float> hints;  ///< as many for each text
  bool is_typical = true;        ///< of what will be read; others (words, phrases) teach n-grams, but not how to join them with the hints
};

struct AffectTraining {
  NgramOptions ngrams{.longest = 2, .keeps_punctuation = true};
  int least_texts = 2;
  LinearOptions linear{.loss = LinearLoss::SquaredError, .cost = 0.1, .length_exponent = 0.5};
  double arousal_cost = 0.1;           ///< linear.cost of the second answer, which the n-grams tell less of
  double rarity_exponent = 0;          ///< an n-gram counts (log(texts / texts with it) / 2) to this power, >= 0
  double joint_regularization = 10;  ///< L2 weight on standardised hints, > 0
  double vector_regularization = 100;  ///< the same on the vectors' dimensions, > 0
  VectorOptions vectors{.dimensions = 64, .sweeps = 6, .learning_rate = 0.15};
  int least_background = 20;         ///< texts that an n-gram needs to get a vector
  int longest_background = 1;        ///< units in a row that get vectors, <= ngrams.longest
  int folds = 5;                     ///< 2 .. 20
  int least_step = 1;                ///< as in NgramModel::pack
};

/// Ridge regressions over n-grams, then over their answers to texts not seen together with the hints and, where there are background
/// texts, vectors of n-grams learned from them without labels. Gives the bytes that AffectModel::load reads. Errors: InvalidArgument for fewer than 20 texts, or hints of different number; Cancelled.
Expected<std::string> train_affect(std::span<const FeltText> texts, std::span<const std::string_view> background, const AffectTraining& options,
                                   Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
