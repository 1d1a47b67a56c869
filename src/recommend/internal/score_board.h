#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "recommend/internal/taste.h"
#include "recommend/ranking/conditions.h"
#include "recommend/recommender.h"

namespace cineloom {

/// Every film's score for one request, term by term: what the viewers like, then what the evening asks for.
class ScoreBoard {
 public:
  ScoreBoard(const Recommender& recommender, std::span<const Event> events, const RecommendRequest& request);

  [[nodiscard]] const Recommender& recommender() const { return recommender_; }
  [[nodiscard]] const RecommendRequest& request() const { return request_; }
  [[nodiscard]] const Taste& taste() const { return taste_; }
  [[nodiscard]] const Conditions& conditions() const { return conditions_; }
  [[nodiscard]] std::span<const double> scores() const { return scores_; }
  /// 1-based place among the films that meet the conditions; equal scores by position.
  [[nodiscard]] int rank_of(std::int32_t item) const;
  /// The best films that meet the conditions, best first, a thousand or so; equal scores by position.
  [[nodiscard]] std::span<const std::int32_t> best() const { return best_; }
  /// The place that the film would have if the viewer's taste were another: rank_in(scores_with(taste), item) without scoring every film.
  [[nodiscard]] int rank_with(const Taste& taste, std::int32_t item) const;
  [[nodiscard]] int rank_in(std::span<const double> scores, std::int32_t item) const;
  /// All scores if the viewer's taste were another; the evening stays.
  [[nodiscard]] std::vector<double> scores_with(const Taste& taste) const;
  /// The same for one film.
  [[nodiscard]] double score_with(const Taste& taste, std::int32_t item) const;
  /// The same evening with another draw of exploration.
  [[nodiscard]] ScoreBoard redrawn(Seed draw) const;
  /// The terms of a film's score; they sum to it.
  [[nodiscard]] std::vector<ScorePart> parts(std::int32_t item) const;
  [[nodiscard]] double part(std::string_view name, std::int32_t item) const;

  /// For a group: the viewer first, then the companions in order of id.
  struct Member {
    ViewerId viewer;
    std::vector<double> worth;  ///< by film
  };
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  [[nodiscard]] bool is_group() const { return members_.size() > 1; }
  [[nodiscard]] double member_stars(std::size_t member, std::int32_t item) const;

 private:
  struct Term {
    std::string_view name;
    std::vector<double> worth;  ///< by film
  };
  [[nodiscard]] double caution(std::int32_t item) const;
  [[nodiscard]] double worth_of(const Taste& taste, std::int32_t item) const;
  [[nodiscard]] std::vector<double> worth_of(const Taste& taste) const;
  [[nodiscard]] double group_worth_of(double own, std::size_t item) const;
  void find_best();
  struct Move;
  [[nodiscard]] int rank_among_best(const Move& move) const;
  [[nodiscard]] int rank_among_all(const Move& move) const;
  [[nodiscard]] bool is_rival(const Move& move, std::int32_t other) const;
  void add_members();
  void add_context();
  void add_mood();
  void add_course();
  void add_dials();
  void add_wishes();
  void add_visit();
  void add_exploration();

  const Recommender& recommender_;
  const RecommendRequest& request_;
  Taste taste_;
  std::vector<Taste> companions_;
  Conditions conditions_;
  std::vector<Member> members_;
  std::vector<Term> context_;          ///< what the evening asks for
  std::vector<double> context_sum_;
  std::vector<double> scores_;
  std::vector<std::int32_t> best_;
};

}  // namespace cineloom
