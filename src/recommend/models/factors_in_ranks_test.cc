#include "recommend/models/factors_in_ranks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "recommend/models/ials_training.h"
#include "recommend/testing/thread_ranks.h"

namespace cineloom {
namespace {

constexpr std::int32_t kUsers = 300;
constexpr std::int32_t kItems = 600;  // more than travel at a time

/// Two tastes, weights between a tenth and one, and some items that nobody knows.
std::vector<SparseCell> cells_of(std::int32_t user) {
  Random random(derive_seed(11, std::to_string(user)));
  std::vector<SparseCell> cells;
  for (std::int32_t item = 0; item < kItems - 10; ++item) {
    if (random.uniform() >= ((user + item) % 2 == 0 ? 0.1 : 0.01)) continue;
    cells.push_back({.row = 0, .column = item, .value = static_cast<float>(0.1 + 0.9 * random.uniform())});
  }
  return cells;
}

SparseMatrix users_where(const std::function<bool(std::int32_t)>& is_own) {
  std::vector<SparseCell> cells;
  std::int32_t rows = 0;
  for (std::int32_t user = 0; user < kUsers; ++user) {
    if (!is_own(user)) continue;
    for (SparseCell cell : cells_of(user)) {
      cell.row = rows;
      cells.push_back(cell);
    }
    ++rows;
  }
  return SparseMatrix::from_cells(cells, rows, kItems);
}

const IalsOptions kOptions{.factors = 12, .sweeps = 5, .terms = {.regularization = 0.01F, .unobserved_weight = 0.1F}};

std::string bytes_of(const Ials& model) {
  ByteWriter out;
  model.write(out);
  return std::move(out).take();
}

/// What each rank came to, users shared out by `rank_of`.
std::vector<std::string> fit(int ranks, const std::function<int(std::int32_t)>& rank_of) {
  std::vector<std::string> models(static_cast<std::size_t>(ranks));
  testing::ThreadRanks(ranks).run([&](Ranks& own) {
    Progress progress;
    const auto model = fit_in_ranks(users_where([&](std::int32_t user) { return rank_of(user) == own.rank(); }), own, kOptions, progress, {});
    if (model) models[static_cast<std::size_t>(own.rank())] = bytes_of(*model);
  });
  return models;
}

TEST(FactorsInRanks, AreTheSameBitForBitForAnyNumberOfRanksAndAnySharingOut) {
  const std::string alone = fit(1, [](std::int32_t) { return 0; }).front();
  ASSERT_FALSE(alone.empty());
  for (const auto& models : {fit(2, [](std::int32_t user) { return user % 2; }), fit(3, [](std::int32_t user) { return user < 20 ? 0 : 1 + user % 2; }),
                             fit(4, [](std::int32_t user) { return user % 3; })}) {  // the last of four has nobody
    for (const std::string& model : models) EXPECT_TRUE(model == alone);
  }
}

TEST(FactorsInRanks, FindAsGoodAModelAsFloatsDo) {
  const SparseMatrix seen = users_where([](std::int32_t) { return true; });
  Progress progress;
  LoneRank alone;
  const auto whole = fit_in_ranks(seen, alone, kOptions, progress, {});
  const auto floats = Ials::fit(seen, kOptions, progress, {});
  ASSERT_TRUE(whole && floats);
  // Users once more, best for the items that were found.
  IalsOptions last = kOptions;
  last.first_items = &whole->item_factors();
  IalsTraining training(seen, last);
  ASSERT_TRUE(training.solve_users(progress, {}));
  const double loss = ials_loss(seen, training.users(), training.items(), kOptions.terms);
  const double best = ials_loss(seen, floats->user_factors(), floats->item_factors(), kOptions.terms);
  EXPECT_NEAR(loss / best, 1, 2e-3);
  EXPECT_TRUE(std::ranges::all_of(whole->item_factors().row(kItems - 1), [](float value) { return value == 0; })) << "nobody knows it";
}

TEST(FactorsInRanks, SayWhatIsWrong) {
  Progress progress;
  LoneRank alone;
  const auto empty = fit_in_ranks(SparseMatrix{.column_count = 3}, alone, kOptions, progress, {});
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code(), ErrorCode::InvalidArgument);
  CancelSource stopped;
  stopped.cancel();
  const auto cancelled = fit_in_ranks(users_where([](std::int32_t) { return true; }), alone, kOptions, progress, stopped.token());
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code(), ErrorCode::Cancelled);
}

}  // namespace
}  // namespace cineloom
