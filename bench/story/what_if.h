#pragma once

#include "report.h"

namespace cineloom::bench {

/// Forty changes by seed on the demo film and on two screenplays: whether each is honoured, and how much of what it cannot reach is kept, by
/// rules that share nothing with the repair.
void measure_what_if(Report& report);

}  // namespace cineloom::bench
