#pragma once

#include <span>
#include <vector>

#include "fuse/internal/heard_lines.h"

namespace cineloom::fuse {

/// Places lines between two that were found side by side: what is written between them is aligned with what is heard; a line
/// that shares no word belongs where only one speech is possible. `found` has, per line, its chosen candidate; a speech of
/// -1 = none.
void fill_gaps(std::span<const HeardLine> lines, std::span<const Candidate> found, const WrittenWords& written, std::vector<Placement>& placements);

}  // namespace cineloom::fuse
