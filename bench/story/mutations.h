#pragma once

#include "report.h"

namespace cineloom::bench {

/// How many broken stories the checker tells: every operator of story/testing/mutations.h a hundred times over sound stories.
void measure_mutations(Report& report);

}  // namespace cineloom::bench
