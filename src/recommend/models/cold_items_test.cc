#include "recommend/models/cold_items.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "recommend/models/ials.h"
#include "recommend/models/kernel_ridge.h"

namespace cineloom {
namespace {

constexpr std::int32_t kUsers = 160;
constexpr std::int32_t kItems = 90;
constexpr std::int32_t kKinds = 3;
constexpr std::int32_t kCold = 6;  // the last six items, two of each kind, have no events

/// Users like one of three kinds; every item says its kind, and something that means nothing.
struct World {
  SparseMatrix seen;
  std::vector<ItemDescription> descriptions;
  std::vector<FeatureGroup> groups{{.name = "kind"}, {.name = "noise"}, {.name = "fame", .kind = FeatureKind::Number, .weight = 0}};

  World() {
    Random random(3);
    std::vector<SparseCell> cells;
    for (std::int32_t item = 0; item < kItems; ++item) {
      const double fame = random.uniform();
      descriptions.push_back({{"kind " + std::to_string(item % kKinds)}, {"noise " + std::to_string(random.below(8))}, {std::to_string(fame)}});
      for (std::int32_t user = 0; user < kUsers && item < kItems - kCold; ++user) {
        if (random.uniform() < (user % kKinds == item % kKinds ? 0.15 + 0.5 * fame : 0.03)) cells.push_back({.row = user, .column = item});
      }
    }
    seen = SparseMatrix::from_cells(cells, kUsers, kItems);
  }
};

const World& world() {
  static const World planted;
  return planted;
}

const Ials& backbone() {
  static const Ials model = [] {
    Progress progress;
    return *Ials::fit(world().seen, {.factors = 8, .sweeps = 8, .terms = {}, .threads = 1}, progress, CancelToken());
  }();
  return model;
}

Expected<ColdItems> fitted(int threads = 1, const CancelToken& cancel = {}) {
  Progress progress;
  auto space = FeatureSpace::from(world().groups, world().descriptions);
  return ColdItems::fit({.seen = world().seen, .backbone = backbone().folding(), .descriptions = world().descriptions}, *std::move(space), {.threads = threads},
                        progress, cancel);
}

std::vector<float> row_of(std::int32_t user) {
  std::vector<HistoryEntry> history;
  for (const std::int32_t item : world().seen.row_columns(user)) history.push_back({.item = item});
  return backbone().folding().fold_in(history);
}

TEST(ColdItems, RanksUntouchedItemsOfTheUsersKindFirst) {
  const auto model = fitted();
  ASSERT_TRUE(model) << model.error().describe();
  int right = 0;
  for (std::int32_t user = 0; user < kUsers; ++user) {
    const auto row = row_of(user);
    std::int32_t best = kItems - kCold;
    for (std::int32_t item = best; item < kItems; ++item) {
      const auto score = [&](std::int32_t which) { return model->score(row, model->predict(world().descriptions[static_cast<std::size_t>(which)])); };
      if (score(item) > score(best)) best = item;
    }
    right += best % kKinds == user % kKinds ? 1 : 0;
  }
  EXPECT_GE(right, kUsers * 9 / 10);
}

TEST(ColdItems, LearnsThatFameMovesPopularityAndNoiseNothing) {
  const auto model = fitted();
  ASSERT_TRUE(model);
  const auto expected = [&](const std::string& fame) { return model->predict({{"kind 1"}, {"noise 1"}, {fame}}).popularity; };
  EXPECT_GT(expected("0.95"), expected("0.5"));
  EXPECT_GT(expected("0.5"), expected("0.05"));
}

TEST(ColdItems, SharesOfFeaturesAddUpToTheScore) {
  const auto model = fitted();
  ASSERT_TRUE(model);
  const auto row = row_of(4);
  const double silent = model->score(row, model->predict(ItemDescription(3)));
  for (std::size_t item = kItems - kCold; item < kItems; ++item) {
    double sum = silent;
    for (const FeatureShare& share : model->shares(row, world().descriptions[item])) sum += share.share;
    EXPECT_NEAR(sum, model->score(row, model->predict(world().descriptions[item])), 1e-5);
  }
}

TEST(ColdItems, IsTheSameForAnyNumberOfThreads) {
  const auto one = fitted(1);
  const auto two = fitted(2);
  ASSERT_TRUE(one && two);
  ByteWriter a;
  ByteWriter b;
  one->write(a);
  two->write(b);
  EXPECT_EQ(std::move(a).take(), std::move(b).take());
}

TEST(ColdItems, ComesBackFromItsBytesAndRefusesHalfOfThem) {
  const auto model = fitted();
  ASSERT_TRUE(model);
  ByteWriter out;
  model->write(out);
  const std::string bytes = std::move(out).take();
  ByteReader in(bytes);
  const auto copy = ColdItems::read(in);
  ASSERT_TRUE(copy) << copy.error().describe();
  const auto row = row_of(2);
  const ItemDescription& item = world().descriptions.back();
  EXPECT_DOUBLE_EQ(copy->score(row, copy->predict(item)), model->score(row, model->predict(item)));
  for (std::size_t size = 0; size < bytes.size(); size += 61) {
    ByteReader cut(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(ColdItems::read(cut)) << size;
  }
}

TEST(ColdItems, StopsWhenAsked) {
  CancelSource source;
  source.cancel();
  const auto model = fitted(1, source.token());
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code(), ErrorCode::Cancelled);
}

TEST(KernelRidge, ForetellsALeftOutItemAsIfItHadNotBeenThere) {
  Random random(5);
  std::vector<SparseCell> cells;
  for (std::int32_t item = 0; item < 12; ++item) {
    for (std::int32_t feature = 0; feature < 5; ++feature) cells.push_back({.row = item, .column = feature, .value = static_cast<float>(random.normal())});
  }
  const SparseMatrix rows = SparseMatrix::from_cells(cells, 12, 5);
  const std::vector<std::size_t> group_of(5, 0);
  Matrix targets(12, 1);
  float sum = 0;
  for (std::size_t item = 0; item < 11; ++item) sum += targets.at(item, 0) = static_cast<float>(random.normal());
  targets.at(11, 0) = sum / 11;  // then the mean is that of the others too
  const std::vector<float> ridges(12, 0.7F);
  const Matrix kernel = mixed_kernel(rows, group_of, std::vector{1.0F});
  const auto whole = solve_kernel_ridge(kernel, ridges, targets, 1, CancelToken());
  ASSERT_TRUE(whole);
  Matrix others_kernel(11, 11);
  Matrix others(11, 1);
  for (std::size_t row = 0; row < 11; ++row) {
    others.at(row, 0) = targets.at(row, 0);
    for (std::size_t column = 0; column < 11; ++column) others_kernel.at(row, column) = kernel.at(row, column);
  }
  const auto without = solve_kernel_ridge(others_kernel, std::span(ridges).first(11), others, 1, CancelToken());
  ASSERT_TRUE(without);
  float foretold = without->mean[0];
  for (std::size_t item = 0; item < 11; ++item) foretold += kernel.at(11, item) * without->alpha.at(item, 0);
  EXPECT_NEAR(whole->left_one_out(targets).at(11, 0), foretold, 1e-4F);
}

}  // namespace
}  // namespace cineloom
