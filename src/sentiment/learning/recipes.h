#pragma once

#include "sentiment/learning/affect_training.h"
#include "sentiment/learning/emotion_training.h"
#include "sentiment/learning/polarity_training.h"

namespace cineloom {

/// Settings that were chosen on development parts (models/text/*.md has the figures); the shipped models were trained with them.
inline PolarityTraining english_polarity() {
  return {.ngrams = {.longest = 3}, .least_texts = 5, .vectors = {.dimensions = 64, .sweeps = 6, .learning_rate = 0.15}, .least_step = 5};
}
inline PolarityTraining chinese_polarity() { return {.ngrams = {.longest = 4}, .least_labelled = 1, .least_for_vectors = 1'000'000}; }
inline EmotionTraining english_emotions() {
  return {.ngrams = {.longest = 1, .keeps_punctuation = true, .stem = 4}, .linear = {.cost = 0.3, .length_exponent = 0.5, .sweeps = 15}};
}
inline EmotionTraining chinese_emotions() {
  return {.ngrams = {.longest = 3, .keeps_punctuation = true}, .linear = {.cost = 0.3, .length_exponent = 0.5, .sweeps = 15}};
}
inline AffectTraining english_affect() {
  return {.ngrams = {.longest = 2, .keeps_punctuation = true, .stem = 4},
          .linear = {.loss = LinearLoss::SquaredError, .cost = 0.012, .length_exponent = 0.5},
          .arousal_cost = 0.006,
          .rarity_exponent = 1.5,
          .vector_regularization = 300};
}
inline AffectTraining chinese_affect() {
  return {.ngrams = {.longest = 3, .keeps_punctuation = true},
          .least_texts = 1,
          .linear = {.loss = LinearLoss::SquaredError, .cost = 0.012, .length_exponent = 0.5},
          .arousal_cost = 0.008,
          .rarity_exponent = 1.5,
          .vector_regularization = 3000,
          .vectors = {.dimensions = 64, .sweeps = 6, .learning_rate = 0.15}};
}

}  // namespace cineloom
