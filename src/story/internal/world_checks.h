#pragma once

#include <set>
#include <string>
#include <vector>

#include "story/internal/findings.h"
#include "story/internal/graph_index.h"

namespace cineloom::story {

/// What has to hold in a story's world.
struct WorldRules {
  std::set<Fact> beginning;
  std::vector<std::string> promises;  ///< predicates of facts that a later event needs or ends, on every path
  std::vector<std::string> must;      ///< events that happen on every path
};

/// Faults of what is true: events that cannot happen, the dead who act, things at two places, promises nobody keeps. Gives per node which
/// facts it changes, as FactFlow::run does.
std::vector<std::vector<std::uint32_t>> check_world(const GraphIndex& index, const WorldRules& rules, Findings& findings);

/// Jaccard distance of two sets of changes, each in order; 0 for two empty ones.
double distance_between(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b);

}  // namespace cineloom::story
