#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recommend/evaluation/fold.h"

namespace cineloom {
namespace {

struct Repeats {
  std::size_t same = 0;           ///< said again in the same way
  std::size_t contradictory = 0;  ///< said again with another value
};

/// Marks all but the last event of each user and item; equal times go by the order of the file.
std::vector<std::uint8_t> find_repeats(EventTable& table, Repeats& repeats) {
  std::vector<std::uint32_t> order(table.events.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto& events = table.events;
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const auto key = [&](std::uint32_t at) { return std::tuple(events[at].user, events[at].item, events[at].time, at); };
    return key(a) < key(b);
  });
  std::vector<std::uint8_t> is_repeat(events.size(), 0);
  for (std::size_t at = 0; at + 1 < order.size(); ++at) {
    const TableEvent& event = events[order[at]];
    TableEvent& later = table.events[order[at + 1]];
    if (event.user != later.user || event.item != later.item) continue;
    is_repeat[order[at]] = 1;
    ++(event.value == later.value ? repeats.same : repeats.contradictory);
    if (table.meaning == ValueMeaning::Count) later.value += event.value;
  }
  return is_repeat;
}

void take_out_repeats(EventTable& table) {
  Repeats repeats;
  const auto is_repeat = find_repeats(table, repeats);
  const std::size_t all = repeats.same + repeats.contradictory;
  if (all == 0) return;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < table.events.size(); ++at) {
    if (is_repeat[at] == 0) table.events[kept++] = table.events[at];
  }
  table.events.resize(kept);
  if (table.meaning == ValueMeaning::Count) {
    table.warnings.push_back({.english = fmt::format("{} events repeat a user and an item; their counts were added up", all),
                              .chinese = fmt::format("{} 个事件重复了同一用户和物品；次数已相加", all)});
  } else {
    table.warnings.push_back(
        {.english = fmt::format("{} events repeat a user and an item, {} of them with another value; the last one counts", all, repeats.contradictory),
         .chinese = fmt::format("{} 个事件重复了同一用户和物品，其中 {} 个的值不同；以最后一个为准", all, repeats.contradictory)});
  }
}

void warn_of_times(EventTable& table, std::int64_t now) {
  if (!table.has_times) return;
  const auto future = std::ranges::count_if(table.events, [now](const TableEvent& event) { return event.time > now; });
  if (future > 0) {
    table.warnings.push_back({.english = fmt::format("{} events lie in the future; they are kept and count as the latest", future),
                              .chinese = fmt::format("{} 个事件的时间在未来；保留并视为最晚", future)});
  }
  const auto [first, last] = std::ranges::minmax(table.events, {}, &TableEvent::time);
  if (first.time == last.time) {
    table.has_times = false;
    table.warnings.push_back({.english = "all times are the same and carry no order; they were left out", .chinese = "所有时间都相同，没有先后，已忽略"});
  }
}

}  // namespace

Expected<void> tidy(EventTable& table, std::int64_t now) {
  if (table.events.empty()) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("'{}' has no events", table.name)).advise("give a file with users and items, or import ratings first"));
  }
  for (const TableEvent& event : table.events) {
    if (std::isfinite(event.value)) continue;
    return fail(ErrorCode::InvalidArgument, fmt::format("user '{}' has a value that is not finite for item '{}'",
                                                        table.users[static_cast<std::size_t>(event.user)], table.items[static_cast<std::size_t>(event.item)]));
  }
  take_out_repeats(table);
  warn_of_times(table, now);
  return {};
}

}  // namespace cineloom
