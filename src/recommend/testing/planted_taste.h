#pragma once

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/models/scorer.h"

namespace cineloom::testing {

/// Users who like one of four kinds of items, with some noise; three of each user's items are hidden.
struct PlantedTaste {
  static constexpr std::int32_t kUsers = 200;
  static constexpr std::int32_t kItems = 80;
  static constexpr std::int32_t kKinds = 4;

  Interactions train;
  std::vector<std::vector<HistoryEntry>> known;
  std::vector<std::vector<std::int32_t>> hidden;

  PlantedTaste() {
    Random random(7);
    std::vector<Interaction> events;
    for (std::int32_t user = 0; user < kUsers; ++user) {
      std::vector<std::int32_t> liked;
      for (std::int32_t item = 0; item < kItems; ++item) {
        const bool is_own = item % kKinds == user % kKinds;
        if (random.uniform() < (is_own ? 0.6 : 0.05)) liked.push_back(item);
      }
      for (std::size_t at = liked.size(); at > 1; --at) std::swap(liked[at - 1], liked[random.below(at)]);
      for (std::size_t at = 0; at + 3 < liked.size(); ++at)
        events.push_back({.user = user, .item = liked[at], .value = 1, .time = static_cast<std::int64_t>(at)});
      hidden.emplace_back(liked.end() - 3, liked.end());
      std::ranges::sort(hidden.back());
    }
    train = *Interactions::from(events, kUsers, kItems);
    for (std::int32_t user = 0; user < kUsers; ++user) known.emplace_back(train.history(user).begin(), train.history(user).end());
  }

  [[nodiscard]] double ndcg(const Scorer& scorer) const {
    double sum = 0;
    std::vector<float> scores(static_cast<std::size_t>(kItems));
    for (std::size_t user = 0; user < known.size(); ++user) {
      std::vector<std::uint8_t> is_known(scores.size(), 0);
      for (const HistoryEntry& entry : known[user]) is_known[static_cast<std::size_t>(entry.item)] = 1;
      scorer.score(known[user], scores);
      sum += ndcg_at(best_items(scores, is_known, 10), hidden[user], 10);
    }
    return sum / static_cast<double>(known.size());
  }
};

}  // namespace cineloom::testing
