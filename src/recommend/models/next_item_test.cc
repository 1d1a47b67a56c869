#include "recommend/models/next_item.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cineloom {
namespace {

constexpr std::int32_t kItems = 60;

/// Users that go round a cycle of items, from a start of their own; every `noise`-th event is any item.
Interactions round_a_cycle(std::int32_t users, std::uint64_t noise, Repeats repeats = Repeats::KeepLast, std::int32_t length = 24) {
  Random random(1);
  std::vector<Interaction> events;
  for (std::int32_t user = 0; user < users; ++user) {
    auto at = static_cast<std::int32_t>(random.below(kItems));
    for (std::int64_t time = 0; time < length; ++time) {
      at = (at + 1) % kItems;
      const bool is_noise = noise > 0 && random.below(noise) == 0;
      events.push_back({.user = user, .item = is_noise ? static_cast<std::int32_t>(random.below(kItems)) : at, .time = time});
    }
  }
  return *Interactions::from(events, users, kItems, repeats);
}

NextItem fitted(const Interactions& interactions, NextItemOptions options = {}) {
  Progress progress;
  auto model = NextItem::fit(interactions, options, progress, {});
  EXPECT_TRUE(model);
  return *std::move(model);
}

std::vector<float> scores_of(const NextItem& model, std::span<const HistoryEntry> history) {
  std::vector<float> scores(kItems);
  model.score(history, scores);
  return scores;
}

std::int32_t best_of(const NextItem& model, std::span<const HistoryEntry> history) {
  const auto scores = scores_of(model, history);
  return static_cast<std::int32_t>(std::ranges::max_element(scores) - scores.begin());
}

std::vector<HistoryEntry> walk(std::int32_t from, std::int32_t length) {
  std::vector<HistoryEntry> history;
  for (std::int32_t step = 0; step < length; ++step) history.push_back({.item = (from + step) % kItems});
  return history;
}

std::string bytes_of(const NextItem& model) {
  ByteWriter out;
  model.write(out);
  return std::move(out).take();
}

TEST(NextItem, FindsTheNextItemOfAPlantedChain) {
  const NextItem model = fitted(round_a_cycle(200, 0));
  for (std::int32_t from = 0; from < kItems; from += 7) EXPECT_EQ(best_of(model, walk(from, 9)), (from + 9) % kItems);
}

TEST(NextItem, FindsItThroughNoise) {
  const NextItem model = fitted(round_a_cycle(300, 5));
  int found = 0;
  for (std::int32_t from = 0; from < kItems; ++from) found += best_of(model, walk(from, 9)) == (from + 9) % kItems ? 1 : 0;
  EXPECT_GE(found, 57);
}

TEST(NextItem, TakesTheOrderOfThePastToHeart) {
  const NextItem model = fitted(round_a_cycle(200, 5));
  auto history = walk(3, 9);
  const auto forwards = scores_of(model, history);
  std::ranges::reverse(history);
  EXPECT_NE(forwards, scores_of(model, history));
}

TEST(NextItem, OffersPastItemsAgainOnlyWhereItemsComeAgain) {
  // Three rounds each: what comes next has always been there before.
  const NextItem model = fitted(round_a_cycle(100, 0, Repeats::KeepAll, 180));
  EXPECT_EQ(best_of(model, walk(0, 150)), 30);
}

TEST(NextItem, AnswersAnEmptyPastByPopularity) {
  std::vector<Interaction> events;
  for (std::int32_t user = 0; user < 200; ++user) {
    for (std::int32_t item = 0; item < kItems; ++item) {
      if (user % (item + 1) == 0) events.push_back({.user = user, .item = item, .time = (item * 7 + user) % 13});
    }
  }
  const NextItem model = fitted(*Interactions::from(events, 200, kItems));
  EXPECT_EQ(best_of(model, {}), 0);
}

TEST(NextItem, KnowsAnAddedEventAtOnce) {
  NextItem model = fitted(round_a_cycle(30, 0, Repeats::KeepLast, 5));
  const auto history = walk(10, 3);
  const float before = scores_of(model, history)[40];
  for (int times = 0; times < 50; ++times) model.add(history, 40);
  EXPECT_GT(scores_of(model, history)[40], before);
}

TEST(NextItem, IsTheSameBytesForAnyNumberOfThreads) {
  const Interactions interactions = round_a_cycle(150, 4);
  EXPECT_EQ(bytes_of(fitted(interactions, {.threads = 1})), bytes_of(fitted(interactions, {.threads = 3})));
}

TEST(NextItem, ScoresTheSameAfterBeingReadBackAndRefusesPieces) {
  const NextItem model = fitted(round_a_cycle(150, 4));
  const std::string bytes = bytes_of(model);
  ByteReader whole(bytes);
  const auto again = NextItem::read(whole);
  ASSERT_TRUE(again);
  EXPECT_TRUE(whole.is_whole());
  EXPECT_EQ(scores_of(*again, walk(5, 12)), scores_of(model, walk(5, 12)));
  for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 97) {
    ByteReader piece(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(NextItem::read(piece));
  }
}

TEST(NextItem, WorksWhereOnlySomeItemsHaveMatrices) {
  const NextItem model = fitted(round_a_cycle(300, 0), {.most_dense_items = 20, .most_transitions = 8, .candidates = 10});
  const auto scores = scores_of(model, walk(3, 9));
  EXPECT_TRUE(std::ranges::all_of(scores, [](float score) { return std::isfinite(score); }));
  EXPECT_EQ(best_of(model, walk(3, 9)), 12);
}

TEST(NextItem, WorksWithTooLittleToLearnFrom) {
  const NextItem model = fitted(round_a_cycle(3, 0));
  EXPECT_TRUE(std::ranges::all_of(scores_of(model, walk(0, 3)), [](float score) { return std::isfinite(score); }));
}

TEST(NextItem, RefusesNothingToLearnFromAndStopsWhenAsked) {
  Progress progress;
  EXPECT_FALSE(NextItem::fit(*Interactions::from({}, 3, 3), {}, progress, {}));
  CancelSource source;
  source.cancel();
  const auto stopped = NextItem::fit(round_a_cycle(100, 0), {}, progress, source.token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), ErrorCode::Cancelled);
}

}  // namespace
}  // namespace cineloom
