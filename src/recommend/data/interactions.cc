#include "recommend/data/interactions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cineloom {
namespace {

Expected<void> check(std::span<const Interaction> events, std::int32_t users, std::int32_t items) {
  for (const Interaction& event : events) {
    if (event.user < 0 || event.user >= users || event.item < 0 || event.item >= items) {
      return fail(ErrorCode::InvalidArgument, fmt::format("user {} and item {} lie outside {} users and {} items", event.user, event.item, users, items));
    }
    if (!std::isfinite(event.value))
      return fail(ErrorCode::InvalidArgument, fmt::format("user {} has a value that is not finite for item {}", event.user, event.item));
  }
  return {};
}

/// Drops all but the last entry of each item; order stays.
void keep_last(std::vector<HistoryEntry>& history, std::vector<std::int32_t>& last_seen, std::int32_t mark) {
  std::size_t kept = history.size();
  for (std::size_t at = history.size(); at-- > 0;) {
    std::int32_t& seen = last_seen[static_cast<std::size_t>(history[at].item)];
    if (seen == mark) continue;
    seen = mark;
    history[--kept] = history[at];
  }
  history.erase(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(kept));
}

}  // namespace

Expected<Interactions> Interactions::from(std::span<const Interaction> events, std::int32_t users, std::int32_t items, Repeats repeats) {
  CINELOOM_TRY(check(events, users, items));
  std::vector<std::vector<HistoryEntry>> histories(static_cast<std::size_t>(users));
  for (const Interaction& event : events)
    histories[static_cast<std::size_t>(event.user)].push_back({.item = event.item, .value = event.value, .time = event.time});
  Interactions interactions;
  interactions.items_ = items;
  interactions.entries_.reserve(events.size());
  std::vector<std::int32_t> last_seen(static_cast<std::size_t>(items), -1);
  for (std::size_t user = 0; user < histories.size(); ++user) {
    std::ranges::stable_sort(histories[user], {}, &HistoryEntry::time);
    if (repeats == Repeats::KeepLast) keep_last(histories[user], last_seen, static_cast<std::int32_t>(user));
    interactions.entries_.insert(interactions.entries_.end(), histories[user].begin(), histories[user].end());
    interactions.begins_.push_back(interactions.entries_.size());
  }
  return interactions;
}

std::span<const HistoryEntry> Interactions::history(std::int32_t user) const {
  const auto index = static_cast<std::size_t>(user);
  return std::span(entries_).subspan(begins_[index], begins_[index + 1] - begins_[index]);
}

SparseMatrix Interactions::matrix() const {
  std::vector<SparseCell> cells;
  cells.reserve(entries_.size());
  for (std::int32_t user = 0; user < users(); ++user) {
    for (const HistoryEntry& entry : history(user)) cells.push_back({.row = user, .column = entry.item, .value = entry.value});
  }
  return SparseMatrix::from_cells(cells, users(), items_);
}

std::vector<std::int32_t> Interactions::item_counts() const {
  std::vector<std::int32_t> counts(static_cast<std::size_t>(items_), 0);
  for (const HistoryEntry& entry : entries_) ++counts[static_cast<std::size_t>(entry.item)];
  return counts;
}

}  // namespace cineloom
