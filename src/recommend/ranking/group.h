#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "domain/ranking.h"
#include "recommend/ranking/list.h"

namespace cineloom {

/// What a film is worth to a group: by policy, from what it is worth to each (at least one).
double group_worth(std::span<const double> each, GroupPolicy policy);

/// How well a list treats each member: what it is worth to them over what their own best list of that length would be, less
/// what the average film is worth to them; 1 = as good as choosing alone, 0 = no better than any film, below = worse.
/// `worth` [members][films]: what each film is worth to each; `chosen`: positions of films. Members whose films are all worth
/// the same get 1.
std::vector<double> satisfaction(std::span<const std::vector<double>> worth, std::span<const std::size_t> chosen);

/// Serves all in turn: a member's weight in a place is 1 + how far they are behind the best served, so that nobody falls
/// behind for a whole list. The term is the weighted mean of what a film is worth to each, less their plain mean.
class FairnessTerm final : public ListTerm {
 public:
  /// `worth` [members][candidates].
  explicit FairnessTerm(std::vector<std::vector<double>> worth) : worth_(std::move(worth)), weights_(worth_.size(), 1.0 / static_cast<double>(worth_.size())) {}
  [[nodiscard]] double worth(std::size_t position) const override;
  void choose(std::size_t position) override;

 private:
  std::vector<std::vector<double>> worth_;
  std::vector<double> weights_;  ///< of members in the next place, summing to 1
  std::vector<std::size_t> chosen_;
};

}  // namespace cineloom
