#pragma once

#include <span>
#include <vector>

#include "recommend/internal/taste.h"
#include "recommend/recommender.h"

namespace cineloom {

/// Makes one recommendation.
class RecommendationMaker {
 public:
  RecommendationMaker(const Recommender& recommender, std::span<const Event> events, const RecommendRequest& request);
  Recommendation make();

 private:
  struct Candidate {
    int item = 0;
    double stars = 0;
    double score = 0;
  };

  void read_events(std::span<const Event> events);
  [[nodiscard]] bool is_allowed(int item) const;
  [[nodiscard]] double score(const Taste& taste, int item) const;
  [[nodiscard]] double group_stars(const Taste& taste, int item) const;
  [[nodiscard]] std::vector<Candidate> rank(const Taste& taste) const;
  [[nodiscard]] std::vector<Candidate> diversify(std::vector<Candidate> ranked) const;
  [[nodiscard]] Pick pick_of(const Candidate& candidate) const;
  void add_causes(Pick& pick, int item) const;
  void add_shared(Pick& pick, int item) const;
  void add_fits(Pick& pick, int item) const;
  [[nodiscard]] int rank_of(const Taste& taste, int item) const;

  const Recommender& recommender_;
  const RecommendRequest& request_;
  std::vector<bool> is_seen_;
  std::vector<bool> is_hidden_;
  std::vector<Taste> companions_;
  Taste taste_;
  Feeling target_;
};

}  // namespace cineloom
