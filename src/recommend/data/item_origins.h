#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"

namespace cineloom {

/// Items numbered anew: by new number the old one, or kNewItem. Old items that are not named are gone.
using ItemOrigins = std::span<const std::int32_t>;
inline constexpr std::int32_t kNewItem = -1;

/// The values in the new order; `of_new` for items that are new.
template <class T>
std::vector<T> rearranged(const std::vector<T>& values, ItemOrigins origins, T of_new) {
  std::vector<T> moved;
  moved.reserve(origins.size());
  for (const std::int32_t origin : origins) moved.push_back(origin == kNewItem ? of_new : values[static_cast<std::size_t>(origin)]);
  return moved;
}

/// The rows in the new order; zeros for items that are new.
inline Matrix rearranged(const Matrix& rows, ItemOrigins origins) {
  Matrix moved(origins.size(), rows.columns());
  for (std::size_t item = 0; item < origins.size(); ++item) {
    if (origins[item] != kNewItem) std::ranges::copy(rows.row(static_cast<std::size_t>(origins[item])), moved.row(item).begin());
  }
  return moved;
}

/// The rows and columns of these places, in their order.
inline Matrix square_part(const Matrix& square, std::span<const std::int32_t> places) {
  Matrix part(places.size(), places.size());
  for (std::size_t row = 0; row < places.size(); ++row) {
    const auto from = square.row(static_cast<std::size_t>(places[row]));
    std::ranges::transform(places, part.row(row).begin(), [&](std::int32_t column) { return from[static_cast<std::size_t>(column)]; });
  }
  return part;
}

}  // namespace cineloom
