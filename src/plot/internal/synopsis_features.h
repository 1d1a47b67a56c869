#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "plot/synopsis_turns.h"

namespace cineloom::plot {

enum class FeatureGroup : std::uint8_t { Place, Shape, Word };

struct SynopsisFeature {
  std::uint64_t feature = 0;
  float value = 0;
  FeatureGroup group = FeatureGroup::Word;
};

/// What is known of each sentence: its place as powers of its share of the text, its length, who is named for the first time and how
/// many, how much its surroundings change, the beginnings of its words and, weaker, of its neighbours'.
std::vector<std::vector<SynopsisFeature>> synopsis_features(std::span<const std::string_view> sentences);

/// Belief that each point lies in each sentence, from `scores` [sentences] of each kind, given that the points come in order.
/// Result [kind][sentence]; rows sum to 1. At least five sentences.
std::vector<std::vector<double>> ordered_beliefs(std::span<const std::array<double, SynopsisTurnModel::kKinds>> scores);

/// The sentence with the least expected distance: where half the belief is reached.
std::size_t middle_of(std::span<const double> beliefs);

}  // namespace cineloom::plot
