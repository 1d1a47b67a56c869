#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/expected.h"
#include "domain/story.h"

namespace cineloom::cli {

/// Somebody's way through a story, with everything that was taken back and is remembered. The story must outlive it and be sound.
class StoryGame {
 public:
  explicit StoryGame(const Story& story);

  [[nodiscard]] const StoryNode& node() const { return *nodes_.at(way_.back()); }
  [[nodiscard]] bool is_over() const { return node().choices.empty(); }

  /// False if there is no such choice.
  bool choose(std::size_t choice);
  /// Back to the last place where there was something to choose; false at the first.
  bool undo();
  void restart();

  [[nodiscard]] std::size_t endings() const;
  [[nodiscard]] std::size_t endings_seen() const;

  /// What was seen of the story as a tree, also on ways that were taken back, with '?' where nobody went yet.
  [[nodiscard]] std::string map() const;

  /// The way so far as JSON.
  [[nodiscard]] std::string save() const;
  /// Goes the way of a saved game. Errors: InvalidArgument for a game of another story; then nothing changes.
  Expected<void> load(std::string_view saved);

 private:
  void enter(const std::string& id);

  const Story& story_;
  std::unordered_map<std::string, const StoryNode*> nodes_;
  std::vector<std::string> way_;       ///< ids from the start to here
  std::vector<std::string> choices_;   ///< that led from each to the next
  std::set<std::string> seen_;
};

}  // namespace cineloom::cli
