#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace cineloom::fuse {

using WordList = std::vector<std::string>;

/// Where in the screenplay a line of the film was found.
struct Placement {
  int speech = -1;        ///< index of the speech; -1 = not found
  double confidence = 0;  ///< share of the line's words, weighed by how rare they are, that this speech has
  double weight = 0;      ///< of the words found there: a rare word weighs 6, a common one 1
  bool is_inferred = false;  ///< by its neighbours alone
};

/// Share of the heard runs of four words that are written anywhere, whatever the order; 0 if there are fewer than four words.
double shared_runs(std::span<const WordList> heard, std::span<const WordList> written);

/// Finds each heard line in the written speeches. Rare pairs of words give each line its candidates; the best path through
/// them may leave lines out, skip deleted scenes and jump to moved ones, at a price; between found neighbours an alignment
/// weighed by rarity places the short lines, and what is left follows from its neighbours where only one speech is possible.
/// No match beats a wrong match. Time is linear in both sides for texts that are not one word over and over, bounded always.
std::vector<Placement> place_lines(std::span<const WordList> heard, std::span<const WordList> written);

}  // namespace cineloom::fuse
