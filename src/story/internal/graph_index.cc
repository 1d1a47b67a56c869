#include "story/internal/graph_index.h"

#include <algorithm>

namespace cineloom::story {

GraphIndex::GraphIndex(const StoryGraph& graph) : graph_(graph), next_(graph.nodes.size()), before_(graph.nodes.size()), is_reached_(graph.nodes.size()) {
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) numbers_.emplace(graph.nodes[i].id, i);
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    for (const StoryChoice& choice : graph.nodes[i].choices) {
      const auto to = find(choice.to);
      if (!to) continue;
      next_[i].push_back(*to);
      before_[*to].push_back(i);
    }
  }
  start_ = find(graph.start);
  if (start_) walk(*start_);
}

std::optional<std::uint32_t> GraphIndex::find(const std::string& id) const {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint32_t> GraphIndex::usual(std::size_t index) const {
  const auto found = std::ranges::find(node(index).choices, node(index).default_choice, &StoryChoice::id);
  return found == node(index).choices.end() ? std::nullopt : find(found->to);
}

// Depth first without recursion; the order is the reverse of the one in which nodes are left.
void GraphIndex::walk(std::uint32_t from) {
  struct Place {
    std::uint32_t node;
    std::size_t way;
  };
  std::vector<bool> is_open(size());
  std::vector<bool> is_returned_to(size());
  std::vector<Place> path{{from, 0}};
  is_reached_[from] = is_open[from] = true;
  while (!path.empty()) {
    const std::uint32_t at = path.back().node;
    if (path.back().way == next_[at].size()) {
      is_open[at] = false;
      order_.push_back(at);
      path.pop_back();
      continue;
    }
    const std::uint32_t to = next_[at][path.back().way++];
    if (is_open[to] && !is_returned_to[to]) returned_to_.push_back(to);
    is_returned_to[to] = is_returned_to[to] || is_open[to];
    if (is_reached_[to]) continue;
    is_reached_[to] = is_open[to] = true;
    path.push_back({to, 0});
  }
  std::ranges::reverse(order_);
}

}  // namespace cineloom::story
