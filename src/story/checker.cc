#include "story/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "story/internal/findings.h"
#include "story/internal/graph_checks.h"
#include "story/internal/graph_index.h"
#include "story/internal/world_checks.h"

namespace cineloom {
namespace {

using story::Findings;
using story::GraphIndex;

constexpr double kThinChoice = 0.5;
constexpr std::size_t kMostWaysCompared = 64;
using Changes = std::vector<std::vector<std::uint32_t>>;

/// Least distance between the ways of a node; nothing where there is nothing to compare: one way, or ways on which nothing happens
/// that facts tell of.
std::optional<double> least_distance(const GraphIndex& index, std::uint32_t node, const Changes& changes) {
  const auto& ways = index.next(node);
  std::optional<double> least;
  for (std::size_t i = 0; i < std::min(ways.size(), kMostWaysCompared); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (ways[i] == ways[j] || (index.node(ways[i]).events.empty() && index.node(ways[j]).events.empty())) continue;
      least = std::min(least.value_or(1), story::distance_between(changes[ways[i]], changes[ways[j]]));
    }
  }
  return least;
}

void check_salience(const GraphIndex& index, const Changes& changes, Findings& findings) {
  for (const std::uint32_t node : index.order()) {
    const auto distance = least_distance(index, node, changes);
    if (index.next(node).size() > kMostWaysCompared) findings.add("unchecked", index.node(node).id, "so many ways are not compared with one another");
    if (!distance || *distance >= kThinChoice) continue;
    if (*distance == 0) {
      findings.add("same_effect", index.node(node).id, "two ways change the same");
    } else {
      findings.add("thin_choice", index.node(node).id, fmt::format("two ways change nearly the same: they are {:.2f} apart", *distance));
    }
  }
}

bool is_beyond(const ContentRating& rating, const ContentRating& most) {
  return rating.violence > most.violence || rating.fear > most.fear || rating.sex > most.sex || rating.drugs > most.drugs || rating.language > most.language;
}

/// Whom a fact does harm to; nobody if it does none.
const std::string* harmed_by(const Fact& fact) {
  constexpr std::array<std::string_view, 5> kHarms = {"broken", "dead", "held", "hurt", "wounded"};
  if (std::ranges::find(kHarms, fact.predicate) == kHarms.end()) return nullptr;
  return fact.object.empty() ? &fact.subject : &fact.object;
}

bool is_outside(double value, double low) { return !std::isfinite(value) || value < low || value > 1; }

/// What the story was asked for and what its bible knows, node by node.
class Contract {
 public:
  Contract(const Story& story, Findings& findings) : story_(story), findings_(findings) {
    slots_ = {"{item}", "{home}", "{road}", "{lair}", "{secret}"};
    for (const BibleCharacter& character : story.bible.characters) {
      if (!character.role.empty()) slots_.push_back("{" + character.role + "}");
    }
  }

  void check() {
    for (const StoryNode& node : story_.graph.nodes) {
      check_words(node);
      if (is_outside(node.valence, -1) || is_outside(node.tension, 0)) findings_.add("out_of_range", node.id, "valence or tension is out of range");
      for (const StoryEvent& event : node.events) check_event(node, event);
    }
  }

  /// The arc was measured on the way that is taken when nobody chooses: fortune there must be what was noted.
  void check_default(const GraphIndex& index) {
    std::vector<bool> is_passed(index.size());
    std::size_t events = 0;
    std::vector<std::pair<const StoryNode*, std::size_t>> way;
    for (auto at = index.start(); at && !is_passed[*at]; at = index.usual(*at)) {
      is_passed[*at] = true;
      events += index.node(*at).events.size();
      if (!index.node(*at).events.empty()) way.emplace_back(&index.node(*at), events);
    }
    if (story_.achieved_arc.empty()) return;
    const bool is_measured = events == story_.achieved_arc.size() && std::ranges::all_of(way, [&](const auto& step) {
                               return std::abs(step.first->valence - story_.achieved_arc[step.second - 1]) < 1e-3;
                             });
    if (!is_measured) findings_.add("wrong_default", story_.graph.start, "the default choices are not the way whose arc was measured");
  }

 private:
  void check_words(const StoryNode& node) {
    if (!node.events.empty() && node.text.find_first_not_of(" \n\t\r") == std::string::npos) findings_.add("untold", node.id, "events without words");
    for (const std::string& slot : slots_) {
      if (node.text.contains(slot)) findings_.add("open_slot", node.id, fmt::format("'{}' stands in the text", slot));
    }
  }

  void check_event(const StoryNode& node, const StoryEvent& event) {
    if (is_beyond(event.rating, story_.request.max_rating))
      findings_.add("too_strong", node.id, fmt::format("'{}' is beyond the ratings asked for", event.schema));
    if (event.age > story_.request.max_age_rating) findings_.add("too_strong", node.id, fmt::format("'{}' is for those of {} years", event.schema, event.age));
    for (const Fact& fact : event.added) {
      const std::string* whom = harmed_by(fact);
      if (whom != nullptr && is_among(*whom, story_.request.protects))
        findings_.add("harmed", node.id, fmt::format("'{}' harms {}, who is protected", event.schema, *whom));
    }
    if (is_among(event.schema, story_.request.never)) findings_.add("forbidden", node.id, fmt::format("'{}' was never to be told", event.schema));
    if (is_outside(event.valence, -1) || is_outside(event.tension, 0)) {
      findings_.add("out_of_range", node.id, fmt::format("valence or tension of '{}' is out of range", event.schema));
    }
    for (const std::string& actor : event.actors) {
      const bool is_known = std::ranges::any_of(story_.bible.characters, [&](const BibleCharacter& one) { return one.role == actor || one.name == actor; });
      if (!is_known) findings_.add("unknown_actor", node.id, fmt::format("'{}' acts in '{}' and is nobody of the bible", actor, event.schema));
    }
  }

  static bool is_among(const std::string& name, const std::vector<std::string>& names) { return std::ranges::find(names, name) != names.end(); }

  const Story& story_;
  Findings& findings_;
  std::vector<std::string> slots_;
};

Changes check_all(const GraphIndex& index, const story::WorldRules& rules, Findings& findings) {
  story::check_graph(index, findings);
  if (!index.start()) return {};
  Changes changes = story::check_world(index, rules, findings);
  check_salience(index, changes, findings);
  return changes;
}

}  // namespace

std::vector<StoryFinding> check_story(const Story& story) {
  Findings findings;
  const GraphIndex index(story.graph);
  const auto& facts = story.bible.facts;
  check_all(index, {.beginning = {facts.begin(), facts.end()}, .promises = story.bible.setups, .must = story.request.must}, findings);
  Contract contract(story, findings);
  contract.check();
  if (index.start()) contract.check_default(index);
  return findings.take();
}

std::vector<StoryFinding> faults_of(const Story& story) {
  auto found = check_story(story);
  std::erase_if(found, [](const StoryFinding& finding) { return !is_fault(finding); });
  return found;
}

std::vector<StoryFinding> check_story(const StoryGraph& graph, const std::set<Fact>& beginning) {
  Findings findings;
  check_all(GraphIndex(graph), {.beginning = beginning, .promises = {}, .must = {}}, findings);
  auto found = findings.take();
  std::erase_if(found, [](const StoryFinding& finding) { return !is_fault(finding); });
  return found;
}

bool is_fault(const StoryFinding& finding) { return finding.kind != "thin_choice" && finding.kind != "wrong_default"; }

double least_salience(const StoryGraph& graph, const std::set<Fact>& beginning) {
  Findings findings;
  const GraphIndex index(graph);
  if (!index.start()) return 1;
  const Changes changes = story::check_world(index, {.beginning = beginning, .promises = {}, .must = {}}, findings);
  double least = 1;
  for (const std::uint32_t node : index.order()) least = std::min(least, least_distance(index, node, changes).value_or(1));
  return least;
}

}  // namespace cineloom
