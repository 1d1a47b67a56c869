#include "recommend/internal/warm_start.h"

namespace cineloom {

TasteOptions with_measured(TasteOptions options) {
  if (!options.last) return options;
  const TasteModels& last = *options.last->models;
  if (last.together() && !options.together.regularization) options.together.regularization = last.together()->regularization();
  if (last.stars() && !options.stars.widening) options.stars.widening = last.stars()->widening();
  return options;
}

TasteOptions going_on(TasteOptions options) {
  if (!options.last || !options.last->models->likes()) return options;
  const Matrix& items = options.last->models->likes()->item_factors();
  if (std::cmp_not_equal(items.columns(), options.likes.factors)) return options;
  options.likes.first_items = &items;
  options.likes.sweeps = options.warm_sweeps;
  return options;
}

}  // namespace cineloom
