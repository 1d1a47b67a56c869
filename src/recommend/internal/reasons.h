#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "recommend/internal/score_board.h"

namespace cineloom {

/// Finds out why: takes the viewer's films away, alone or together, and ranks again. What does not lower the rank is no cause.
class ReasonFinder {
 public:
  /// `items`: those that will be asked about; `board` must outlive the finder.
  ReasonFinder(const ScoreBoard& board, std::span<const std::int32_t> items);

  /// Strongest first, at least one.
  std::vector<Reason> reasons_for(std::int32_t item);
  /// The viewer's films without which this one would score higher, worst first.
  std::vector<Reason> reasons_against(std::int32_t item);

 private:
  struct Effect {
    std::size_t place = 0;  ///< in the viewer's past
    double loss = 0;        ///< what the score loses without it
  };
  [[nodiscard]] std::vector<Effect> effects_on(std::int32_t item) const;
  [[nodiscard]] std::vector<std::size_t> suspects(std::span<const std::int32_t> items) const;
  const Taste& taste_without(const std::vector<std::size_t>& gone);
  int rank_without(std::span<const std::size_t> gone, std::int32_t item);
  void add_single_causes(std::vector<Reason>& reasons, std::int32_t item, std::span<const Effect> effects);
  void add_joint_cause(std::vector<Reason>& reasons, std::int32_t item, std::span<const Effect> effects);
  void add_shared(std::vector<Reason>& reasons, std::int32_t item) const;
  void add_evening(std::vector<Reason>& reasons, std::int32_t item) const;
  void add_popular(std::vector<Reason>& reasons, std::int32_t item) const;
  [[nodiscard]] const Film& film(std::int32_t item) const;
  [[nodiscard]] const Film& past_film(std::size_t place) const;

  const ScoreBoard& board_;
  std::vector<std::size_t> suspects_;  ///< places, rising
  std::map<std::vector<std::size_t>, Taste> tastes_without_;  ///< by places: the viewer without those films
};

}  // namespace cineloom
