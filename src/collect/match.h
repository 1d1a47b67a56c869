#pragma once

#include <span>

#include "domain/import.h"

namespace cineloom {

/// Gives imported films the key of the catalogue film that they are: same IMDb number, else same TMDB number, else same title
/// (any of the three, comparable form) with a year that differs by at most one. No match beats a wrong match: a title that
/// fits several films, or one without a year that fits any, is left as a film of its own.
/// Events and reviews of the batch follow. Returns how many films were matched.
int match_films(ImportBatch& batch, std::span<const Film> catalogue);

}  // namespace cineloom
