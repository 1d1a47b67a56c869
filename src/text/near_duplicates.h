#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace cineloom {

/// Two texts that say the same in nearly the same words.
struct NearDuplicate {
  std::size_t first = 0;   ///< index into the texts, < second
  std::size_t second = 0;
  double similarity = 0;   ///< share of the words that both have, of those that either has, each as often as it occurs: 0 .. 1
};

struct DuplicateOptions {
  double least_runs = 0.16;        ///< share of runs of three words in common; a fifth of the words changed leaves about .34; > 0
  double least_words = 0.58;       ///< the same of words; what one writer always says gives less, a fifth changed about .67
  std::size_t sketch = 128;        ///< runs of each text that are compared at first: those with the least hashes, 8 .. 4096
  std::size_t most_texts = 50;     ///< runs that more texts have are phrases, and lead to no pair
};

/// Pairs of near duplicates, by first, then second. Case, marks and blanks do not count; Chinese is compared by characters.
/// Candidates share runs of their sketches (bottom-k, Broder 1997); whole texts are compared before a pair is named. The time is about
/// linear in all bytes: `most_texts` bounds the pairs that a run can lead to.
std::vector<NearDuplicate> find_near_duplicates(std::span<const std::string_view> texts, const DuplicateOptions& options = {});

}  // namespace cineloom
