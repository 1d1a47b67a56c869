#include "recommend/models/next_ridge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "recommend/testing/random_sequences.h"

namespace cineloom {
namespace {

constexpr std::int32_t kItems = 12;

/// Everybody goes round a circle from somewhere: after item i comes i + 1.
Sequences circle() {
  Sequences sequences{.item_count = kItems, .users = {}};
  for (std::int32_t user = 0; user < 40; ++user) {
    auto& events = sequences.users.emplace_back();
    for (std::int32_t step = 0; step < 6; ++step) events.push_back((user + step) % kItems);
  }
  return sequences;
}

Expected<NextRidge> fitted(const Sequences& sequences, const NextRidgeOptions& options = {}) {
  Progress progress;
  return NextRidge::fit(sequences, options, progress, CancelToken());
}

std::vector<float> scores_of(const NextRidge& model, std::span<const HistoryEntry> history) {
  std::vector<float> scores(static_cast<std::size_t>(model.items()));
  model.score(history, scores);
  return scores;
}

TEST(NextRidge, KnowsWhatFollowsTheLastEvent) {
  const auto model = fitted(circle());
  ASSERT_TRUE(model);
  const std::vector<HistoryEntry> history{{.item = 9}, {.item = 4}, {.item = 5}};
  const auto scores = scores_of(*model, history);
  EXPECT_EQ(std::ranges::max_element(scores) - scores.begin(), 6);
}

TEST(NextRidge, ScoresOneItemAsItScoresAll) {
  const auto model = fitted(random_sequences(60, kItems, 20, 1), {.most_items = 9});
  ASSERT_TRUE(model);
  const std::vector<HistoryEntry> history{{.item = 1}, {.item = 7}, {.item = 11}, {.item = 3}};
  const auto scores = scores_of(*model, history);
  EXPECT_EQ(std::ranges::count(scores, 0.0F), 3);  // those outside the head
  for (std::int32_t item = 0; item < kItems; ++item) EXPECT_NEAR(model->score(history, item), scores[static_cast<std::size_t>(item)], 1e-6);
}

TEST(NextRidge, AddsUpWhatEachEventContributes) {
  const auto model = fitted(random_sequences(60, kItems, 20, 2));
  ASSERT_TRUE(model);
  const std::vector<HistoryEntry> history{{.item = 2}, {.item = 5}};
  const float faded = std::exp2(-1.0F / 3);
  for (std::int32_t item = 0; item < kItems; ++item) {
    EXPECT_NEAR(model->score(history, item), model->contribution(item, 5) + faded * model->contribution(item, 2), 1e-6);
  }
}

TEST(NextRidge, KeepsItsWeightsWhereItemsAreNumberedAnew) {
  auto model = fitted(circle());
  ASSERT_TRUE(model);
  const float before = model->contribution(6, 5);
  const std::vector<std::int32_t> origins{kNewItem, 6, 5};
  const NextRidge moved = std::move(*model).rearranged(origins);
  EXPECT_EQ(moved.items(), 3);
  EXPECT_EQ(moved.contribution(1, 2), before);
  EXPECT_EQ(moved.contribution(0, 2), 0);
}

TEST(NextRidge, RefusesWhatItCannotLearnFromOrHold) {
  EXPECT_EQ(fitted({.item_count = 3, .users = {{1}, {2}}}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(fitted(circle(), {.memory_budget = 100}).error().code(), ErrorCode::ResourceExhausted);
}

}  // namespace
}  // namespace cineloom
