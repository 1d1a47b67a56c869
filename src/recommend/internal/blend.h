#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "recommend/taste_models.h"

namespace cineloom {

/// One viewer whose last likes are hidden from training.
struct Probe {
  std::size_t viewer = 0;             ///< place in ProbeSplit::known
  std::vector<std::int32_t> hidden;   ///< items, sorted
  std::vector<Timestamp> at;          ///< when each was liked
};

struct ProbeSplit {
  std::vector<Past> known;   ///< all viewers, without what is hidden
  std::vector<Probe> probes;
};

/// How many viewers are probed in a library of so many films: as many as wanted, but no more than memory should hold the answers of.
std::size_t most_probed(int wanted, std::size_t films);

/// Hides the last fifth of what up to `most` viewers liked (those with five likes or more, drawn by `seed`).
ProbeSplit hold_out_last(std::span<const Past> pasts, std::size_t most, Seed seed);

/// The weights that rank the hidden likes best by NDCG@20, found by coordinate search from `first`, and for the visit in which the
/// last known like fell choose_next_weight(); `models` were fitted on
/// `split.known`. Also measures the spread of scores among a viewer's hundred best.
BlendWeights choose_blend(const TasteModels& models, const ProbeSplit& split, const BlendWeights& first);

}  // namespace cineloom
