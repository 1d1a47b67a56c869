#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "recommend/data/item_origins.h"

namespace cineloom {

/// The most popular items, which alone have rows in item-item matrices that are too large for all. Rising by number, so that
/// places rise with items.
struct ItemHead {
  static constexpr std::uint64_t kMostItems = 1ULL << 26U;  ///< a stored model that claims more is damaged: nothing is reserved for it

  std::vector<std::int32_t> item_at;   ///< by place
  std::vector<std::int32_t> place_of;  ///< by item; -1 = takes no part

  ItemHead() = default;
  ItemHead(std::vector<std::int32_t> items_by_place, std::size_t items) : item_at(std::move(items_by_place)), place_of(items, -1) {
    for (std::size_t place = 0; place < item_at.size(); ++place) place_of[static_cast<std::size_t>(item_at[place])] = static_cast<std::int32_t>(place);
  }

  /// The at most `most` (>= 1) items of the largest counts; among equals the first.
  template <class Count>
  static ItemHead of(std::span<const Count> counts, std::int32_t most) {
    std::vector<std::int32_t> items(counts.size());
    std::iota(items.begin(), items.end(), 0);
    std::ranges::stable_sort(items, std::greater(), [&](std::int32_t item) { return counts[static_cast<std::size_t>(item)]; });
    items.resize(std::min(items.size(), static_cast<std::size_t>(std::max(1, most))));
    std::ranges::sort(items);
    return {std::move(items), counts.size()};
  }

  /// Items numbered anew, new ones without a place. Returns by new place the old one.
  std::vector<std::int32_t> rearrange(ItemOrigins origins) {
    const std::vector<std::int32_t> old_place = rearranged(place_of, origins, -1);
    std::vector<std::int32_t> kept;
    std::vector<std::int32_t> items_by_place;
    for (std::size_t item = 0; item < old_place.size(); ++item) {
      if (old_place[item] < 0) continue;
      kept.push_back(old_place[item]);
      items_by_place.push_back(static_cast<std::int32_t>(item));
    }
    *this = ItemHead(std::move(items_by_place), origins.size());
    return kept;
  }

  [[nodiscard]] std::size_t size() const { return item_at.size(); }
  [[nodiscard]] std::size_t items() const { return place_of.size(); }
  /// Items are in range and rise, as of() makes them: for what was read from a file.
  [[nodiscard]] static bool is_sound(std::span<const std::int32_t> item_at, std::size_t items) {
    const auto is_item = [&](std::int32_t item) { return item >= 0 && std::cmp_less(item, items); };
    return std::ranges::all_of(item_at, is_item) && std::ranges::is_sorted(item_at, std::less_equal());
  }
};

}  // namespace cineloom
