#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "recommend/testing/planted_taste.h"

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
