#include "story/internal/lattice.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <ranges>

namespace cineloom::story {
namespace {

constexpr float kMostFortuneApart = 0.4F;  // where two ways come together

void meet(StoryState& state, const StoryState& other) {
  state.facts &= other.facts;
  state.told |= other.told;
  state.surely_told &= other.surely_told;
  state.open |= other.open;
  for (std::size_t i = 0; i < kPeople.size(); ++i) state.believed[i] &= other.believed[i];
}

void meet(Demands& demands, const Demands& other) {
  demands.facts |= other.facts;
  demands.ahead |= other.ahead;
  demands.surely_ahead &= other.surely_ahead;
  demands.paid &= other.paid;
  for (std::size_t i = 0; i < kPeople.size(); ++i) demands.believed[i] |= other.believed[i];
}

/// What is asked before an event, from what is asked after it.
void ask(Demands& demands, const EventTable& table, std::size_t number) {
  const EventTable::Event& event = table.events()[number];
  demands.facts = (demands.facts & ~event.adds) | event.needs;
  demands.ahead.set(number);
  demands.surely_ahead.set(number);
  demands.paid = (demands.paid & ~event.removes) | event.needs;
  for (std::size_t i = 0; i < kPeople.size(); ++i) {
    if (!event.hidden_from[i]) demands.believed[i] &= ~(event.adds | event.needs);
    if (event.is_goal_act && event.actors[i]) demands.believed[i] |= event.needs;
  }
}

bool meets(const StoryState& state, const Demands& demands) {
  bool knows = true;
  for (std::size_t i = 0; i < kPeople.size(); ++i) knows = knows && holds(state.believed[i], demands.believed[i]);
  return knows && holds(state.facts, demands.facts) && (state.told & demands.ahead).none() && (state.open & ~demands.paid).none();
}

}  // namespace

std::size_t Lattice::first_step(std::size_t layer) const {
  if (begin_ == 0) return layer * kSteps / (decisions_ + 1);
  return layer == 0 ? begin_ : begin_ + (layer - 1) * (kSteps - begin_) / std::max<std::size_t>(decisions_, 1);
}

Expected<void> Lattice::grow(const Plan& plan, const Plan& beginning, const CancelToken& cancel) {
  begin_ = beginning.length;
  decisions_ = std::min(decisions_, kSteps - begin_ - (begin_ == 0 ? 1 : 0));
  start_ = beginning;
  add_lane(plan, 0, 0);
  for (std::size_t layer = 0; layer < decisions_; ++layer) {
    for (std::size_t i = 0; i < layers_[layer].size(); ++i) {
      CINELOOM_TRY(cancel.check());
      if (!nodes_[layers_[layer][i]].is_detour) branch(layers_[layer][i]);
    }
  }
  return use_room(cancel);
}

bool Lattice::has_room(std::size_t layer) const { return nodes_.size() + decisions_ - layer <= most_; }

/// New ways from nodes that found no other, the last first: those need the fewest nodes.
Expected<void> Lattice::use_room(const CancelToken& cancel) {
  for (std::size_t layer = decisions_; layer-- > 0;) {
    for (std::size_t i = 0; i < layers_[layer].size() && has_room(layer); ++i) {
      CINELOOM_TRY(cancel.check());
      const std::size_t node = layers_[layer][i];
      if (!nodes_[node].is_detour && nodes_[node].children.size() == 1) part(node, prefix_of(nodes_[node]));
    }
  }
  return {};
}

/// Nodes for the rest of a plan; the first is a child of `parent` unless it is the beginning.
std::size_t Lattice::add_lane(const Plan& plan, std::size_t layer, std::size_t parent) {
  const std::size_t first = nodes_.size();
  for (std::size_t at = layer; at <= decisions_; ++at) {
    const std::size_t number = nodes_.size();
    nodes_.push_back({.plan = plan, .layer = at, .first = first_step(at), .end = first_step(at + 1)});
    layers_[at].push_back(number);
    if (at > 0) {
      const std::size_t from = at == layer ? parent : number - 1;
      nodes_[number].parents.push_back(from);
      nodes_[from].children.push_back(number);
    }
  }
  look_forward();
  look_back();
  return first;
}

/// A second way on from a node: to one that is there or round by another event, where there are many, else a new one.
void Lattice::branch(std::size_t node) {
  const std::size_t layer = nodes_[node].layer;
  const Plan prefix = prefix_of(nodes_[node]);
  const bool is_tree = most_ + 1 >= std::size_t{2} << decisions_;
  const bool is_wide = !is_tree && layers_[layer + 1].size() * (decisions_ + 1) * 2 >= most_;
  if (!is_wide && has_room(layer) && part(node, prefix)) return;
  if (join(node, prefix) || nodes_.size() >= most_) return;
  detour(node, prefix);
}

/// The prefix with one more event, the best after which the way can go on as if nothing had been.
std::optional<Plan> Lattice::way_round(std::size_t node, const Plan& prefix) const {
  const Node& taken = nodes_[nodes_[node].children.front()];
  const FactBits changed = changes_in(nodes_[node].after, taken);
  std::optional<Plan> best;
  for (std::size_t event = 0; event < table_.events().size(); ++event) {
    if (event == taken.plan.events[taken.first] || !planner_.is_possible(prefix, event)) continue;
    const Plan after = planner_.extend(prefix, event, planner_.cost_of(prefix, event, {}));
    const bool is_explained = std::ranges::none_of(after.intentions, &Intentions::any) && after.unexplained == prefix.unexplained;
    if (!is_explained || !meets(after, taken.demands) || salience(changed, after.facts ^ prefix.facts) < kLeastSalience) continue;
    if (!best || after.cost < best->cost) best = after;
  }
  return best;
}

bool Lattice::detour(std::size_t node, const Plan& prefix) {
  const auto plan = prefix.length < kSteps ? way_round(node, prefix) : std::nullopt;
  if (!plan) return false;
  const std::size_t back = nodes_[node].children.front();
  const std::size_t number = nodes_.size();
  nodes_.push_back(
      {.plan = *plan, .layer = nodes_[node].layer, .first = prefix.length, .end = plan->length, .is_detour = true, .parents = {node}, .children = {back}});
  layers_[nodes_[node].layer].push_back(number);
  nodes_[node].children.push_back(number);
  nodes_[back].parents.push_back(number);
  look_forward();
  look_back();
  return true;
}

bool Lattice::part(std::size_t node, const Plan& prefix) {
  const std::size_t layer = nodes_[node].layer;
  const Plan& taken = nodes_[nodes_[node].children.front()].plan;
  EventBits firsts;
  firsts.set(taken.events[prefix.length]);
  const auto other = planner_.other_way(prefix, taken, first_step(layer + 2), firsts);
  if (!other) return false;
  add_lane(*other, layer + 1, node);
  return true;
}

/// True if every way from one node on through another tells what must be told.
bool Lattice::tells_all(const Node& from, const Node& to) const {
  const EventBits told = from.after.surely_told | to.demands.surely_ahead;
  for (std::size_t i = 0; i < table_.events().size(); ++i) {
    if (table_.events()[i].is_must && !told[i]) return false;
  }
  return true;
}

bool Lattice::may_join(const Plan& prefix, std::size_t node, std::size_t other) const {
  const Node& from = nodes_[node];
  const Node& to = nodes_[other];
  const Node& taken = nodes_[from.children.front()];
  const std::size_t at = prefix.length;
  if (to.is_detour || other == from.children.front() || to.plan.events[at] == taken.plan.events[at]) return false;
  if (!meets(from.after, to.demands) || !tells_all(from, to) || std::ranges::any_of(prefix.intentions, &Intentions::any)) return false;
  if (at > 0 && std::abs(prefix.fortune[at - 1] - to.plan.fortune[at - 1]) > kMostFortuneApart) return false;
  return salience(changes_in(from.after, taken), changes_in(from.after, to)) >= kLeastSalience;
}

bool Lattice::join(std::size_t node, const Plan& prefix) {
  std::optional<std::size_t> best;
  for (const std::size_t other : layers_[nodes_[node].layer + 1]) {
    // The one that fewest ways lead to, so that all are reached.
    if (may_join(prefix, node, other) && (!best || nodes_[other].parents.size() < nodes_[*best].parents.size())) best = other;
  }
  if (!best) return false;
  nodes_[node].children.push_back(*best);
  nodes_[*best].parents.push_back(node);
  look_forward();
  look_back();
  return true;
}

/// The plan up to the end of a node, with what is so on every way there.
Plan Lattice::prefix_of(const Node& node) const {
  Plan prefix = start_;
  for (std::size_t i = begin_; i < node.end; ++i) prefix = planner_.extend(prefix, node.plan.events[i], 0);
  static_cast<StoryState&>(prefix) = node.after;
  return prefix;
}

FactBits Lattice::changes_in(const StoryState& state, const Node& node) const { return changes_of(table_, state, node.plan, node.first, node.end); }

void Lattice::look_forward() {
  for (const auto& layer : layers_) {
    for (const std::size_t number : layer) {
      Node& node = nodes_[number];
      node.before = node.parents.empty() ? static_cast<const StoryState&>(start_) : nodes_[node.parents.front()].after;
      for (const std::size_t parent : node.parents) meet(node.before, nodes_[parent].after);
      node.after = node.before;
      for (std::size_t i = node.first; i < node.end; ++i) happen(node.after, table_, node.plan.events[i]);
    }
  }
}

void Lattice::look_back() {
  for (std::size_t layer = layers_.size(); layer-- > 0;) {
    // Ways round come behind the nodes that they start from.
    for (const std::size_t number : std::views::reverse(layers_[layer])) {
      Node& node = nodes_[number];
      node.demands = node.children.empty() ? Demands() : nodes_[node.children.front()].demands;
      for (const std::size_t child : node.children) meet(node.demands, nodes_[child].demands);
      for (std::size_t i = node.end; i-- > node.first;) ask(node.demands, table_, node.plan.events[i]);
    }
  }
}

}  // namespace cineloom::story
