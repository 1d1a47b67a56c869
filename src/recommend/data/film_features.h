#pragma once

#include <vector>

#include "domain/film.h"
#include "recommend/data/item_features.h"

namespace cineloom {

/// The headings under which a film is described.
std::vector<FeatureGroup> film_feature_groups();

/// What the catalogue says of a film, in the order of the headings.
ItemDescription describe_film(const Film& film);

}  // namespace cineloom
