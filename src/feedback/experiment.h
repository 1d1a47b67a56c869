#pragma once

#include <span>
#include <vector>

#include "base/expected.h"
#include "domain/experiment.h"
#include "domain/slate.h"

namespace cineloom {

/// The variant a viewer belongs to, as a position in `variants`: a keyed hash of the viewer under the experiment's salt and name,
/// so nothing is stored, it never changes, and experiments are independent of each other. `experiment` as the store accepts it.
std::size_t variant_of(const Experiment& experiment, ViewerId viewer);

/// What became of one viewer in an experiment.
struct ViewerOutcome {
  ViewerId viewer;
  double value = 0;  ///< 0 or 1 for Watched, stars for Stars
  Timestamp at;      ///< when it was known
};

/// One outcome per exposed viewer from the films shown since their exposure: Watched is known once `patience` has passed since the
/// exposure; Stars once the viewer has rated a shown film (the first one's stars count).
std::vector<ViewerOutcome> viewer_outcomes(const Experiment& experiment, std::span<const Exposure> exposures, std::span<const ShownFilm> shown, Timestamp now,
                                           std::chrono::hours patience = std::chrono::hours(24 * 7));

/// Compares each variant with the first one by tests that may be looked at at any time (feedback/sequential.h); alpha is shared by
/// the variants (Bonferroni). Outcomes of viewers that were not exposed are passed over.
/// Errors: InvalidArgument for an alpha outside 0 .. 1, an outcome that is not finite (or not 0 or 1 for Watched), or an exposure to
/// a variant that there is not.
Expected<ExperimentReport> judge(const Experiment& experiment, std::span<const Exposure> exposures, std::span<const ViewerOutcome> outcomes,
                                 double alpha = 0.05);

}  // namespace cineloom
