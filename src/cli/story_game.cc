#include "cli/story_game.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace cineloom::cli {
namespace {

/// A saved game as it lies in a file.
struct SavedGame {
  std::string story;  ///< its first node and title, so that another story's game is not taken for it
  std::vector<std::string> choices;
};
BOOST_DESCRIBE_STRUCT(SavedGame, (), (story, choices))

std::string key_of(const Story& story) {
  return fmt::format("{}/{}/{}/{}", story.graph.start, story.graph.nodes.size(), story.title.english, story.title.chinese);
}

std::string words_of(const LocalText& text, const Story& story) {
  const std::string& wanted = story.request.language == "zh" ? text.chinese : text.english;
  return wanted.empty() ? (text.english.empty() ? text.chinese : text.english) : wanted;
}

/// A row of the map that is still to be drawn.
struct Branch {
  const StoryNode* node;  ///< null = nobody went there yet
  std::string label;      ///< of the choice that leads to it
  std::string indent;
  bool is_last;
};

}  // namespace

StoryGame::StoryGame(const Story& story) : story_(story) {
  for (const StoryNode& node : story.graph.nodes) nodes_.emplace(node.id, &node);
  enter(story.graph.start);
}

void StoryGame::enter(const std::string& id) {
  way_.push_back(id);
  seen_.insert(id);
}

bool StoryGame::choose(std::size_t choice) {
  if (choice >= node().choices.size()) return false;
  const StoryChoice& taken = node().choices[choice];
  choices_.push_back(taken.id);
  enter(taken.to);
  return true;
}

bool StoryGame::undo() {
  std::size_t steps = way_.size() - 1;
  while (steps > 0 && nodes_.at(way_[steps - 1])->choices.size() < 2) --steps;
  if (steps == 0) return false;
  way_.resize(steps);
  choices_.resize(steps - 1);
  return true;
}

void StoryGame::restart() {
  way_.resize(1);
  choices_.clear();
}

std::size_t StoryGame::endings() const {
  return static_cast<std::size_t>(std::ranges::count_if(story_.graph.nodes, [](const StoryNode& node) { return node.choices.empty(); }));
}

std::size_t StoryGame::endings_seen() const {
  return static_cast<std::size_t>(std::ranges::count_if(seen_, [&](const std::string& id) { return nodes_.at(id)->choices.empty(); }));
}

std::string StoryGame::map() const {
  std::string text;
  std::set<std::string> drawn;
  std::vector<Branch> open{{nodes_.at(story_.graph.start), "", "", true}};
  while (!open.empty()) {
    const Branch branch = std::move(open.back());
    open.pop_back();
    const bool is_first = text.empty();
    text += is_first ? "" : branch.indent + (branch.is_last ? "└─ " : "├─ ");
    const bool is_here = branch.node == &node();
    const bool is_new = branch.node != nullptr && drawn.insert(branch.node->id).second;
    text += branch.node == nullptr ? "?" : is_here ? "◆" : branch.node->choices.empty() ? "■" : "●";
    const std::string name = branch.node != nullptr && branch.node->ending ? words_of(*branch.node->ending, story_) : "";
    const std::string said = !branch.label.empty() ? branch.label : is_first ? words_of(story_.title, story_) : "…";
    text += fmt::format(" {}{}{}\n", said, name.empty() ? "" : fmt::format(" — {} —", name), branch.node != nullptr && !is_new ? " ↑" : "");
    if (!is_new) continue;
    const std::string indent = is_first ? "" : branch.indent + (branch.is_last ? "   " : "│  ");
    const auto& choices = branch.node->choices;
    for (std::size_t i = choices.size(); i-- > 0;) {
      const bool was_there = seen_.contains(choices[i].to);
      open.push_back({was_there ? nodes_.at(choices[i].to) : nullptr, words_of(choices[i].label, story_), indent, i + 1 == choices.size()});
    }
  }
  return text;
}

std::string StoryGame::save() const { return json::write(SavedGame{.story = key_of(story_), .choices = choices_}) + "\n"; }

Expected<void> StoryGame::load(std::string_view saved) {
  CINELOOM_TRY_ASSIGN(const SavedGame game, json::read<SavedGame>(saved));
  if (game.story != key_of(story_)) return fail(ErrorCode::InvalidArgument, "this game is of another story");
  StoryGame other(story_);
  for (const std::string& choice : game.choices) {
    const auto& choices = other.node().choices;
    const auto found = std::ranges::find(choices, choice, &StoryChoice::id);
    if (found == choices.end()) return fail(ErrorCode::InvalidArgument, fmt::format("the story has no choice '{}' there any more", choice));
    other.choose(static_cast<std::size_t>(found - choices.begin()));
  }
  way_ = std::move(other.way_);
  choices_ = std::move(other.choices_);
  seen_.insert(way_.begin(), way_.end());
  return {};
}

}  // namespace cineloom::cli
