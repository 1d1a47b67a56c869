#include "recommend/data/sequences.h"

#include <algorithm>
#include <numeric>

namespace cineloom {

Sequences Sequences::of(const Interactions& interactions) {
  Sequences sequences{.item_count = interactions.items(), .users = {}};
  sequences.users.resize(static_cast<std::size_t>(interactions.users()));
  for (std::int32_t user = 0; user < interactions.users(); ++user) {
    for (const HistoryEntry& entry : interactions.history(user)) sequences.users[static_cast<std::size_t>(user)].push_back(entry.item);
  }
  return sequences;
}

Sequences Sequences::without_last(std::span<const std::int32_t> counts) const {
  Sequences shorter{.item_count = item_count, .users = {}};
  for (std::size_t user = 0; user < users.size(); ++user) {
    const std::size_t kept = users[user].size() - std::min(users[user].size(), static_cast<std::size_t>(counts[user]));
    shorter.users.emplace_back(users[user].begin(), users[user].begin() + static_cast<std::ptrdiff_t>(kept));
  }
  return shorter;
}

Occurrences Occurrences::of(const Sequences& sequences) {
  Occurrences occurrences;
  occurrences.begins.assign(static_cast<std::size_t>(sequences.item_count) + 1, 0);
  for (const auto& items : sequences.users) {
    for (const std::int32_t item : items) ++occurrences.begins[static_cast<std::size_t>(item) + 1];
  }
  std::partial_sum(occurrences.begins.begin(), occurrences.begins.end(), occurrences.begins.begin());
  std::vector<std::size_t> next(occurrences.begins.begin(), occurrences.begins.end() - 1);
  occurrences.places.resize(occurrences.begins.back());
  for (std::size_t user = 0; user < sequences.users.size(); ++user) {
    for (std::size_t position = 0; position < sequences.users[user].size(); ++position) {
      const auto item = static_cast<std::size_t>(sequences.users[user][position]);
      occurrences.places[next[item]++] = {.user = static_cast<std::int32_t>(user), .position = static_cast<std::int32_t>(position)};
    }
  }
  return occurrences;
}

}  // namespace cineloom
