#pragma once

#include <vector>

#include "data.h"
#include "recommend/data/item_features.h"

namespace cineloom::bench {

/// What a catalogue says about the films of ml-1m: movies.dat (genres, title, year), ml-1m-extra (certificate, genres, director,
/// writers, cast, plot) and the list of US films at Wikipedia, matched by title and year (cast, genres, extract).
struct FilmFeatures {
  std::vector<FeatureGroup> groups;
  std::vector<ItemDescription> films;  ///< by item, in the order of the ids asked for
};
/// NotFound where the catalogue is absent.
Expected<FilmFeatures> load_film_features(std::span<const std::int32_t> film_ids);

/// The sparse rows of `films`, each group times the weight declared for it.
Expected<SparseMatrix> declared_content(const FilmFeatures& films);

}  // namespace cineloom::bench
