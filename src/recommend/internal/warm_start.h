#pragma once

#include "recommend/taste_models.h"

namespace cineloom {

/// The options with what the last model measured taken over: the weight of the item-item ridge and the width of intervals.
TasteOptions with_measured(TasteOptions options);

/// The options with the factors of liking going on from where the last model left them, in fewer sweeps. Not for a fit that is
/// measured on likes which the last model has learned: its factors would tell them (NDCG@20 .137 instead of .127 in the demo library).
TasteOptions going_on(TasteOptions options);

}  // namespace cineloom
