#include "recommend/models/ease.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>

#include "base/random.h"

namespace cineloom {
namespace {

SparseMatrix random_events(std::int32_t users, std::int32_t items, Seed seed) {
  Random random(seed);
  std::vector<SparseCell> cells;
  for (std::int32_t user = 0; user < users; ++user) {
    for (std::int32_t item = 0; item < items; ++item) {
      if (random.uniform() < 0.5 / (1 + 0.1 * item)) cells.push_back({.row = user, .column = item});
    }
  }
  return SparseMatrix::from_cells(cells, users, items);
}

TEST(Ease, EqualsARidgeRegressionOfEachColumnOnTheOthers) {
  constexpr std::int32_t kItems = 200;
  const SparseMatrix seen = random_events(400, kItems, 1);
  Progress progress;
  const auto model = Ease::fit(seen, {.regularization = 10.0F}, progress, {});
  ASSERT_TRUE(model);
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(400, kItems);
  for (std::int32_t user = 0; user < 400; ++user) {
    for (const std::int32_t item : seen.row_columns(user)) x(user, item) = 1;
  }
  for (std::int32_t item = 0; item < kItems; item += 37) {
    Eigen::MatrixXd others = x;
    others.col(item).setZero();
    const Eigen::MatrixXd normal = others.transpose() * others + 10.0 * Eigen::MatrixXd::Identity(kItems, kItems);
    const Eigen::VectorXd weights = normal.partialPivLu().solve(others.transpose() * x.col(item));
    EXPECT_EQ(model->contribution(item, item), 0);
    for (std::int32_t because = 0; because < kItems; ++because) EXPECT_NEAR(model->contribution(item, because), because == item ? 0 : weights[because], 1e-4);
  }
}

TEST(Ease, ScoresAreSumsOfContributions) {
  Progress progress;
  const auto model = Ease::fit(random_events(300, 100, 2), {.regularization = 20.0F}, progress, {});
  ASSERT_TRUE(model);
  const std::vector<HistoryEntry> history{{.item = 3}, {.item = 50, .value = 2}, {.item = 99}};
  std::vector<float> scores(100);
  model->score(history, scores);
  for (std::int32_t item = 0; item < 100; ++item) {
    float sum = 0;
    for (const HistoryEntry& entry : history) sum += entry.value * model->contribution(item, entry.item);
    EXPECT_NEAR(scores[static_cast<std::size_t>(item)], sum, 1e-5);
  }
}

TEST(Ease, ScoresTheSameAfterBeingReadBackAndRefusesPieces) {
  Progress progress;
  const auto model = Ease::fit(random_events(100, 40, 3), {.regularization = 20.0F, .most_items = 30}, progress, {});
  ASSERT_TRUE(model);
  ByteWriter out;
  model->write(out);
  const std::string bytes = std::move(out).take();
  ByteReader in(bytes);
  const auto again = Ease::read(in);
  ASSERT_TRUE(again) << again.error().describe();
  std::vector<float> scores(40);
  std::vector<float> scores_again(40);
  model->score(std::vector<HistoryEntry>{{.item = 1}, {.item = 39}}, scores);
  again->score(std::vector<HistoryEntry>{{.item = 1}, {.item = 39}}, scores_again);
  EXPECT_EQ(scores, scores_again);
  for (std::size_t size = 0; size < bytes.size(); size += 17) {
    ByteReader part(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(Ease::read(part));
  }
}

TEST(Ease, RefusesWhatDoesNotFitTheMemoryBudget) {
  Progress progress;
  EXPECT_EQ(Ease::fit(random_events(50, 100, 4), {.memory_budget = 1000}, progress, {}).error().code(), ErrorCode::ResourceExhausted);
}

}  // namespace
}  // namespace cineloom
