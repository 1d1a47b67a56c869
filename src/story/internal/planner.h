#pragma once

#include <optional>
#include <vector>

#include "base/random.h"
#include "story/internal/plan.h"

namespace cineloom::story {

/// What a search is after.
struct Aim {
  double arc = 20;         ///< weight of the square of the distance from the fortune wanted
  double connection = 20;  ///< weight of the share of events from which no causes lead to the last
  bool is_other = false;   ///< behind a choice
  EventBits avoided;       ///< told only where nothing else will do
  EventBits shunned;       ///< never told
};

/// How many plans are looked at: more for a story that is written in peace, fewer while somebody watches it.
struct Effort {
  std::size_t beam = 128;        ///< plans that are kept at each step
  std::size_t other_beam = 64;   ///< the same behind a choice
  std::size_t others_tried = 5;  ///< events at a choice that are planned to the end
};
inline constexpr Effort kLiveEffort{.beam = 48, .other_beam = 24, .others_tried = 3};

/// Beam search for the plan whose fortune follows an arc, whose events cause one another up to the last, whose people act for what they
/// want and know, that takes up what it promises and tells no event twice. Same request, same plans.
class Planner {
 public:
  /// The seed gives each event a whim: how gladly it is told at each step of this story. The table must outlive the planner.
  Planner(const EventTable& table, ArcShape arc, Seed seed, Effort effort = {});

  /// The best plan of kSteps events that begins with this one. Nothing if there is no plan of this length.
  [[nodiscard]] std::optional<Plan> complete(const Plan& start, const Aim& aim = {}) const;

  /// The best of several plans from the beginning; each may not tell some events, which ones by the seed, so that seeds differ.
  [[nodiscard]] std::optional<Plan> best_of_several(const Plan& start) const;

  /// The best plan that goes on otherwise than `taken` after `prefix`, tells others up to step `until` and changes other facts until
  /// then. `firsts` are events it may not begin with. Nothing if none differs enough.
  [[nodiscard]] std::optional<Plan> other_way(const Plan& prefix, const Plan& taken, std::size_t until, const EventBits& firsts) const;

  /// True if an event may come next: what it needs is so and known to who does it, it changes something and breaks no promise.
  [[nodiscard]] bool is_possible(const Plan& plan, std::size_t event) const;

  /// The cost of a plan with one more event that is possible.
  [[nodiscard]] double cost_of(const Plan& plan, std::size_t event, const Aim& aim) const;

  /// The plan with one more event that is possible.
  [[nodiscard]] Plan extend(const Plan& plan, std::size_t event, double cost) const;

  [[nodiscard]] double fortune_wanted(std::size_t step) const;
  /// Promises that are not taken up and acts without a goal, at the end.
  [[nodiscard]] static int faults(const Plan& plan);
  /// True if every event is told that must be, on each way where ways came together.
  [[nodiscard]] bool tells_all(const Plan& plan) const;

 private:
  struct Step {
    std::size_t plan = 0;
    std::size_t event = 0;
    double cost = 0;
  };
  [[nodiscard]] double cost_of_end(const Plan& plan, const EventTable::Event& event, StepBits causes, int unexplained, const Aim& aim) const;
  [[nodiscard]] double worth_of(const Plan& plan) const;
  [[nodiscard]] std::vector<Plan> longer(const std::vector<Plan>& beam, const Aim& aim) const;

  const EventTable& table_;
  ArcShape arc_;
  Seed seed_;
  Effort effort_;
  std::vector<float> whims_;  ///< of each event at each step, 0 .. 1
};

/// Facts that are otherwise after the events of steps [state's, until) of a plan.
FactBits changes_of(const EventTable& table, const StoryState& state, const Plan& plan, std::size_t from, std::size_t until);

/// Share of the changes that only one of two makes (Cardona-Rivera 2014); 0 where neither changes anything.
double salience(const FactBits& a, const FactBits& b);

inline constexpr double kLeastSalience = 0.5;

}  // namespace cineloom::story
