#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/story.h"
#include "story/schema.h"

namespace cineloom::story {

/// The footage of a bible, by the roles that it shows.
class FootageStock {
 public:
  /// The bible must outlive it.
  explicit FootageStock(const Bible& bible);
  explicit FootageStock(const Bible&& bible) = delete;

  [[nodiscard]] bool is_empty() const { return scenes_.empty(); }
  /// True if one scene shows all people of the event.
  [[nodiscard]] bool shows(const EventSchema& schema) const;
  /// Gives each node without footage, in the graph's order, a scene for each of its events: with all its people and as few others as there
  /// are, near in fortune and tension, shown as seldom as can be. An event that no scene shows has none.
  void dress(StoryGraph& graph) const;

 private:
  struct Scene {
    std::set<std::string> roles;
    const BibleScene* of = nullptr;
  };
  [[nodiscard]] const Scene* best_for(const StoryEvent& event, const std::vector<int>& shown) const;

  std::vector<Scene> scenes_;
};

}  // namespace cineloom::story
