#pragma once

#include "story/internal/findings.h"
#include "story/internal/graph_index.h"

namespace cineloom::story {

/// Faults of the graph itself: names, choices, what can be reached and what can be left.
void check_graph(const GraphIndex& index, Findings& findings);

}  // namespace cineloom::story
