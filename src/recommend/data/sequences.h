#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recommend/data/interactions.h"

namespace cineloom {

/// What users took one after another, oldest first: order is all that is left of time.
struct Sequences {
  std::int32_t item_count = 0;
  std::vector<std::vector<std::int32_t>> users;  ///< items in [0, item_count)

  static Sequences of(const Interactions& interactions);
  /// The same without the last `counts[user]` events of each user; a count above the length leaves nothing.
  [[nodiscard]] Sequences without_last(std::span<const std::int32_t> counts) const;
};

/// Where each item occurs: (user, position) of every event, by item, users rising.
struct Occurrences {
  struct Place {
    std::int32_t user = 0;
    std::int32_t position = 0;
  };
  std::vector<std::size_t> begins;  ///< item count + 1 entries
  std::vector<Place> places;

  static Occurrences of(const Sequences& sequences);
  [[nodiscard]] std::span<const Place> of_item(std::int32_t item) const {
    const auto index = static_cast<std::size_t>(item);
    return std::span(places).subspan(begins[index], begins[index + 1] - begins[index]);
  }
};

}  // namespace cineloom
