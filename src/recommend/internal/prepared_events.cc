#include "recommend/internal/prepared_events.h"

#include <algorithm>

namespace cineloom {
namespace {

/// Drops events of users or items with too few.
void drop_rare(std::vector<TableEvent>& events, std::int32_t TableEvent::* side, std::size_t size, std::size_t least) {
  if (least < 2) return;
  std::vector<std::size_t> counts(size, 0);
  for (const TableEvent& event : events) ++counts[static_cast<std::size_t>(event.*side)];
  std::erase_if(events, [&](const TableEvent& event) { return counts[static_cast<std::size_t>(event.*side)] < least; });
}

/// Old positions that still have events, rising.
std::vector<std::int32_t> positions_left(const std::vector<TableEvent>& events, std::int32_t TableEvent::* side, std::size_t size) {
  std::vector<std::uint8_t> is_left(size, 0);
  for (const TableEvent& event : events) is_left[static_cast<std::size_t>(event.*side)] = 1;
  std::vector<std::int32_t> old;
  for (std::size_t at = 0; at < size; ++at) {
    if (is_left[at] != 0) old.push_back(static_cast<std::int32_t>(at));
  }
  return old;
}

/// Numbers one side anew: the position in `old` takes the old position's place.
void renumber(std::vector<TableEvent>& events, std::int32_t TableEvent::* side, std::size_t size, const std::vector<std::int32_t>& old) {
  std::vector<std::int32_t> number(size, -1);
  for (std::size_t at = 0; at < old.size(); ++at) number[static_cast<std::size_t>(old[at])] = static_cast<std::int32_t>(at);
  for (TableEvent& event : events) event.*side = number[static_cast<std::size_t>(event.*side)];
}

}  // namespace

PreparedEvents prepare_events(const EventTable& table, WantedEvents wanted, std::size_t least_user, std::size_t least_item, Seed seed) {
  PreparedEvents prepared;
  const bool is_all = wanted == WantedEvents::All || table.meaning != ValueMeaning::Rating;
  prepared.events.reserve(table.events.size());
  for (const TableEvent& event : table.events) {
    if (is_all || static_cast<double>(event.value) >= table.positive_from) prepared.events.push_back(event);
  }
  drop_rare(prepared.events, &TableEvent::item, table.items.size(), least_item);
  drop_rare(prepared.events, &TableEvent::user, table.users.size(), least_user);
  prepared.user_of = positions_left(prepared.events, &TableEvent::user, table.users.size());
  prepared.item_of = positions_left(prepared.events, &TableEvent::item, table.items.size());
  Random random(derive_seed(seed, "item numbers"));
  for (std::size_t at = prepared.item_of.size(); at > 1; --at) std::swap(prepared.item_of[at - 1], prepared.item_of[random.below(at)]);
  renumber(prepared.events, &TableEvent::user, table.users.size(), prepared.user_of);
  renumber(prepared.events, &TableEvent::item, table.items.size(), prepared.item_of);
  return prepared;
}

std::vector<std::vector<TableEvent>> by_user(const PreparedEvents& prepared) {
  std::vector<std::vector<TableEvent>> lists(prepared.user_of.size());
  for (const TableEvent& event : prepared.events) lists[static_cast<std::size_t>(event.user)].push_back(event);
  for (auto& list : lists) std::ranges::stable_sort(list, {}, &TableEvent::time);
  return lists;
}

}  // namespace cineloom
