#pragma once

#include <set>
#include <string>

#include "domain/story.h"
#include "story/internal/planner.h"
#include "story/internal/telling.h"

namespace cineloom::story {

/// Turns plans into nodes: a stretch of events up to the next decision, then its two ways.
class GraphBuilder {
 public:
  GraphBuilder(const StoryRequest& request, const EventTable& table, const Planner& planner, const Cast& cast)
      : request_(request), table_(table), planner_(planner), cast_(cast) {}

  /// `plan` is the way that is taken when nobody chooses; `beginning` holds what is true before it.
  StoryGraph build(const Plan& plan, const Plan& beginning);

 private:
  [[nodiscard]] std::size_t decision_step(int decision) const;
  std::string add(const Plan& plan, std::size_t from, int decision, Plan prefix);
  void decide(const Plan& plan, std::size_t at, int decision, const Plan& prefix, StoryNode& node);
  void add_choice(const Plan& plan, std::size_t at, int decision, const Plan& prefix, StoryNode& node);
  void end(const Plan& plan, StoryNode& node) const;
  void tell_event(const Plan& plan, std::size_t index, StoryNode& node) const;

  const StoryRequest& request_;
  const EventTable& table_;
  const Planner& planner_;
  const Cast& cast_;
  StoryGraph graph_;
};

}  // namespace cineloom::story
