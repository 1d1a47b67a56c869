#include "paths.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "math/statistics.h"
#include "story/story_engine.h"

namespace cineloom::bench {
namespace {

using Nodes = std::map<std::string, const StoryNode*>;

Nodes nodes_of(const StoryGraph& graph) {
  Nodes nodes;
  for (const StoryNode& node : graph.nodes) nodes.emplace(node.id, &node);
  return nodes;
}

void walk(const Nodes& nodes, const std::string& id, StoryPath& path, std::vector<StoryPath>& paths, std::size_t most) {
  const auto found = nodes.find(id);
  if (found == nodes.end() || paths.size() >= most || std::ranges::find(path, found->second) != path.end()) return;
  path.push_back(found->second);
  if (found->second->choices.empty()) paths.push_back(path);
  for (const StoryChoice& choice : found->second->choices) walk(nodes, choice.to, path, paths, most);
  path.pop_back();
}

void happen(const StoryNode& node, std::set<Fact>& facts) {
  for (const StoryEvent& event : node.events) {
    for (const Fact& fact : event.removed) facts.erase(fact);
    facts.insert(event.added.begin(), event.added.end());
  }
}

std::set<Fact> changes_of(const StoryNode& node, const std::set<Fact>& before) {
  std::set<Fact> after = before;
  happen(node, after);
  std::set<Fact> changes;
  std::ranges::set_symmetric_difference(before, after, std::inserter(changes, changes.end()));
  return changes;
}

double jaccard_distance(const std::set<Fact>& a, const std::set<Fact>& b) {
  const auto shared = static_cast<double>(std::ranges::count_if(a, [&](const Fact& change) { return b.contains(change); }));
  const double all = static_cast<double>(a.size() + b.size()) - shared;
  return all > 0 ? 1 - shared / all : 0;
}

template <std::size_t kLength>
double unique_share(const std::vector<std::string>& words) {
  std::set<std::vector<std::string>> unique;
  std::size_t count = 0;
  for (std::size_t i = 0; i + kLength <= words.size(); ++i, ++count) {
    unique.emplace(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i + kLength));
  }
  return count > 0 ? static_cast<double>(unique.size()) / static_cast<double>(count) : 1;
}

}  // namespace

std::vector<StoryPath> paths_of(const StoryGraph& graph, std::size_t most) {
  std::vector<StoryPath> paths;
  StoryPath path;
  walk(nodes_of(graph), graph.start, path, paths, most);
  return paths;
}

StoryPath default_path(const StoryGraph& graph) {
  const Nodes nodes = nodes_of(graph);
  StoryPath path;
  for (auto at = nodes.find(graph.start); at != nodes.end() && path.size() < nodes.size();) {
    path.push_back(at->second);
    const auto choice = std::ranges::find(at->second->choices, at->second->default_choice, &StoryChoice::id);
    at = choice == at->second->choices.end() ? nodes.end() : nodes.find(choice->to);
  }
  return path;
}

std::vector<const StoryEvent*> events_on(const StoryPath& path) {
  std::vector<const StoryEvent*> events;
  for (const StoryNode* node : path) {
    for (const StoryEvent& event : node->events) events.push_back(&event);
  }
  return events;
}

int violations_on(const StoryPath& path, const std::set<Fact>& beginning) {
  std::set<Fact> facts = beginning;
  int violations = 0;
  for (const StoryEvent* event : events_on(path)) {
    violations += static_cast<int>(std::ranges::count_if(event->preconditions, [&](const Fact& fact) { return !facts.contains(fact); }));
    for (const Fact& fact : event->removed) facts.erase(fact);
    facts.insert(event->added.begin(), event->added.end());
  }
  return violations;
}

double causal_connectivity(const StoryPath& path) {
  const auto events = events_on(path);
  if (events.empty()) return 1;
  std::map<Fact, std::size_t> made_by;
  std::vector<std::vector<std::size_t>> causes(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (const Fact& fact : events[i]->preconditions) {
      if (const auto maker = made_by.find(fact); maker != made_by.end()) causes[i].push_back(maker->second);
    }
    for (const Fact& fact : events[i]->removed) made_by.erase(fact);
    for (const Fact& fact : events[i]->added) made_by[fact] = i;
  }
  std::vector<bool> leads_on(events.size(), false);
  leads_on.back() = true;
  for (std::size_t i = events.size(); i-- > 0;) {
    if (!leads_on[i]) continue;
    for (const std::size_t cause : causes[i]) leads_on[cause] = true;
  }
  return static_cast<double>(std::ranges::count(leads_on, true)) / static_cast<double>(events.size());
}

namespace {

/// For each event on a way, those before it that made true what it needs, directly or not; itself too.
std::vector<std::set<std::size_t>> causes_on(const std::vector<const StoryEvent*>& events) {
  std::map<Fact, std::size_t> made_by;
  std::vector<std::set<std::size_t>> causes(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    causes[i].insert(i);
    for (const Fact& fact : events[i]->preconditions) {
      if (const auto maker = made_by.find(fact); maker != made_by.end()) causes[i].insert(causes[maker->second].begin(), causes[maker->second].end());
    }
    for (const Fact& fact : events[i]->removed) made_by.erase(fact);
    for (const Fact& fact : events[i]->added) made_by[fact] = i;
  }
  return causes;
}

double utility(const BibleCharacter& character, const std::set<Fact>& facts) {
  double sum = 0;
  for (const StoryGoal& goal : character.goals) sum += facts.contains(goal.fact) ? goal.weight : 0;
  return sum;
}

void judge(const BibleCharacter& character, const std::vector<const StoryEvent*>& events, const std::vector<std::set<Fact>>& states, Intentionality& judged) {
  const auto causes = causes_on(events);
  std::vector<std::size_t> acts;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i]->motive == "goal" && std::ranges::find(events[i]->actors, character.role) != events[i]->actors.end()) acts.push_back(i);
  }
  const auto gains = [&](std::size_t act) { return utility(character, states[act + 1]) > utility(character, states[act]); };
  for (std::size_t i = 0; i < acts.size(); ++i) {
    bool is_explained = false;
    for (std::size_t later = i; later < std::min(i + 3, acts.size()); ++later) {
      is_explained = is_explained || (causes[acts[later]].contains(acts[i]) && gains(acts[later]));
    }
    ++judged.acts;
    judged.explained += is_explained ? 1 : 0;
  }
}

}  // namespace

Intentionality intentionality(const StoryPath& path, const Bible& bible) {
  const auto events = events_on(path);
  std::vector<std::set<Fact>> states = {{bible.facts.begin(), bible.facts.end()}};
  Intentionality judged;
  for (const StoryEvent* event : events) {
    states.push_back(states.back());
    for (const Fact& fact : event->removed) states.back().erase(fact);
    states.back().insert(event->added.begin(), event->added.end());
    judged.feelings += event->motive == "feeling" ? 1 : 0;
  }
  for (const BibleCharacter& character : bible.characters) judge(character, events, states, judged);
  return judged;
}

Setups setups_on(const StoryPath& path, const Bible& bible) {
  Setups setups;
  std::set<Fact> facts(bible.facts.begin(), bible.facts.end());
  std::set<Fact> open;
  for (const StoryEvent* event : events_on(path)) {
    for (const Fact& fact : event->preconditions) setups.paid += static_cast<int>(open.erase(fact));
    for (const Fact& fact : event->added) {
      const bool is_promise = std::ranges::find(bible.setups, fact.predicate) != bible.setups.end();
      if (is_promise && !facts.contains(fact) && open.insert(fact).second) ++setups.planted;
    }
    for (const Fact& fact : event->removed) facts.erase(fact);
    facts.insert(event->added.begin(), event->added.end());
  }
  return setups;
}

double least_salience(const StoryPath& path, const StoryGraph& graph, const std::set<Fact>& beginning) {
  const Nodes nodes = nodes_of(graph);
  std::set<Fact> facts = beginning;
  double least = 1;
  for (const StoryNode* node : path) {
    happen(*node, facts);
    std::vector<std::set<Fact>> changes;
    for (const StoryChoice& choice : node->choices) {
      const auto change = changes_of(*nodes.at(choice.to), facts);
      for (const auto& sibling : changes) least = std::min(least, jaccard_distance(change, sibling));
      changes.push_back(change);
    }
  }
  return least;
}

double arc_correlation(const StoryPath& path, ArcShape arc, double beginning) {
  const auto events = events_on(path);
  std::vector<double> asked;
  std::vector<double> told;
  double fortune = beginning;
  for (std::size_t i = 0; i < events.size(); ++i) {
    fortune = std::clamp(fortune + events[i]->valence, -1.0, 1.0);
    told.push_back(fortune);
    asked.push_back(arc_target(arc, static_cast<double>(i + 1) / static_cast<double>(events.size())));
  }
  return pearson(asked, told);
}

std::string text_of(const StoryPath& path) {
  std::string text;
  for (const StoryNode* node : path) text += (text.empty() ? "" : "\n") + node->text;
  return text;
}

std::vector<std::string> words_of(const std::string& text, bool is_chinese) {
  std::vector<std::string> words;
  std::string word;
  const auto close = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '\'';
    if (is_chinese && byte >= 0xE4 && byte <= 0xE9 && i + 2 < text.size()) {  // the block of common characters
      close();
      words.push_back(text.substr(i, 3));
      i += 2;
    } else if (is_letter) {
      word += static_cast<char>(byte | (byte == '\'' ? 0U : 0x20U));
    } else {
      close();
    }
  }
  close();
  return words;
}

Diversity diversity_of(const std::vector<std::string>& words) { return {unique_share<2>(words), 1 - unique_share<4>(words)}; }

}  // namespace cineloom::bench
