#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/models/scorer.h"

/// What every Scorer must keep. Add yours to recommend/models/scorer_conformance_test.cc.
namespace cineloom::testing {

/// A model under test.
struct ScorerCase {
  std::string name;
  std::function<Expected<std::unique_ptr<Scorer>>(const Interactions&, Seed)> fit;
  std::function<Expected<std::unique_ptr<Scorer>>(const Scorer&)> copied;  ///< through write() and read(); empty = has none
  double least_ndcg = 0;  ///< NDCG@10 on the planted world: what it must reach
  double most_ndcg = 1;   ///< and must not pass: a score above it says that the test leaks
};

inline void PrintTo(const ScorerCase& tested, std::ostream* out) { *out << tested.name; }

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
      for (std::size_t at = 0; at + 3 < liked.size(); ++at) events.push_back({.user = user, .item = liked[at], .value = 1, .time = static_cast<std::int64_t>(at)});
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

class ScorerSuite : public ::testing::TestWithParam<ScorerCase> {
 protected:
  static const PlantedTaste& world() {
    static const PlantedTaste planted;
    return planted;
  }
  static std::unique_ptr<Scorer> fitted(Seed seed = 1) {
    auto scorer = GetParam().fit(world().train, seed);
    EXPECT_TRUE(scorer) << (scorer ? "" : scorer.error().describe());
    return scorer ? *std::move(scorer) : nullptr;
  }
  static std::vector<float> scores_of(const Scorer& scorer, std::span<const HistoryEntry> history) {
    std::vector<float> scores(static_cast<std::size_t>(scorer.items()), std::nanf(""));
    scorer.score(history, scores);
    return scores;
  }
};

TEST_P(ScorerSuite, ScoresEveryItemWithFiniteNumbers) {
  const auto scorer = fitted();
  ASSERT_NE(scorer, nullptr);
  EXPECT_EQ(scorer->items(), PlantedTaste::kItems);
  for (const auto& history : world().known) {
    for (const float score : scores_of(*scorer, history)) ASSERT_TRUE(std::isfinite(score));
  }
}

TEST_P(ScorerSuite, AnswersSomebodyWithoutAPast) {
  const auto scorer = fitted();
  ASSERT_NE(scorer, nullptr);
  for (const float score : scores_of(*scorer, {})) EXPECT_TRUE(std::isfinite(score));
}

TEST_P(ScorerSuite, AnswersSomebodyWhoWasNotThereInTraining) {
  const auto scorer = fitted();
  ASSERT_NE(scorer, nullptr);
  std::vector<HistoryEntry> all;
  for (std::int32_t item = 0; item < PlantedTaste::kItems; ++item) all.push_back({.item = item, .value = 1, .time = item});
  for (const float score : scores_of(*scorer, all)) EXPECT_TRUE(std::isfinite(score));
}

TEST_P(ScorerSuite, GivesTheSameForTheSameSeed) {
  const auto first = fitted(5);
  const auto second = fitted(5);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(scores_of(*first, world().known[3]), scores_of(*second, world().known[3]));
  EXPECT_EQ(scores_of(*first, world().known[3]), scores_of(*first, world().known[3]));
}

TEST_P(ScorerSuite, FindsThePlantedTaste) {
  const auto scorer = fitted();
  ASSERT_NE(scorer, nullptr);
  const double ndcg = world().ndcg(*scorer);
  RecordProperty("ndcg", std::to_string(ndcg));
  EXPECT_GE(ndcg, GetParam().least_ndcg);
  EXPECT_LE(ndcg, GetParam().most_ndcg);
}

/// For models that are stored: cases with `copied`.
class StoredScorerSuite : public ScorerSuite {};

TEST_P(StoredScorerSuite, ComesBackFromItsBytes) {
  const auto scorer = fitted();
  ASSERT_NE(scorer, nullptr);
  const auto copy = GetParam().copied(*scorer);
  ASSERT_TRUE(copy) << copy.error().describe();
  const auto before = scores_of(*scorer, world().known[0]);
  const auto after = scores_of(**copy, world().known[0]);
  for (std::size_t item = 0; item < before.size(); ++item) EXPECT_NEAR(after[item], before[item], 1e-4F * (1 + std::abs(before[item])));
}

}  // namespace cineloom::testing
