#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "base/random.h"
#include "sentiment/learning/feature_index.h"

namespace cineloom {

struct VectorOptions {
  int dimensions = 64;        ///< multiple of 16, 16 .. 512
  int sweeps = 6;             ///< >= 1
  int negatives = 5;          ///< n-grams drawn against each one that is there, >= 1
  double learning_rate = 0.25;  ///< falls to nothing over the sweeps, > 0
  Seed seed = 1;
};

/// Vectors of n-grams such that a text's vector tells which n-grams it has: texts that speak alike lie close, labelled or not
/// (PV-DBOW of Le and Mikolov 2014 over n-grams, as Li et al. 2016 do; trained with negative samples). Shape [columns, dimensions], row-major.
/// Same inputs, same bytes; one thread. Errors: Cancelled.
Expected<std::vector<float>> train_ngram_vectors(const SparseRows& texts, std::span<const std::uint32_t> text_counts, const VectorOptions& options,
                                                 Progress& progress, const CancelToken& cancel);

/// A text as the sum of its n-grams' vectors over the square root of its length. Shape [rows, dimensions].
std::vector<float> text_vectors(const SparseRows& texts, std::span<const float> ngram_vectors, int dimensions);

}  // namespace cineloom
