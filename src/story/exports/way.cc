#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "story/exports/exports.h"

namespace cineloom {
namespace {

using Nodes = std::map<std::string, const StoryNode*>;

Nodes nodes_of(const StoryGraph& graph) {
  Nodes nodes;
  for (const StoryNode& node : graph.nodes) nodes.emplace(node.id, &node);
  return nodes;
}

/// The choice with this id; nothing if there is none.
const StoryChoice* find_choice(const StoryNode& node, const std::string& id) {
  const auto found = std::ranges::find(node.choices, id, &StoryChoice::id);
  return found == node.choices.end() ? nullptr : &*found;
}

}  // namespace

Expected<void> check_for_export(const StoryGraph& graph) {
  const Nodes nodes = nodes_of(graph);
  if (nodes.size() != graph.nodes.size()) return fail(ErrorCode::InvalidArgument, "two nodes of the story have the same id");
  if (!nodes.contains(graph.start)) return fail(ErrorCode::InvalidArgument, fmt::format("the story begins at '{}', which is not there", graph.start));
  for (const StoryNode& node : graph.nodes) {
    for (const StoryChoice& choice : node.choices) {
      if (!nodes.contains(choice.to))
        return fail(ErrorCode::InvalidArgument, fmt::format("a choice leads from '{}' to '{}', which is not there", node.id, choice.to));
    }
  }
  return {};
}

Expected<StoryWay> take_way(const StoryGraph& graph, const std::vector<std::string>& choices) {
  CINELOOM_TRY(check_for_export(graph));
  const Nodes nodes = nodes_of(graph);
  StoryWay way;
  std::set<std::string> passed;
  std::size_t taken = 0;
  for (const StoryNode* node = nodes.at(graph.start); passed.insert(node->id).second;) {
    way.push_back(node);
    if (node->choices.empty()) break;
    const StoryChoice* choice = find_choice(*node, node->default_choice);
    if (choice == nullptr) choice = &node->choices.front();
    if (node->choices.size() > 1 && taken < choices.size()) {
      choice = find_choice(*node, choices[taken++]);
      if (choice == nullptr) return fail(ErrorCode::InvalidArgument, fmt::format("there is no choice '{}' at '{}'", choices[taken - 1], node->id));
    }
    node = nodes.at(choice->to);
  }
  if (taken < choices.size()) return fail(ErrorCode::InvalidArgument, fmt::format("the way has {} decisions, {} choices were given", taken, choices.size()));
  return way;
}

}  // namespace cineloom
