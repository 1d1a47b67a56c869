#include "recommend/models/private_factors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "privacy/testing/seeded_bytes.h"
#include "recommend/models/popularity.h"
#include "recommend/models/private_sums.h"
#include "recommend/testing/planted_taste.h"

namespace cineloom {
namespace {

using privacy::testing::SeededBytes;
using testing::PlantedTaste;

const PlantedTaste& world() {
  static const PlantedTaste planted;
  return planted;
}

SparseMatrix ones_of(const Interactions& events) {
  SparseMatrix seen = events.matrix();
  std::ranges::fill(seen.values, 1.0F);
  return seen;
}

/// Each item's kind, in doubt.
SparseMatrix kinds() {
  std::vector<SparseCell> cells;
  for (std::int32_t item = 0; item < PlantedTaste::kItems; ++item) {
    cells.push_back({.row = item, .column = item % PlantedTaste::kKinds, .value = 1});
    cells.push_back({.row = item, .column = PlantedTaste::kKinds + item % 7, .value = 0.5F});
  }
  return SparseMatrix::from_cells(cells, PlantedTaste::kItems, PlantedTaste::kKinds + 7);
}

Expected<PrivateFactors> fitted(double epsilon, Seed seed = 1, const SparseMatrix& content = kinds()) {
  SeededBytes bytes(seed);
  Progress progress;
  PrivateFactorsOptions options{.loss = {.epsilon = epsilon, .delta = 1e-4}, .factors = 6, .sweeps = 2};
  return PrivateFactors::fit(ones_of(world().train), content, options, bytes, progress, CancelToken());
}

TEST(PrivateFactors, RankBetterThanPopularityWhereNoiseIsMild) {
  const auto model = fitted(10);
  ASSERT_TRUE(model) << model.error().describe();
  EXPECT_GT(world().ndcg(*model), world().ndcg(Popularity(world().train)) + 0.1);
}

TEST(PrivateFactors, LearnWithoutContentToo) {
  const auto model = fitted(300, 1, SparseMatrix());
  ASSERT_TRUE(model) << model.error().describe();
  EXPECT_GT(world().ndcg(*model), world().ndcg(Popularity(world().train)) + 0.1);
}

TEST(PrivateFactors, TellNoMoreThanTheyPromise) {
  for (const double epsilon : {0.5, 1.0, 5.0}) {
    const auto model = fitted(epsilon);
    ASSERT_TRUE(model) << model.error().describe();
    const double told = privacy::gaussian_epsilon(model->mu(), model->loss().delta);
    EXPECT_LE(told, epsilon * (1 + 1e-6));
    EXPECT_GE(told, epsilon * 0.999);
    EXPECT_EQ(model->told().size(), 5U);
  }
}

TEST(PrivateFactors, TellAllThatTheyAreMadeOf) {
  // The same stream gives the same model, and other noise another one: there is no second source of randomness.
  const auto one = fitted(2, 1);
  const auto again = fitted(2, 1);
  const auto other = fitted(2, 2);
  ASSERT_TRUE(one && again && other);
  EXPECT_TRUE(std::ranges::equal(one->folding().items().values(), again->folding().items().values()));
  EXPECT_FALSE(std::ranges::equal(one->folding().items().values(), other->folding().items().values()));
}

/// The same viewers without one of them.
SparseMatrix without(const SparseMatrix& seen, std::int32_t viewer) {
  std::vector<SparseCell> cells;
  for (std::int32_t row = 0; row < seen.row_count(); ++row) {
    if (row == viewer) continue;
    for (const std::int32_t item : seen.row_columns(row)) cells.push_back({.row = row, .column = item});
  }
  return SparseMatrix::from_cells(cells, seen.row_count(), seen.column_count);
}

double change(const privacy::BoundedSum& with, const privacy::BoundedSum& without) {
  double squares = 0;
  for (std::size_t i = 0; i < with.exact().size(); ++i) {
    const auto moved = static_cast<double>(with.exact()[i] - without.exact()[i]);
    squares += moved * moved;
  }
  return std::sqrt(squares) / static_cast<double>(privacy::BoundedSum::kUnit);
}

TEST(PrivateFactors, MoveByAtMostOneForAnyViewer) {
  const auto model = fitted(5);
  ASSERT_TRUE(model);
  const SparseMatrix seen = ones_of(world().train);
  const std::vector<double> weights = private_sums::item_weights(model->fame(), {});
  for (std::int32_t viewer = 0; viewer < 20; ++viewer) {
    const SparseMatrix others = without(seen, viewer);
    EXPECT_LE(change(private_sums::counts(seen), private_sums::counts(others)), 1);
    for (const ViewerRows& rows : model->rows()) {
      const double items = change(private_sums::items(seen, rows, weights), private_sums::items(others, rows, weights));
      EXPECT_LE(items, 1);
      EXPECT_GT(items, 0.99);  // no less either: the noise would be wasted
      EXPECT_LE(change(private_sums::gram(seen, rows), private_sums::gram(others, rows)), 1);
    }
  }
}

TEST(PrivateFactors, HearMostOfItemsBetweenTheUnknownAndTheFamiliar) {
  const std::vector<double> fame = {400, 1, 100, 4};
  const std::vector<double> rising = private_sums::item_weights(fame, {.rise = 0.5F, .fall = 0});
  EXPECT_NEAR(rising[0] / rising[1], 20, 1e-9);
  const std::vector<double> bent = private_sums::item_weights(fame, {.rise = 0.5F, .fall = 1, .familiar = 2});
  EXPECT_NEAR(bent[3] / bent[1], 2, 0.01);
  EXPECT_NEAR(bent[0] / bent[2], 2 * std::sqrt(2.0 / 17), 1e-9);  // past the second best known they fall again
  double squares = 0;
  for (std::size_t i = 0; i < fame.size(); ++i) squares += fame[i] * bent[i] * bent[i];
  EXPECT_NEAR(squares, 505, 1e-9);
}

TEST(PrivateFactors, RefuseWhatTheyCannotPromise) {
  EXPECT_FALSE(fitted(0));
  EXPECT_FALSE(fitted(-1));
  SeededBytes bytes(1);
  Progress progress;
  EXPECT_FALSE(PrivateFactors::fit(SparseMatrix(), SparseMatrix(), {}, bytes, progress, CancelToken()));
  const SparseMatrix seen = ones_of(world().train);
  EXPECT_FALSE(PrivateFactors::fit(seen, SparseMatrix(), {.factors = 1}, bytes, progress, CancelToken()));
  EXPECT_FALSE(PrivateFactors::fit(seen, SparseMatrix(), {.sweeps = 0}, bytes, progress, CancelToken()));
  EXPECT_FALSE(PrivateFactors::fit(seen, SparseMatrix(), {.count_share = 1}, bytes, progress, CancelToken()));
  EXPECT_FALSE(PrivateFactors::fit(seen, SparseMatrix(), {.weighting = {.rise = -1}}, bytes, progress, CancelToken()));
  EXPECT_FALSE(PrivateFactors::fit(seen, SparseMatrix(), {.weighting = {.familiar = 0}}, bytes, progress, CancelToken()));
}

}  // namespace
}  // namespace cineloom
