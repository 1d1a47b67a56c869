#include "recommend/models/listwise_ranker.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cineloom {
namespace {

/// Lists of 8 candidates with 3 features, of which the one with the largest `value` of its row was taken.
template <class Value>
RankerLists planted_lists(std::size_t count, Seed seed, Value value) {
  Random random(seed);
  RankerLists lists{.features = 3};
  for (std::size_t list = 0; list < count; ++list) {
    std::vector<double> worth;
    for (int candidate = 0; candidate < 8; ++candidate) {
      const std::array row{static_cast<float>(5 + random.normal()), static_cast<float>(random.normal()), 7.0F};
      lists.values.insert(lists.values.end(), row.begin(), row.end());
      worth.push_back(value(row));
    }
    lists.begins.push_back(lists.begins.back() + 8);
    lists.chosen.push_back(static_cast<std::int32_t>(std::ranges::max_element(worth) - worth.begin()));
  }
  return lists;
}

double share_found(const ListwiseRanker& ranker, const RankerLists& lists) {
  double found = 0;
  std::vector<float> scores(8);
  for (std::size_t list = 0; list < lists.count(); ++list) {
    ranker.score(lists.of_list(list), scores);
    found += std::ranges::max_element(scores) - scores.begin() == lists.chosen[list] ? 1 : 0;
  }
  return found / static_cast<double>(lists.count());
}

std::string bytes_of(const ListwiseRanker& ranker) {
  ByteWriter out;
  ranker.write(out);
  return std::move(out).take();
}

TEST(ListwiseRanker, FindsAPlantedOrder) {
  const auto worth = [](const auto& row) { return row[0] - 2 * row[1]; };
  const auto ranker = ListwiseRanker::train(planted_lists(1000, 1, worth), {.hidden = 0, .passes = 20, .learning_rate = 0.03}, {});
  ASSERT_TRUE(ranker);
  EXPECT_GT(share_found(*ranker, planted_lists(300, 2, worth)), 0.95);
  const auto weights = ranker->linear_weights();
  EXPECT_NEAR(weights[1] / weights[0], -2, 0.2);
  EXPECT_EQ(weights[2], 0);
}

TEST(ListwiseRanker, FindsWithAHiddenLayerWhatNoLinearModelCan) {
  const auto worth = [](const auto& row) { return -std::abs(row[1]); };
  const RankerLists lists = planted_lists(1500, 3, worth);
  const RankerLists unseen = planted_lists(300, 4, worth);
  const auto linear = ListwiseRanker::train(lists, {.hidden = 0, .passes = 10}, {});
  const auto curved = ListwiseRanker::train(lists, {.hidden = 16, .passes = 10}, {});
  ASSERT_TRUE(linear && curved);
  EXPECT_LT(share_found(*linear, unseen), 0.3);
  EXPECT_GT(share_found(*curved, unseen), 0.8);
}

TEST(ListwiseRanker, IsTheSameBytesForAnyNumberOfThreads) {
  const RankerLists lists = planted_lists(100, 5, [](const auto& row) { return row[0]; });
  EXPECT_EQ(bytes_of(*ListwiseRanker::train(lists, {.threads = 1}, {})), bytes_of(*ListwiseRanker::train(lists, {.threads = 3}, {})));
}

TEST(ListwiseRanker, ScoresTheSameAfterBeingReadBackAndRefusesPieces) {
  const RankerLists lists = planted_lists(50, 6, [](const auto& row) { return row[1]; });
  const std::string bytes = bytes_of(*ListwiseRanker::train(lists, {}, {}));
  ByteReader whole(bytes);
  const auto again = ListwiseRanker::read(whole);
  ASSERT_TRUE(again);
  EXPECT_EQ(bytes_of(*again), bytes);
  for (std::size_t size = 0; size < bytes.size(); size += 13) {
    ByteReader piece(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(ListwiseRanker::read(piece));
  }
}

TEST(ListwiseRanker, RefusesChoicesOutsideTheirListAndNumbersThatAreNotFinite) {
  RankerLists lists = planted_lists(5, 7, [](const auto& row) { return row[1]; });
  EXPECT_FALSE(ListwiseRanker::train({}, {}, {}));
  lists.chosen[2] = 8;
  EXPECT_FALSE(ListwiseRanker::train(lists, {}, {}));
  lists.chosen[2] = 0;
  lists.values[4] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(ListwiseRanker::train(lists, {}, {}));
}

}  // namespace
}  // namespace cineloom
