#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "domain/event_table.h"
#include "recommend/data/interactions.h"

namespace cineloom {

/// Events of a table that a protocol uses, with users and items numbered anew so that each has at least one event.
struct PreparedEvents {
  std::vector<TableEvent> events;      ///< in the order of the table
  std::vector<std::int32_t> user_of;   ///< position in the table by new number
  std::vector<std::int32_t> item_of;

  [[nodiscard]] std::int32_t users() const { return static_cast<std::int32_t>(user_of.size()); }
  [[nodiscard]] std::int32_t items() const { return static_cast<std::int32_t>(item_of.size()); }
};

enum class WantedEvents { All, Positive };

/// `least_user`, `least_item`: events that a user or item must have at least, 0 = none; items are counted first, users then
/// (once, as published splits do). Users are numbered in the table's order, items by lot of `seed`: files often name popular items
/// early, and equal scores are ranked by number, so the table's order would lend knowledge to models that have none.
PreparedEvents prepare_events(const EventTable& table, WantedEvents wanted, std::size_t least_user, std::size_t least_item, Seed seed);

/// By user, oldest first; equal times keep the order of the table.
std::vector<std::vector<TableEvent>> by_user(const PreparedEvents& prepared);

/// What rankings learn from: that it happened, not how strongly. Published protocols binarise the same way.
inline HistoryEntry entry_of(const TableEvent& event) { return {.item = event.item, .value = 1, .time = event.time}; }
inline Interaction event_of(const TableEvent& event) { return {.user = event.user, .item = event.item, .value = 1, .time = event.time}; }
/// The same with its stars.
inline Interaction rating_of(const TableEvent& event) { return {.user = event.user, .item = event.item, .value = event.value, .time = event.time}; }

}  // namespace cineloom
