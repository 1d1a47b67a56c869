#pragma once

#include "recommend/taste_models.h"

namespace cineloom {

/// The options with the parts that may shrink made to fit the memory: the item-item weights keep the most popular films only.
/// Errors: ResourceExhausted with the estimate where the rest does not fit.
Expected<TasteOptions> within_memory(TasteOptions options, std::size_t films, std::size_t events);

}  // namespace cineloom
