#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace cineloom {

/// Something a list is worth beside the scores of its films, because of what stands in it already: variety, balance, fairness.
class ListTerm {
 public:
  virtual ~ListTerm() = default;
  /// What candidate `position` would add, in the scores' unit, to the list as chosen so far.
  [[nodiscard]] virtual double worth(std::size_t position) const = 0;
  /// The next place went to `position`.
  virtual void choose(std::size_t position) = 0;
};

/// Each place goes to the candidate with the best sum of score and terms; equal sums by position. Gives at most `count`
/// positions in order. `terms` are borrowed and keep what was chosen.
std::vector<std::size_t> pick_greedily(std::span<const double> scores, std::span<ListTerm* const> terms, std::size_t count);

}  // namespace cineloom
