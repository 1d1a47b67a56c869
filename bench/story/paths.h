#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/story.h"

/// What is measured of a story, from its graph alone: nothing here knows the planner or its tables.
namespace cineloom::bench {

/// The nodes of one way from the beginning to an ending.
using StoryPath = std::vector<const StoryNode*>;

/// Every way through the graph, at most `most`; a way that comes back to a node of its own ends there.
std::vector<StoryPath> paths_of(const StoryGraph& graph, std::size_t most);

/// The way that is taken when nobody chooses.
StoryPath default_path(const StoryGraph& graph);

std::vector<const StoryEvent*> events_on(const StoryPath& path);

/// Preconditions that are not true when their event happens.
int violations_on(const StoryPath& path, const std::set<Fact>& beginning);

/// Share of the events from which a chain of causes leads to the last event: one makes true what the next needs (Trabasso and van den Broek).
double causal_connectivity(const StoryPath& path);

/// Least Jaccard distance, over the choices on the way, between the facts that two siblings' nodes change (Cardona-Rivera 2014); 1 without choices.
double least_salience(const StoryPath& path, const StoryGraph& graph, const std::set<Fact>& beginning);

/// Pearson correlation of the protagonist's fortune along the way with the arc asked for, sampled at the events.
double arc_correlation(const StoryPath& path, ArcShape arc, double beginning);

/// Acts of people on a way, and those that are explained: what they change raises the summed weight of what the person wants, or makes
/// possible one of the next two acts of the same person that does (Riedl and Young 2010; Ware and Young 2014). Acts out of feeling are counted apart.
struct Intentionality {
  int acts = 0;
  int explained = 0;
  int feelings = 0;
};
Intentionality intentionality(const StoryPath& path, const Bible& bible);

/// Promises made on a way and those that a later event takes up.
struct Setups {
  int planted = 0;
  int paid = 0;
};
Setups setups_on(const StoryPath& path, const Bible& bible);

/// What is told along the way.
std::string text_of(const StoryPath& path);

struct Diversity {
  double distinct2 = 0;  ///< unique bigrams of all bigrams
  double rep4 = 0;       ///< 1 - unique 4-grams of all
};

/// Of the first `words` words (Chinese: of that many characters); nothing where the text is shorter.
std::vector<std::string> words_of(const std::string& text, bool is_chinese);
Diversity diversity_of(const std::vector<std::string>& words);

}  // namespace cineloom::bench
