#include "story/internal/graph_checks.h"

#include <fmt/format.h>

#include <set>

namespace cineloom::story {
namespace {

void check_choice(const GraphIndex& index, const StoryNode& node, const StoryChoice& choice, Findings& findings) {
  if (!index.find(choice.to)) findings.add("dangling", node.id, fmt::format("choice '{}' leads to '{}', which does not exist", choice.id, choice.to));
  if (choice.label.english.empty() || choice.label.chinese.empty()) findings.add("no_label", node.id, fmt::format("choice '{}' says nothing", choice.id));
}

void check_choices(const GraphIndex& index, const StoryNode& node, Findings& findings) {
  std::set<std::string> ids;
  std::set<std::string> targets;
  std::set<std::string> labels;
  for (const StoryChoice& choice : node.choices) {
    check_choice(index, node, choice, findings);
    if (!ids.insert(choice.id).second) findings.add("duplicate_choice", node.id, fmt::format("choice '{}' is there twice", choice.id));
    if (!targets.insert(choice.to).second) findings.add("same_choice", node.id, fmt::format("two choices lead to '{}'", choice.to));
    const bool is_new = labels.insert("e" + choice.label.english).second && labels.insert("c" + choice.label.chinese).second;
    if (!is_new) findings.add("same_label", node.id, fmt::format("choice '{}' reads as another does", choice.id));
  }
  if (!node.choices.empty() && !ids.contains(node.default_choice)) findings.add("no_default", node.id, "no choice is taken when nobody chooses");
  if (node.choices.empty() && !node.ending) findings.add("dead_end", node.id, "no way on, and no ending");
  if (!node.choices.empty() && node.ending) findings.add("early_ending", node.id, "an ending with a way on");
}

/// Nodes from which an ending can be reached, found backwards from the endings.
std::vector<bool> nodes_with_way_out(const GraphIndex& index) {
  std::vector<bool> has_way_out(index.size());
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < index.size(); ++i) {
    if (!index.node(i).choices.empty()) continue;
    has_way_out[i] = true;
    open.push_back(i);
  }
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    for (const std::uint32_t before : index.before(at)) {
      if (has_way_out[before]) continue;
      has_way_out[before] = true;
      open.push_back(before);
    }
  }
  return has_way_out;
}

void check_ways(const GraphIndex& index, Findings& findings) {
  const std::vector<bool> has_way_out = nodes_with_way_out(index);
  for (std::uint32_t i = 0; i < index.size(); ++i) {
    if (!index.is_reached(i)) findings.add("unreachable", index.node(i).id, "no path leads here");
    if (!has_way_out[i]) findings.add("trapped", index.node(i).id, "no ending can be reached from here");
  }
  for (const std::uint32_t node : index.returned_to()) findings.add("loop", index.node(node).id, "a path comes back here");
}

/// Where nobody chooses, each node has one way on: whoever comes back to a node of the same walk goes round for ever.
void check_hands_off(const GraphIndex& index, Findings& findings) {
  std::vector<std::uint32_t> walk_of(index.size(), 0);
  for (std::uint32_t from = 0; from < index.size(); ++from) {
    std::optional<std::uint32_t> at = from;
    while (at && walk_of[*at] == 0) {
      walk_of[*at] = from + 1;
      at = index.usual(*at);
    }
    if (at && walk_of[*at] == from + 1) findings.add("livelock", index.node(*at).id, "the story never ends from here when nobody chooses");
  }
}

}  // namespace

void check_graph(const GraphIndex& index, Findings& findings) {
  std::set<std::string> ids;
  for (const StoryNode& node : index.graph().nodes) {
    if (!ids.insert(node.id).second) findings.add("duplicate", node.id, "the id is used twice");
    check_choices(index, node, findings);
  }
  if (!index.start()) {
    findings.add("no_start", index.graph().start, "the first node does not exist");
    return;
  }
  check_ways(index, findings);
  check_hands_off(index, findings);
}

}  // namespace cineloom::story
