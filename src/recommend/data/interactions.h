#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/expected.h"
#include "math/sparse_matrix.h"

namespace cineloom {

/// What a user did with an item, by positions: models know users and items, not people and films.
struct Interaction {
  std::int32_t user = 0;
  std::int32_t item = 0;
  float value = 1;          ///< stars or another strength; 1 where it only happened
  std::int64_t time = 0;    ///< seconds since 1970, or any rising number
};

/// One entry of a user's past as models are asked about it.
struct HistoryEntry {
  std::int32_t item = 0;
  float value = 1;
  std::int64_t time = 0;
};

/// What is done with a user's second word about the same item.
enum class Repeats { KeepLast, KeepAll };

/// All that is known of who did what: grouped by user, oldest first, equal times in the order given.
class Interactions {
 public:
  Interactions() = default;
  /// Errors: InvalidArgument if a position lies outside [0, users) x [0, items) or a value is not finite.
  static Expected<Interactions> from(std::span<const Interaction> events, std::int32_t users, std::int32_t items, Repeats repeats = Repeats::KeepLast);

  [[nodiscard]] std::int32_t users() const { return static_cast<std::int32_t>(begins_.size() - 1); }
  [[nodiscard]] std::int32_t items() const { return items_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::span<const HistoryEntry> history(std::int32_t user) const;
  /// [users, items] of values.
  [[nodiscard]] SparseMatrix matrix() const;
  /// How many users touched each item.
  [[nodiscard]] std::vector<std::int32_t> item_counts() const;

 private:
  std::int32_t items_ = 0;
  std::vector<std::size_t> begins_{0};
  std::vector<HistoryEntry> entries_;
};

}  // namespace cineloom
