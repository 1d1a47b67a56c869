#pragma once

#include "recommend/internal/blend.h"

namespace cineloom {

/// Of the visit that goes on at `asked_at`: the first of the past's last films without a silence of half an hour between them;
/// asked_at itself for a visit that has none yet.
Timestamp begin_of_visit(const Past& past, Timestamp asked_at);

/// The weight of what follows what, by which the hidden likes of the visit in which a probe's last known likes fell are ranked best
/// by NDCG@10; 0 where fewer than twenty probes stopped in the middle of a visit. Over days the order of likes says nothing that
/// the likes do not; within a visit it says much.
double choose_next_weight(const TasteModels& models, const ProbeSplit& split, const BlendWeights& blend);

}  // namespace cineloom
