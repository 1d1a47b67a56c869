#pragma once

#include <span>
#include <vector>

#include "domain/knowledge.h"

namespace cineloom::fuse {

/// What the cues of a film say, line by line: two speakers of one cue (on lines that begin with a dash) apart, labels
/// ("MIRA: ...") as speakers, sounds in brackets and songs marked as such, advertisements left out. Where a scanner read
/// every I as l, it is an I again.
std::vector<Line> spoken_lines(std::span<const Cue> cues);

}  // namespace cineloom::fuse
