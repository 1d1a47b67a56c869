#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "sentiment/learning/document_vectors.h"
#include "sentiment/learning/linear_trainer.h"

namespace cineloom {

/// A text with its verdict.
struct LabelledText {
  std::string_view text;
  float label = 0;  ///< -1 negative, 1 positive
  float stars = 0;  ///< 1 .. 10; 0 = not known
};

struct PolarityTraining {
  NgramOptions ngrams;
  int least_labelled = 2;      ///< labelled texts that an n-gram needs to get a weight of its own
  int least_texts = 3;         ///< texts of both kinds that it needs to be known at all
  LinearOptions linear;
  VectorOptions vectors;
  double stack_regularization = 30;
  std::size_t least_for_vectors = 2000;  ///< with fewer texts in all, no vectors are learned
  int least_step = 1;          ///< as in NgramModel::pack
  int folds = 5;               ///< parts of the labelled texts for margins of texts not seen, 2 .. 20
};

struct TrainedPolarity {
  std::string bytes;            ///< for PolarityModel::load
  double unseen_accuracy = 0;   ///< over the labelled texts, each judged by a model that had not seen it
  std::size_t ngrams = 0;
};

/// Learns what good and bad reviews say: naive Bayes weighted n-grams under a support vector machine (Wang and Manning 2012), joined
/// with vectors learned from all texts, labelled or not; both end in two weights per n-gram, so reading costs one lookup.
/// Errors: InvalidArgument for fewer than 20 texts or a single label; Cancelled.
Expected<TrainedPolarity> train_polarity(std::span<const LabelledText> labelled, std::span<const std::string_view> unlabelled, const PolarityTraining& options,
                                         Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
