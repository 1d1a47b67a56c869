#pragma once

#include <span>
#include <vector>

#include "domain/slate.h"

namespace cineloom {

/// What followed each shown film: the viewer's actions on it within `window` of the showing and before it was shown again (an
/// action belongs to the last list that showed the film before it). The strongest response counts: liking (a like, or 4 stars
/// and more), watching (also abandoning and any rating), hiding, skipping. In order of the slates, then position.
/// `slates` and `events` of any viewers, in any order.
std::vector<ShownFilm> join_outcomes(std::span<const Slate> slates, std::span<const Event> events, std::chrono::hours window = std::chrono::hours(24 * 7));

/// Whether the film was watched, liked or rated.
bool is_taken(const ShownFilm& shown);

}  // namespace cineloom
