#include "recommend/models/ensemble.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "recommend/models/collective_ease.h"
#include "recommend/models/collective_factors.h"
#include "recommend/models/ease.h"
#include "recommend/models/ials.h"
#include "recommend/testing/planted_taste.h"

namespace cineloom::testing {
namespace {

const PlantedTaste& world() {
  static const PlantedTaste planted;
  return planted;
}

SparseMatrix ones() {
  SparseMatrix seen = world().train.matrix();
  std::ranges::fill(seen.values, 1.0F);
  return seen;
}

/// One feature per kind of item.
SparseMatrix kinds() {
  std::vector<SparseCell> cells;
  for (std::int32_t item = 0; item < PlantedTaste::kItems; ++item) cells.push_back({.row = item, .column = item % PlantedTaste::kKinds});
  return SparseMatrix::from_cells(cells, PlantedTaste::kItems, PlantedTaste::kKinds);
}

Expected<Ensemble> fitted(const SparseMatrix& content, int threads = 1, const CancelToken& cancel = {}) {
  Progress progress;
  return Ensemble::fit(ones(), content, {.factors = 8, .sweeps = 5, .copies = 1, .held_out = 0.4, .threads = threads}, progress, cancel);
}

std::vector<float> scores_of(const Scorer& scorer, std::span<const HistoryEntry> history) {
  std::vector<float> scores(static_cast<std::size_t>(scorer.items()));
  scorer.score(history, scores);
  return scores;
}

std::string bytes_of(const auto& model) {
  ByteWriter out;
  model.write(out);
  return std::move(out).take();
}

TEST(Ensemble, FindsThePlantedTasteBetterWhenItKnowsWhatItemsAre) {
  const auto blind = fitted({});
  const auto knowing = fitted(kinds());
  ASSERT_TRUE(blind && knowing);
  EXPECT_GT(world().ndcg(*blind), 0.25);
  EXPECT_GE(world().ndcg(*knowing), world().ndcg(*blind) - 0.01);
}

TEST(Ensemble, IsNotWorseOnHeldOutUsersThanItsBestMember) {
  const auto model = fitted(kinds());
  ASSERT_TRUE(model);
  for (const auto& share : model->shares()) EXPECT_GE(model->held_out_ndcg(), share.ndcg - 0.02) << share.name;
}

TEST(Ensemble, OffersSomebodyWithoutAPastWhatMostLike) {
  const auto model = fitted({});
  ASSERT_TRUE(model);
  const auto scores = scores_of(*model, {});
  const auto counts = world().train.item_counts();
  EXPECT_EQ(std::ranges::max_element(scores) - scores.begin(), std::ranges::max_element(counts) - counts.begin());
}

TEST(Ensemble, IsTheSameForAnyNumberOfThreads) {
  const auto one = fitted(kinds(), 1);
  const auto two = fitted(kinds(), 2);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(bytes_of(*one), bytes_of(*two));
}

TEST(Ensemble, ComesBackFromItsBytesAndRefusesHalfOfThem) {
  const auto model = fitted(kinds());
  ASSERT_TRUE(model);
  const std::string bytes = bytes_of(*model);
  ByteReader in(bytes);
  const auto copy = Ensemble::read(in);
  ASSERT_TRUE(copy) << copy.error().describe();
  const auto before = scores_of(*model, world().known[0]);
  const auto after = scores_of(*copy, world().known[0]);
  for (std::size_t item = 0; item < before.size(); ++item) EXPECT_NEAR(after[item], before[item], 1e-3F * (1 + std::abs(before[item])));
  for (std::size_t size = 0; size < bytes.size(); size += 97) {
    ByteReader cut(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(Ensemble::read(cut)) << size;
  }
}

TEST(Ensemble, StopsWhenAsked) {
  CancelSource source;
  source.cancel();
  const auto model = fitted({}, 1, source.token());
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code(), ErrorCode::Cancelled);
}

TEST(Ensemble, StandsOnFactorsAloneWhereItemWeightsDoNotFit) {
  Progress progress;
  const auto model =
      Ensemble::fit(ones(), {}, {.factors = 8, .sweeps = 5, .copies = 2, .held_out = 0.4, .memory_budget = 1000, .threads = 1}, progress, CancelToken());
  ASSERT_TRUE(model);
  EXPECT_GT(world().ndcg(*model), 0.25);
}

TEST(CollectiveEase, IsEaseWhenNothingIsWeighedOrKnown) {
  Progress progress;
  const SparseMatrix seen = ones();
  const float mean = static_cast<float>(seen.size()) / static_cast<float>(seen.column_count);
  const auto plain = Ease::fit(seen, {.regularization = 4 * mean}, progress, CancelToken());
  const CollectiveEaseOptions options{.regularization = 4, .dropout_ridge = 0, .user_exponent = 0, .item_exponent = 0, .content = 0};
  const auto collective = CollectiveEase::fit(seen, {}, options, progress, CancelToken());
  ASSERT_TRUE(plain && collective);
  const auto expected = scores_of(*plain, world().known[1]);
  const auto found = scores_of(*collective, world().known[1]);
  for (std::size_t item = 0; item < expected.size(); ++item) EXPECT_NEAR(found[item], expected[item], 1e-4F);
}

TEST(CollectiveEase, ScoresAreSumsOfContributions) {
  Progress progress;
  const auto model = CollectiveEase::fit(ones(), kinds(), {}, progress, CancelToken());
  ASSERT_TRUE(model);
  const auto scores = scores_of(*model, world().known[2]);
  for (std::int32_t item = 0; item < PlantedTaste::kItems; ++item) {
    float sum = 0;
    for (const HistoryEntry& entry : world().known[2]) sum += model->contribution(item, entry.item);
    EXPECT_NEAR(scores[static_cast<std::size_t>(item)], sum, 1e-4F);
  }
}

TEST(CollectiveFactors, LearnWhatAnItemIsFromItsFeaturesAlone) {
  // The last four items, one of each kind, have no events.
  SparseMatrix seen = ones();
  std::vector<SparseCell> cells;
  for (std::int32_t user = 0; user < seen.row_count(); ++user) {
    for (const std::int32_t item : seen.row_columns(user)) {
      if (item < PlantedTaste::kItems - PlantedTaste::kKinds) cells.push_back({.row = user, .column = item});
    }
  }
  seen = SparseMatrix::from_cells(cells, seen.row_count(), seen.column_count);
  Progress progress;
  const auto model = CollectiveFactors::fit(seen, kinds(), {.factors = 8, .terms = {}, .threads = 1}, progress, CancelToken());
  ASSERT_TRUE(model);
  int right = 0;
  for (std::int32_t user = 0; user < seen.row_count(); ++user) {
    std::vector<HistoryEntry> history;
    for (const std::int32_t item : seen.row_columns(user)) history.push_back({.item = item});
    const auto scores = scores_of(*model, history);
    const auto last = scores.end() - PlantedTaste::kKinds;
    right += (std::max_element(last, scores.end()) - scores.begin()) % PlantedTaste::kKinds == user % PlantedTaste::kKinds ? 1 : 0;
  }
  EXPECT_GE(right, seen.row_count() * 8 / 10);
}

TEST(CollectiveModels, RefuseFeaturesOfOtherItems) {
  Progress progress;
  const SparseMatrix wrong = SparseMatrix::from_cells(std::vector<SparseCell>{{.row = 0, .column = 0}}, 3, 1);
  EXPECT_FALSE(CollectiveEase::fit(ones(), wrong, {}, progress, CancelToken()));
  EXPECT_FALSE(CollectiveFactors::fit(ones(), wrong, {.factors = 4, .terms = {}}, progress, CancelToken()));
}

}  // namespace
}  // namespace cineloom::testing
