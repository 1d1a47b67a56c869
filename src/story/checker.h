#pragma once

#include <set>
#include <vector>

#include "domain/story.h"

namespace cineloom {

/// Looks for faults in a story graph, from the graph alone and without the planner's tables: ids used twice, choices that
/// lead nowhere, nodes that cannot be reached or from which no ending can be, loops, a missing default, choices that tell
/// the same, and events whose preconditions are not true on some path from `beginning`. Empty = sound.
std::vector<StoryFinding> check_story(const StoryGraph& graph, const std::set<Fact>& beginning);

}  // namespace cineloom
