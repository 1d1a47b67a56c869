#pragma once

#include "recommend/models/cold_items.h"
#include "recommend/models/kernel_ridge.h"

namespace cineloom {

/// What a fit chooses for itself.
struct ColdSettings {
  std::vector<float> taste_weights;       ///< by group
  std::vector<float> popularity_weights;  ///< by group
  float taste_ridge = 6;                  ///< l of the map to factors
  float popularity_ridge = 6;             ///< l of the map to log(1 + events)
  float popularity_weight = 0.3F;         ///< g
  double ndcg = 0;
};

/// The warm items that teach.
struct WarmItems {
  std::vector<std::int32_t> items;  ///< rising
  std::vector<float> counts;        ///< events, by place in `items`
  SparseMatrix rows;                ///< [items, features]
  Matrix factors;                   ///< [items, k]
  std::vector<std::size_t> group_of;  ///< by feature
};

/// Tries settings on warm items: a quarter of them is hidden from users and map at a time, then ranked for users who like some.
Expected<ColdSettings> tune_cold_items(const ColdItemsLesson& lesson, const WarmItems& warm, ColdSettings settings, const ColdItemsOptions& options,
                                       Progress& progress, const CancelToken& cancel);

/// Standardised over `values`; all 0 where they do not differ.
void standardize_list(std::span<float> values);

}  // namespace cineloom
