#include "story/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace cineloom {
namespace {

constexpr std::size_t kMostStates = 20000;

class Checker {
 public:
  Checker(const StoryGraph& graph, const std::set<Fact>& beginning) : graph_(graph) {
    for (const StoryNode& node : graph.nodes) {
      if (!nodes_.emplace(node.id, &node).second) find("duplicate", node.id, "the id is used twice");
    }
    check_choices();
    if (!nodes_.contains(graph.start)) {
      find("no_start", graph.start, "the first node does not exist");
      return;
    }
    check_reach();
    walk(graph.start, beginning);
  }

  std::vector<StoryFinding> take() { return std::move(findings_); }

 private:
  void find(const std::string& kind, const std::string& node, const std::string& what) { findings_.push_back({.kind = kind, .node = node, .what = what}); }

  void check_choices() {
    for (const StoryNode& node : graph_.nodes) {
      std::set<std::string> ids;
      std::set<std::string> targets;
      for (const StoryChoice& choice : node.choices) {
        if (!nodes_.contains(choice.to)) find("dangling", node.id, fmt::format("choice '{}' leads to '{}', which does not exist", choice.id, choice.to));
        if (!ids.insert(choice.id).second) find("duplicate_choice", node.id, fmt::format("choice '{}' is there twice", choice.id));
        if (!targets.insert(choice.to).second) find("same_choice", node.id, fmt::format("two choices lead to '{}'", choice.to));
        if (choice.label.english.empty() || choice.label.chinese.empty()) find("no_label", node.id, fmt::format("choice '{}' says nothing", choice.id));
      }
      if (!node.choices.empty() && !ids.contains(node.default_choice)) find("no_default", node.id, "no choice is taken when nobody chooses");
      if (node.choices.empty() && !node.ending) find("dead_end", node.id, "no way on, and no ending");
      if (!node.choices.empty() && node.ending) find("early_ending", node.id, "an ending with a way on");
    }
  }

  void check_reach() {
    std::set<std::string> reached;
    std::vector<std::string> open = {graph_.start};
    while (!open.empty()) {
      const std::string id = open.back();
      open.pop_back();
      if (!nodes_.contains(id) || !reached.insert(id).second) continue;
      for (const StoryChoice& choice : nodes_.at(id)->choices) open.push_back(choice.to);
    }
    std::set<std::string> saved;
    for (bool has_grown = true; has_grown;) {
      has_grown = false;
      for (const auto& [id, node] : nodes_) {
        const bool leads_out =
            node->choices.empty() || std::ranges::any_of(node->choices, [&](const StoryChoice& choice) { return saved.contains(choice.to); });
        if (leads_out) has_grown = saved.insert(id).second || has_grown;
      }
    }
    for (const auto& [id, node] : nodes_) {
      if (!reached.contains(id)) find("unreachable", id, "no path leads here");
      if (!saved.contains(id)) find("trapped", id, "no ending can be reached from here");
    }
  }

  // Every path with what is true on it; the same node with the same facts is looked at once.
  void walk(const std::string& id, std::set<Fact> facts) {
    if (!nodes_.contains(id) || seen_.size() > kMostStates) return;
    if (on_path_.contains(id)) {
      find("loop", id, "a path comes back here");
      return;
    }
    if (!seen_.insert({id, facts}).second) return;
    const StoryNode& node = *nodes_.at(id);
    for (const StoryEvent& event : node.events) {
      for (const Fact& fact : event.preconditions) {
        if (!facts.contains(fact))
          find("contradiction", id, fmt::format("'{}' needs {}({}, {}), which is not true there", event.schema, fact.predicate, fact.subject, fact.object));
      }
      for (const Fact& fact : event.removed) facts.erase(fact);
      facts.insert(event.added.begin(), event.added.end());
    }
    on_path_.insert(id);
    for (const StoryChoice& choice : node.choices) walk(choice.to, facts);
    on_path_.erase(id);
  }

  const StoryGraph& graph_;
  std::map<std::string, const StoryNode*> nodes_;
  std::set<std::pair<std::string, std::set<Fact>>> seen_;
  std::set<std::string> on_path_;
  std::vector<StoryFinding> findings_;
};

}  // namespace

std::vector<StoryFinding> check_story(const StoryGraph& graph, const std::set<Fact>& beginning) { return Checker(graph, beginning).take(); }

}  // namespace cineloom
