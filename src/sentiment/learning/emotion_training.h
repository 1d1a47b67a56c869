#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "sentiment/learning/linear_trainer.h"

namespace cineloom {

/// A text with the classes it was given; bit k = class k.
struct ClassedText {
  std::string_view text;
  std::uint32_t classes = 0;
};

struct EmotionTraining {
  NgramOptions ngrams{.longest = 2};
  int least_texts = 2;
  LinearOptions linear{.cost = 0.1, .length_exponent = 0.5};
  int least_step = 2;  ///< as in NgramModel::pack
  int folds = 4;       ///< parts for the answers to texts not seen, 2 .. 20
};

/// One linear model against the rest for each class, without naive Bayes weights. Thresholds and probabilities come from texts that the
/// answering weights had not seen: `held_out` (may be empty), and the texts by parts. Gives the bytes that EmotionModel::load reads. Errors: InvalidArgument without texts or names; Cancelled.
Expected<std::string> train_emotions(std::span<const ClassedText> texts, std::span<const ClassedText> held_out, std::span<const std::string> names,
                                     const EmotionTraining& options, Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
