#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "domain/story.h"

namespace cineloom {

/// How long a fact is so, and on which branches.
struct FactSpan {
  Fact fact;
  std::string source;              ///< kind of its source in the bible, or "planner"
  std::string since;               ///< id of the node in which it comes about; empty = from the beginning
  std::string schema;              ///< of the event that brings it about; empty = from the beginning
  std::vector<std::string> nodes;  ///< at whose end it is so on at least one path, in the graph's order
  std::vector<std::string> known_by;  ///< roles that know of it from then on
};
BOOST_DESCRIBE_STRUCT(FactSpan, (), (fact, source, since, schema, nodes, known_by))

/// All facts of a story: those of its beginning first, then in the order of the nodes. Empty for a graph with a loop, which check_story names.
/// At most as many as there are facts at the beginning and added by events.
std::vector<FactSpan> chronicle_of(const Story& story);

}  // namespace cineloom
