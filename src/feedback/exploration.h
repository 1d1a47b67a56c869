#pragma once

#include "base/expected.h"
#include "base/random.h"
#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

/// How far a viewer's lists may stray from the best guess.
struct ExplorationOptions {
  double budget = 0.1;        ///< the viewer's wish, 0 (never) .. 1 (a full draw from the posterior)
  int evidence = 0;           ///< events known of the viewer, >= 0
  double half_evidence = 30;  ///< events after which the variance of the straying is halved, > 0
  double deviation = 1;       ///< standard deviation of the outcomes' noise, from held-out calibration, > 0
};

/// The factor s of the draw: budget * deviation * sqrt(half / (half + evidence)). The posterior itself tightens with evidence too;
/// this makes the lists of a well-known viewer settle. Errors: InvalidArgument for options out of range.
Expected<double> exploration_scale(const ExplorationOptions& options);

/// The seed of all draws of one visit: while it lasts the lists do not flicker.
Seed visit_seed(ViewerId viewer, Timestamp visit_begin);

}  // namespace cineloom
