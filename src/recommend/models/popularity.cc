#include "recommend/models/popularity.h"

#include <algorithm>

namespace cineloom {

Popularity::Popularity(const Interactions& interactions) {
  for (const std::int32_t count : interactions.item_counts()) counts_.push_back(static_cast<float>(count));
}

void Popularity::score(std::span<const HistoryEntry>, std::span<float> scores) const { std::ranges::copy(counts_, scores.begin()); }

}  // namespace cineloom
