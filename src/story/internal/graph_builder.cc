#include "story/internal/graph_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace cineloom::story {
namespace {

std::string beat_name(std::size_t step) {
  const double at = static_cast<double>(step) / kSteps;
  return at < 0.3 ? "setup" : at < 0.6 ? "confrontation" : at < 0.9 ? "crisis" : "resolution";
}

std::vector<Fact> facts_of(const std::vector<std::string>& texts) {
  std::vector<Fact> facts;
  std::ranges::transform(texts, std::back_inserter(facts), parse_fact);
  return facts;
}

}  // namespace

StoryGraph GraphBuilder::build(const Plan& plan, const Plan& beginning) {
  graph_ = {};
  graph_.start = add(plan, 0, 0, beginning);
  return std::move(graph_);
}

/// Decisions lie evenly between the first event and the last.
std::size_t GraphBuilder::decision_step(int decision) const {
  return 1 + static_cast<std::size_t>(decision + 1) * (kSteps - 2) / static_cast<std::size_t>(request_.decisions + 1);
}

// Adds the node for plan.events[from ...) and everything behind it; `prefix` is the plan before `from`.
std::string GraphBuilder::add(const Plan& plan, std::size_t from, int decision, Plan prefix) {
  StoryNode node{.id = fmt::format("n{}", graph_.nodes.size())};
  const std::size_t slot = graph_.nodes.size();
  graph_.nodes.emplace_back();
  const bool has_decision = decision < request_.decisions;
  const std::size_t until = has_decision ? decision_step(decision) : plan.length;
  for (std::size_t i = from; i < until; ++i) {
    tell_event(plan, i, node);
    prefix = planner_.extend(prefix, plan.events[i], 0);
  }
  node.beat = beat_name(until);
  node.title = node.events.empty() ? LocalText{} : table_.events()[plan.events[until - 1]].schema->label;
  if (has_decision) {
    decide(plan, until, decision, prefix, node);
  } else {
    end(prefix, node);
  }
  graph_.nodes[slot] = node;
  return node.id;
}

void GraphBuilder::decide(const Plan& plan, std::size_t at, int decision, const Plan& prefix, StoryNode& node) {
  node.question = {.english = fmt::format("What does {} do?", cast_.at("hero")), .chinese = fmt::format("{}会怎么做？", cast_.at("hero"))};
  add_choice(plan, at, decision, prefix, node);
  node.default_choice = node.choices.front().id;
  const std::size_t until = decision + 1 < request_.decisions ? decision_step(decision + 1) : kSteps;
  if (const auto other = planner_.other_way(prefix, plan, at, until)) add_choice(*other, at, decision, prefix, node);
}

void GraphBuilder::add_choice(const Plan& plan, std::size_t at, int decision, const Plan& prefix, StoryNode& node) {
  const EventSchema& schema = *table_.events()[plan.events[at]].schema;
  node.choices.push_back(
      {.id = schema.name, .label = schema.label, .to = add(plan, at, decision + 1, prefix), .effect = fmt::format("{:+.1f}", schema.valence)});
}

void GraphBuilder::end(const Plan& plan, StoryNode& node) const {
  const float fortune = plan.fortune[plan.length - 1];
  const bool is_home = (plan.facts & table_.bits_of(std::set{parse_fact("at hero home")})).any();
  if (fortune > 0.3F) {
    node.ending = is_home ? LocalText{"A light in the window", "窗里的灯"} : LocalText{"The open road", "开阔的路"};
  } else if (fortune < -0.3F) {
    node.ending = is_home ? LocalText{"An empty chair", "空椅子"} : LocalText{"The other road", "另一条路"};
  } else {
    node.ending = LocalText{"What was learned", "学到的事"};
  }
}

void GraphBuilder::tell_event(const Plan& plan, std::size_t index, StoryNode& node) const {
  const EventSchema& schema = *table_.events()[plan.events[index]].schema;
  StoryEvent event{.schema = schema.name, .valence = schema.valence, .tension = schema.tension};
  event.preconditions = facts_of(schema.needs);
  event.added = facts_of(schema.adds);
  event.removed = facts_of(schema.removes);
  event.why = fmt::format("fortune should be {:+.2f} here and becomes {:+.2f}", planner_.fortune_wanted(index), plan.fortune[index]);
  append_sentence(node.text, tell(schema, cast_, request_.language, derive_seed(request_.seed, node.id)), request_.language);
  node.events.push_back(std::move(event));
  node.valence = static_cast<double>(plan.fortune[index]);
  node.tension = schema.tension;
}

}  // namespace cineloom::story
