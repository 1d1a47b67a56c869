#pragma once

#include <set>
#include <vector>

#include "domain/slate.h"
#include "store/store.h"

namespace cineloom {

/// What these viewers did; reads no events of others unless they are so many that reading all is quicker. In order of viewer, then time, or of time.
/// Errors: those of the store.
Expected<std::vector<Event>> events_of_all(Store& store, const std::set<ViewerId>& viewers);

/// The chosen lists with what followed (join_outcomes). Errors: those of the store.
Expected<std::vector<ShownFilm>> shown_with_outcomes(Store& store, const SlateQuery& query);

}  // namespace cineloom
