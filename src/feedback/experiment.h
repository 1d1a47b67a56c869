#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/experiment.h"
#include "domain/slate.h"

namespace cineloom {

/// The variant a viewer belongs to, as a position in `variants`: a keyed hash of the viewer under the experiment's salt and name,
/// so nothing is stored, it never changes, and experiments are independent of each other. `experiment` as the store accepts it.
std::size_t variant_of(const Experiment& experiment, ViewerId viewer);

/// Under which name a variant's lists are logged. Of a list that several experiments had a hand in, the names are joined by '+'.
std::string ranker_name(const Experiment& experiment, const Variant& variant);
/// The experiment's variant that a list was made by, as a position in `variants`; none if it had no hand in it.
std::optional<std::size_t> variant_in(const Experiment& experiment, std::string_view ranker);

/// By inverse propensities, self-normalised (feedback/off_policy.h), of lists that are as old as `window`. The propensity of a list is its
/// ranker's chance, or the variant's share where shares decide. Variants without such lists are left out.
std::vector<VariantEstimate> estimate_variants(const Experiment& experiment, std::span<const ShownFilm> shown, Timestamp now,
                                               std::chrono::hours window = std::chrono::hours(24 * 7));

/// How a bandit has each variant make lists from now on, by how lists that are a day old fared: chances in the order of the variants, summing to 1.
std::vector<double> adapted_chances(const Experiment& experiment, std::span<const ShownFilm> shown, Timestamp now);
/// The variant that makes a viewer's lists on that day, with these chances. Unlike neighbouring days and viewers, and the same all day.
std::size_t variant_of_day(const Experiment& experiment, ViewerId viewer, Timestamp now, std::span<const double> chances);

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

/// Of an experiment whose lists a bandit deals out the tests say nothing, and are not done: its estimates do.
/// Compares each variant with the first one by tests that may be looked at at any time (feedback/sequential.h); alpha is shared by
/// the variants (Bonferroni). Outcomes of viewers that were not exposed are passed over.
/// Errors: InvalidArgument for an alpha outside 0 .. 1, an outcome that is not finite (or not 0 or 1 for Watched), or an exposure to
/// a variant that there is not.
Expected<ExperimentReport> judge(const Experiment& experiment, std::span<const Exposure> exposures, std::span<const ViewerOutcome> outcomes,
                                 double alpha = 0.05);

}  // namespace cineloom
