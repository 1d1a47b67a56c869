#pragma once

#include "data.h"
#include "film_features.h"

namespace cineloom::bench {

/// The frozen split of ml-1m with what is said of its films: what private training is measured on.
struct PrivateData {
  StrongSplit split;
  SparseMatrix seen;     ///< training viewers, ones
  SparseMatrix content;
};

inline Expected<PrivateData> load_private_data() {
  PrivateData data;
  CINELOOM_TRY_ASSIGN(data.split, load_strong());
  CINELOOM_TRY_ASSIGN(const FilmFeatures films, load_film_features(data.split.item_ids));
  CINELOOM_TRY_ASSIGN(data.content, declared_content(films));
  data.seen = data.split.train.matrix();
  std::ranges::fill(data.seen.values, 1.0F);
  return data;
}

}  // namespace cineloom::bench
