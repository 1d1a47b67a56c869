#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "base/random.h"

namespace cineloom {

struct SegmenterTraining {
  int sweeps = 8;          ///< >= 1
  int least_pairs = 2;     ///< occurrences that a pair of characters needs
  int least_arounds = 3;   ///< the same for pairs around a character and threes in a row
  double largest = 127;    ///< steps that the largest weight of a row is rounded to; fewer make smaller files
  double least_step = 1;   ///< rows whose weights all round to less are dropped
  int hidden_percent = 10; ///< of the word list that a sweep does not see, another part each time: what is not listed must be learned too
  Seed seed = 1;
};

/// Learns where words end from lines whose words are parted by blanks, and from a list of words that may be empty; listed words of 2 to
/// 5 characters become part of the model. Gives the bytes that ChineseSegmenter::load reads.
/// Errors: InvalidArgument without words; Cancelled.
Expected<std::string> train_segmenter(std::span<const std::string> lines, std::span<const std::string> words, const SegmenterTraining& options,
                                      Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
