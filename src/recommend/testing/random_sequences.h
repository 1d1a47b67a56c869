#pragma once

#include <cstdint>

#include "base/random.h"
#include "recommend/data/sequences.h"

namespace cineloom {

/// Users with fewer than `most` events each, drawn evenly from `items`: the same for the same seed.
inline Sequences random_sequences(std::int32_t users, std::int32_t items, std::uint64_t most, Seed seed) {
  Random random(seed);
  Sequences sequences{.item_count = items, .users = {}};
  for (std::int32_t user = 0; user < users; ++user) {
    auto& events = sequences.users.emplace_back();
    for (std::uint64_t left = random.below(most); left > 0; --left)
      events.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(items))));
  }
  return sequences;
}

}  // namespace cineloom
