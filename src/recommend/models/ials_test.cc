#include "recommend/models/ials.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "recommend/models/held_out_users.h"
#include "recommend/models/ials_training.h"

namespace cineloom {
namespace {

SparseMatrix two_tastes(std::int32_t users, std::int32_t items, Seed seed) {
  Random random(seed);
  std::vector<SparseCell> cells;
  for (std::int32_t user = 0; user < users; ++user) {
    for (std::int32_t item = 0; item < items; ++item) {
      const double chance = (user + item) % 2 == 0 ? 0.3 : 0.03;
      if (random.uniform() < chance) cells.push_back({.row = user, .column = item});
    }
  }
  return SparseMatrix::from_cells(cells, users, items);
}

std::vector<HistoryEntry> history_of(const SparseMatrix& seen, std::int32_t user) {
  std::vector<HistoryEntry> history;
  for (std::size_t i = 0; i < seen.row_size(user); ++i) history.push_back({.item = seen.row_columns(user)[i], .value = seen.row_values(user)[i]});
  return history;
}

const IalsOptions kSmall{.factors = 16, .sweeps = 4, .terms = {.regularization = 0.01F, .unobserved_weight = 0.1F}};

TEST(Ials, LowersItsLossWithEveryHalfSweep) {
  const SparseMatrix seen = two_tastes(120, 80, 1);
  IalsTraining training(seen, kSmall);
  Progress progress;
  double before = ials_loss(seen, training.users(), training.items(), kSmall.terms);
  for (int half = 0; half < 8; ++half) {
    ASSERT_TRUE(half % 2 == 0 ? training.solve_users(progress, {}) : training.solve_items(progress, {}));
    const double after = ials_loss(seen, training.users(), training.items(), kSmall.terms);
    EXPECT_LE(after, before * (1 + 1e-6));
    before = after;
  }
}

TEST(Ials, ComesToTheSameLossByEverySolver) {
  const SparseMatrix seen = two_tastes(200, 90, 7);
  Progress progress;
  IalsOptions options = kSmall;
  options.sweeps = 30;
  const auto exact = Ials::fit(seen, options, progress, {});
  options.solver = IalsSolver::ConjugateGradient;
  const auto gradients = Ials::fit(seen, options, progress, {});
  options.solver = IalsSolver::Block;
  options.block = 8;
  const auto blocks = Ials::fit(seen, options, progress, {});
  options.block = options.factors;
  const auto whole = Ials::fit(seen, options, progress, {});
  const double least = ials_loss(seen, exact->user_factors(), exact->item_factors(), options.terms);
  EXPECT_NEAR(ials_loss(seen, gradients->user_factors(), gradients->item_factors(), options.terms), least, 2e-3 * least);
  EXPECT_NEAR(ials_loss(seen, blocks->user_factors(), blocks->item_factors(), options.terms), least, 2e-3 * least);
  for (std::size_t i = 0; i < whole->item_factors().values().size(); ++i)
    ASSERT_NEAR(whole->item_factors().values()[i], exact->item_factors().values()[i], 1e-4);
}

TEST(Ials, FoldsATrainingUserInToItsOwnFactors) {
  const SparseMatrix seen = two_tastes(120, 80, 2);
  Progress progress;
  const auto model = Ials::fit(seen, kSmall, progress, {});
  ASSERT_TRUE(model);
  for (std::int32_t user = 0; user < 120; user += 7) {
    const auto row = model->folding().fold_in(history_of(seen, user));
    for (std::size_t i = 0; i < row.size(); ++i) EXPECT_NEAR(row[i], model->user_factors().at(static_cast<std::size_t>(user), i), 1e-4);
  }
}

TEST(Ials, GivesTheSameBytesForOneAndTwoThreads) {
  const SparseMatrix seen = two_tastes(300, 90, 3);
  Progress progress;
  std::string bytes[2];
  for (int threads = 1; threads <= 2; ++threads) {
    IalsOptions options = kSmall;
    options.threads = threads;
    ByteWriter out;
    Ials::fit(seen, options, progress, {})->write(out);
    bytes[threads - 1] = std::move(out).take();
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST(Ials, RanksTheTasteOfAHistoryFirst) {
  Progress progress;
  const auto model = Ials::fit(two_tastes(200, 60, 4), kSmall, progress, {});
  ASSERT_TRUE(model);
  std::vector<float> scores(60);
  model->score(std::vector<HistoryEntry>{{.item = 0}, {.item = 2}, {.item = 4}}, scores);
  double even = 0;
  double odd = 0;
  for (std::size_t i = 6; i < 60; ++i) (i % 2 == 0 ? even : odd) += static_cast<double>(scores[i]);
  EXPECT_GT(even, 2 * odd);
}

TEST(Ials, ScoresTheSameAfterBeingReadBack) {
  const SparseMatrix seen = two_tastes(100, 50, 5);
  Progress progress;
  const auto model = Ials::fit(seen, kSmall, progress, {});
  ByteWriter out;
  model->write(out);
  const std::string bytes = std::move(out).take();
  ByteReader in(bytes);
  const auto again = Ials::read(in);
  ASSERT_TRUE(again) << again.error().describe();
  std::vector<float> scores(50);
  std::vector<float> scores_again(50);
  model->score(history_of(seen, 3), scores);
  again->score(history_of(seen, 3), scores_again);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_NEAR(scores[i], scores_again[i], 1e-4);
  for (std::size_t size = 0; size < bytes.size(); size += 13) {
    ByteReader part(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(Ials::read(part));
  }
}

TEST(Ials, RefusesFactorsWhoseProductsAreNotFinite) {
  Progress progress;
  const auto model = Ials::fit(two_tastes(100, 50, 5), kSmall, progress, {});
  ByteWriter out;
  model->write(out);
  const std::string bytes = std::move(out).take();
  for (const float wrong : {3e38F, -1e20F, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    std::string damaged = bytes;
    std::memcpy(damaged.data() + damaged.size() - sizeof wrong, &wrong, sizeof wrong);
    ByteReader in(damaged);
    const auto read = Ials::read(in);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().message(), "iALS model: a factor is out of range");
  }
}

TEST(Ials, ChoosesTermsThatRankHeldOutUsersNoWorseThanBadOnes) {
  const SparseMatrix seen = two_tastes(600, 120, 8);
  const HeldOutUsers held_out = hold_out_users(seen, 10000, 60, 99);
  ASSERT_EQ(held_out.users.size(), 60U);
  Progress progress;
  IalsOptions options = kSmall;
  const auto chosen = Ials::fit_automatically(held_out.train, options, progress, {});
  ASSERT_TRUE(chosen);
  options.terms = {.regularization = 1e-5F, .unobserved_weight = 1e-3F};
  const auto bad = Ials::fit(held_out.train, options, progress, {});
  EXPECT_GT(mean_ndcg(*chosen, held_out), mean_ndcg(*bad, held_out));
}

TEST(Ials, StopsWhenAskedAndRefusesNonsense) {
  Progress progress;
  CancelSource source;
  source.cancel();
  const SparseMatrix seen = two_tastes(50, 50, 6);
  EXPECT_EQ(Ials::fit(seen, kSmall, progress, source.token()).error().code(), ErrorCode::Cancelled);
  IalsOptions options = kSmall;
  options.terms.regularization = 0;
  EXPECT_EQ(Ials::fit(seen, options, progress, {}).error().code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace cineloom
