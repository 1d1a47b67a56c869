#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "recommend/internal/score_board.h"

namespace cineloom {

/// Makes one recommendation.
class RecommendationMaker {
 public:
  RecommendationMaker(const Recommender& recommender, std::span<const Event> events, const RecommendRequest& request)
      : board_(recommender, events, request), request_(request) {}
  [[nodiscard]] Recommendation make() const;
  [[nodiscard]] Contrast explain_absence(std::int32_t item) const;

 private:
  RecommendationMaker(ScoreBoard board, const RecommendRequest& request) : board_(std::move(board)), request_(request) {}
  /// For each of the chosen the share of draws, the one that was used among them, whose list holds it.
  [[nodiscard]] std::vector<double> propensities(std::span<const std::int32_t> chosen) const;
  [[nodiscard]] std::vector<std::int32_t> choose() const;
  [[nodiscard]] std::span<const std::int32_t> shortlist() const;
  [[nodiscard]] std::vector<std::size_t> list_of(std::span<const std::int32_t> shortlist, std::span<const double> scores) const;
  [[nodiscard]] std::vector<std::size_t> vary(std::span<const std::int32_t> shortlist, std::span<const double> scores) const;
  [[nodiscard]] Pick pick_of(std::int32_t item) const;
  void add_notes(Recommendation& recommendation) const;
  void add_fairness(Recommendation& recommendation, std::span<const std::int32_t> chosen) const;
  [[nodiscard]] const Film& film(std::int32_t item) const;

  ScoreBoard board_;
  const RecommendRequest& request_;
};

}  // namespace cineloom
