#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "domain/story.h"

/// Ways to break a sound story, each in a place drawn by chance, for tests of the checker. What is broken is made sure of by walking every
/// path, with none of the checker's code.
namespace cineloom::testing {

struct Mutation {
  std::string_view name;
  std::vector<std::string_view> kinds;     ///< findings any of which tells of it
  bool (*apply)(Story& story, Random& random);  ///< false: it does not fit here, and the story is to be thrown away
};

namespace mutation {

inline StoryNode& any_node(Story& story, Random& random) { return story.graph.nodes[random.below(story.graph.nodes.size())]; }

template <class Fits>
StoryNode* any_node_that(Story& story, Random& random, Fits fits) {
  std::vector<StoryNode*> nodes;
  for (StoryNode& node : story.graph.nodes) {
    if (fits(node)) nodes.push_back(&node);
  }
  return nodes.empty() ? nullptr : nodes[random.below(nodes.size())];
}

inline StoryNode* any_decision(Story& story, Random& random) {
  return any_node_that(story, random, [](const StoryNode& node) { return node.choices.size() > 1; });
}
inline StoryNode* any_ending(Story& story, Random& random) {
  return any_node_that(story, random, [](const StoryNode& node) { return node.choices.empty(); });
}
inline StoryNode* any_told(Story& story, Random& random) {
  return any_node_that(story, random, [](const StoryNode& node) { return !node.events.empty(); });
}
inline StoryEvent* any_event(Story& story, Random& random) {
  StoryNode* node = any_told(story, random);
  return node == nullptr ? nullptr : &node->events[random.below(node->events.size())];
}
inline StoryNode& node_of(Story& story, const std::string& id) { return *std::ranges::find(story.graph.nodes, id, &StoryNode::id); }

/// True if on some path an event needs what is not so there. Walks all paths.
inline bool is_impossible(const Story& story, const std::string& id, std::set<Fact> facts) {
  const auto node = std::ranges::find(story.graph.nodes, id, &StoryNode::id);
  for (const StoryEvent& event : node->events) {
    if (!std::ranges::all_of(event.preconditions, [&](const Fact& fact) { return facts.contains(fact); })) return true;
    for (const Fact& fact : event.removed) facts.erase(fact);
    facts.insert(event.added.begin(), event.added.end());
  }
  return std::ranges::any_of(node->choices, [&](const StoryChoice& choice) { return is_impossible(story, choice.to, facts); });
}
inline bool is_impossible(const Story& story) { return is_impossible(story, story.graph.start, {story.bible.facts.begin(), story.bible.facts.end()}); }

/// An event that moves something from one place or owner to another forgets to take it away from the first.
inline bool keep_both(Story& story, Random& random, std::string_view predicate, bool is_by_object) {
  std::vector<std::pair<StoryEvent*, Fact>> moves;
  for (StoryNode& node : story.graph.nodes) {
    for (StoryEvent& event : node.events) {
      for (const Fact& gone : event.removed) {
        const bool is_needed = std::ranges::find(event.preconditions, gone) != event.preconditions.end();
        const bool has_successor = std::ranges::any_of(event.added, [&](const Fact& fact) {
          return fact.predicate == predicate && (is_by_object ? fact.object == gone.object : fact.subject == gone.subject) && fact != gone;
        });
        if (gone.predicate == predicate && is_needed && has_successor) moves.emplace_back(&event, gone);
      }
    }
  }
  if (moves.empty()) return false;
  auto& [event, gone] = moves[random.below(moves.size())];
  std::erase(event->removed, gone);
  return true;
}

inline StoryChoice choice_to(const std::string& node) { return {.id = "mutant", .label = {"Mutant", "变"}, .to = node}; }

/// Where the default choices lead.
inline std::vector<StoryNode*> default_way(Story& story) {
  std::vector<StoryNode*> way{&node_of(story, story.graph.start)};
  while (!way.back()->choices.empty()) way.push_back(&node_of(story, std::ranges::find(way.back()->choices, way.back()->default_choice, &StoryChoice::id)->to));
  return way;
}

}  // namespace mutation

/// All of them.
inline std::vector<Mutation> mutations() {
  using namespace mutation;
  return {{"no beginning", {"no_start"}, [](Story& s, Random&) { return !(s.graph.start = "nowhere").empty(); }},
          {"a choice leads nowhere",
           {"dangling"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node != nullptr) node->choices[r.below(node->choices.size())].to = "nowhere";
             return node != nullptr;
           }},
          {"a node nobody leads to",
           {"unreachable"},
           [](Story& s, Random& r) {
             StoryNode copy = any_node(s, r);
             copy.id = "orphan";
             s.graph.nodes.insert(s.graph.nodes.begin() + static_cast<std::ptrdiff_t>(r.below(s.graph.nodes.size() + 1)), copy);
             return true;
           }},
          {"an ending without its name",
           {"dead_end"},
           [](Story& s, Random& r) {
             any_ending(s, r)->ending.reset();
             return true;
           }},
          {"choices cut off",
           {"dead_end"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node == nullptr) return false;
             node->choices.clear();
             node->default_choice.clear();
             return true;
           }},
          {"a node twice",
           {"duplicate"},
           [](Story& s, Random& r) {
             s.graph.nodes.push_back(StoryNode(any_node(s, r)));
             return true;
           }},
          {"a choice twice",
           {"duplicate_choice"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node != nullptr) node->choices[0].id = node->choices[1].id;
             return node != nullptr;
           }},
          {"no default",
           {"no_default"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node != nullptr) node->default_choice.clear();
             return node != nullptr;
           }},
          {"another node's default",
           {"no_default"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             const StoryNode* other = any_decision(s, r);
             if (node == nullptr || std::ranges::find(node->choices, other->default_choice, &StoryChoice::id) != node->choices.end()) return false;
             node->default_choice = other->default_choice;
             return true;
           }},
          {"the wrong default",
           {"wrong_default"},
           [](Story& s, Random& r) {
             const auto way = default_way(s);
             StoryNode* node = way[r.below(way.size())];
             if (node->choices.size() < 2) return false;
             const std::string before = std::ranges::find(node->choices, node->default_choice, &StoryChoice::id)->to;
             const StoryChoice& other = node->choices[r.below(node->choices.size())];
             node->default_choice = other.id;
             return std::abs(node_of(s, before).valence - node_of(s, other.to).valence) > 0.01;
           }},
          {"an ending too early",
           {"early_ending"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node != nullptr) node->ending = LocalText{"End", "终"};
             return node != nullptr;
           }},
          {"an ending leads back",
           {"loop", "livelock"},
           [](Story& s, Random& r) {
             StoryNode* node = any_ending(s, r);
             node->ending.reset();
             node->choices = {choice_to(s.graph.start)};
             node->default_choice = "mutant";
             return true;
           }},
          {"a default goes round for ever",
           {"livelock"},
           [](Story& s, Random& r) {
             const auto way = default_way(s);
             StoryNode* node = way[r.below(way.size() - 1)];
             if (node->choices.empty()) return false;
             node->choices.push_back(choice_to(s.graph.start));
             node->default_choice = "mutant";
             return true;
           }},
          {"a room without a door",
           {"trapped"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node == nullptr) return false;
             node->choices.push_back(choice_to("trap"));
             s.graph.nodes.push_back({.id = "trap", .choices = {choice_to("trap")}, .default_choice = "mutant"});
             return true;
           }},
          {"two rooms without a door",
           {"trapped"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node == nullptr) return false;
             node->choices.push_back(choice_to("trap"));
             s.graph.nodes.push_back({.id = "trap", .choices = {choice_to("other trap")}, .default_choice = "mutant"});
             s.graph.nodes.push_back({.id = "other trap", .choices = {choice_to("trap")}, .default_choice = "mutant"});
             return true;
           }},
          {"two choices lead to the same",
           {"same_choice"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node != nullptr) node->choices[0].to = node->choices[1].to;
             return node != nullptr;
           }},
          {"a choice says nothing",
           {"no_label"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node == nullptr) return false;
             LocalText& label = node->choices[r.below(node->choices.size())].label;
             (r.below(2) == 0 ? label.english : label.chinese).clear();
             return true;
           }},
          {"two choices say the same",
           {"same_label"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node != nullptr) node->choices[0].label = node->choices[1].label;
             return node != nullptr;
           }},
          {"two ways do the same",
           {"same_effect"},
           [](Story& s, Random& r) {
             const StoryNode* node = any_decision(s, r);
             if (node == nullptr) return false;
             StoryNode& from = node_of(s, node->choices[0].to);
             const StoryNode& as = node_of(s, node->choices[1].to);
             if (as.events.empty()) return false;
             from.events = as.events;
             return true;
           }},
          {"an effect is forgotten",
           {"contradiction", "never_enabled"},
           [](Story& s, Random& r) {
             StoryEvent* event = any_event(s, r);
             if (event->added.empty()) return false;
             event->added.erase(event->added.begin() + static_cast<std::ptrdiff_t>(r.below(event->added.size())));
             return is_impossible(s);
           }},
          {"too much is taken away",
           {"contradiction", "never_enabled"},
           [](Story& s, Random& r) {
             const StoryEvent* other = any_event(s, r);
             if (other->preconditions.empty()) return false;
             const Fact fact = other->preconditions[r.below(other->preconditions.size())];
             any_event(s, r)->removed.push_back(fact);
             return is_impossible(s);
           }},
          {"an event is left out",
           {"contradiction", "never_enabled"},
           [](Story& s, Random& r) {
             StoryNode* node = any_told(s, r);
             node->events.erase(node->events.begin() + static_cast<std::ptrdiff_t>(r.below(node->events.size())));
             return is_impossible(s);
           }},
          {"events in another order",
           {"contradiction", "never_enabled"},
           [](Story& s, Random& r) {
             StoryNode* node = any_told(s, r);
             std::swap(node->events[r.below(node->events.size())], node->events[r.below(node->events.size())]);
             return is_impossible(s);
           }},
          {"the wrong event",
           {"contradiction", "never_enabled"},
           [](Story& s, Random& r) {
             const StoryEvent other = *any_event(s, r);
             *any_event(s, r) = other;
             return is_impossible(s);
           }},
          {"a need nothing meets",
           {"never_enabled"},
           [](Story& s, Random& r) {
             any_event(s, r)->preconditions.push_back({.predicate = "crowned", .subject = "hero", .object = ""});
             return true;
           }},
          {"a fact of another",
           {"contradiction", "never_enabled"},
           [](Story& s, Random& r) {
             StoryEvent* event = any_event(s, r);
             if (event->preconditions.empty()) return false;
             Fact& fact = event->preconditions[r.below(event->preconditions.size())];
             std::swap(fact.subject, fact.object);
             return is_impossible(s);
           }},
          {"at two places", {"contradiction"}, [](Story& s, Random& r) { return keep_both(s, r, "at", false); }},
          {"two owners", {"contradiction"}, [](Story& s, Random& r) { return keep_both(s, r, "has", true); }},
          {"the dead act",
           {"contradiction"},
           [](Story& s, Random& r) {
             StoryNode* node = any_decision(s, r);
             if (node == nullptr || node->events.empty()) return false;
             StoryNode& child = node_of(s, node->choices[r.below(node->choices.size())].to);
             if (child.events.empty()) return false;
             const std::string& who = s.bible.characters[r.below(s.bible.characters.size())].role;
             node->events.back().added.push_back({.predicate = "dead", .subject = who, .object = ""});
             child.events[r.below(child.events.size())].actors.push_back(who);
             return true;
           }},
          {"a promise nobody keeps",
           {"unpaid"},
           [](Story& s, Random& r) {
             s.bible.setups.emplace_back("vow");
             any_event(s, r)->added.push_back({.predicate = "vow", .subject = "hero", .object = "ally"});
             return true;
           }},
          {"too strong",
           {"too_strong"},
           [](Story& s, Random& r) {
             s.request.max_rating = {.violence = 3, .fear = 3, .sex = 3, .drugs = 3, .language = 3};
             ContentRating& rating = any_event(s, r)->rating;
             const std::array<int*, 5> parts{&rating.violence, &rating.fear, &rating.sex, &rating.drugs, &rating.language};
             *parts[r.below(parts.size())] = 4;
             return true;
           }},
          {"not for this age",
           {"too_strong"},
           [](Story& s, Random& r) {
             any_event(s, r)->age = s.request.max_age_rating + 1;
             return true;
           }},
          {"harm to somebody protected",
           {"harmed"},
           [](Story& s, Random& r) {
             constexpr std::array<const char*, 5> kHarms = {"broken", "dead", "held", "hurt", "wounded"};
             const std::string& who = s.bible.characters[r.below(s.bible.characters.size())].role;
             s.request.protects.push_back(who);
             const std::string harm = kHarms[r.below(kHarms.size())];
             any_event(s, r)->added.push_back({.predicate = harm, .subject = harm == "held" ? "foe" : who, .object = harm == "held" ? who : ""});
             return true;
           }},
          {"told though never wanted",
           {"forbidden"},
           [](Story& s, Random& r) {
             s.request.never.push_back(any_event(s, r)->schema);
             return true;
           }},
          {"asked for and not told",
           {"missing"},
           [](Story& s, Random& r) {
         // An event of an ending is told on the paths there only, if no other ending has it.
             const StoryNode* node = any_ending(s, r);
             if (node->events.empty()) return false;
             s.request.must.push_back(node->events.back().schema);
             const auto times = [&](const StoryNode& one) { return std::ranges::count(one.events, s.request.must.back(), &StoryEvent::schema); };
             return std::ranges::all_of(s.graph.nodes, [&](const StoryNode& one) { return &one == node || times(one) == 0; });
           }},
          {"a stranger acts",
           {"unknown_actor"},
           [](Story& s, Random& r) {
             any_event(s, r)->actors.emplace_back("stranger");
             return true;
           }},
          {"events without words",
           {"untold"},
           [](Story& s, Random& r) {
             any_told(s, r)->text = " \n";
             return true;
           }},
          {"a slot left open",
           {"open_slot"},
           [](Story& s, Random& r) {
             StoryNode* node = any_told(s, r);
             node->text.insert(r.below(2) == 0 ? 0 : node->text.size(), "{" + s.bible.characters[r.below(s.bible.characters.size())].role + "}");
             return true;
           }},
          {"fortune out of range",
           {"out_of_range"},
           [](Story& s, Random& r) {
             any_event(s, r)->valence = r.below(2) == 0 ? 1.5 : -3;
             return true;
           }},
          {"another beginning",
           {"contradiction", "never_enabled"},
           [](Story& s, Random& r) {
             if (s.bible.facts.empty()) return false;
             s.bible.facts.erase(s.bible.facts.begin() + static_cast<std::ptrdiff_t>(r.below(s.bible.facts.size())));
             return is_impossible(s);
           }},
          {"two beginnings", {"contradiction"}, [](Story& s, Random& r) {
             const auto at = std::ranges::find(s.bible.facts, "at", &Fact::predicate);
             if (at == s.bible.facts.end()) return false;
             s.bible.facts.push_back({.predicate = "at", .subject = at->subject, .object = r.below(2) == 0 ? "moon" : "sea"});
             return true;
           }}};
}

/// What became of `wanted` mutants of one kind.
struct MutationCount {
  int made = 0;
  int caught = 0;
};

/// Breaks copies of the stories until `wanted` mutants were made or `tries` were tried; `check` gives the kinds that were found.
template <class Check>
MutationCount count_caught(const Mutation& mutation, const std::vector<Story>& stories, int wanted, int tries, Check check) {
  Random random(derive_seed(1, mutation.name));
  MutationCount count;
  for (int i = 0; i < tries && count.made < wanted; ++i) {
    Story mutant = stories[random.below(stories.size())];
    if (!mutation.apply(mutant, random)) continue;
    ++count.made;
    const std::vector<StoryFinding> findings = check(mutant);
    const bool is_caught =
        std::ranges::any_of(findings, [&](const StoryFinding& finding) { return std::ranges::find(mutation.kinds, finding.kind) != mutation.kinds.end(); });
    count.caught += is_caught ? 1 : 0;
  }
  return count;
}

}  // namespace cineloom::testing
