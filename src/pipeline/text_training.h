#pragma once

#include <filesystem>
#include <string>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"

namespace cineloom {

struct TextTrainingRequest {
  std::filesystem::path reviews;     ///< one review a line: label or stars, a tab, text; or JSON lines with "text" and "label" or "stars"
  std::filesystem::path unlabelled;  ///< one text a line, or empty
  std::filesystem::path out;         ///< the model's file; written whole or not at all
};

struct TextTrainingResult {
  std::string language;        ///< "en" or "zh": decides between words and characters
  std::size_t positive = 0;
  std::size_t negative = 0;
  std::size_t undecided = 0;   ///< stars in the middle, which teach nothing
  std::size_t repeated = 0;    ///< near duplicates of reviews before them, left out
  std::size_t unlabelled = 0;
  double unseen_accuracy = 0;  ///< over the reviews, each judged by a model that had not seen it
  std::size_t bytes = 0;
};

/// Makes a polarity model of a user's own labelled reviews, with the settings of the shipped ones. Labels are pos, neg, 1, 0, -1; stars
/// are 0.5 .. 5 where none is larger, else 1 .. 10. Errors: InvalidArgument with the line, or for too few reviews; NotFound; Cancelled.
Expected<TextTrainingResult> train_text_model(const TextTrainingRequest& request, Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
