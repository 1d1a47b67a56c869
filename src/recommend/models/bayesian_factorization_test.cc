#include "recommend/models/bayesian_factorization.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <gtest/gtest.h>

namespace cineloom {
namespace {

constexpr std::int32_t kUsers = 120;
constexpr std::int32_t kItems = 60;
constexpr std::int32_t kUnrated = kItems - 1;

/// Stars = 3 + biases + taste times kind + noise; the last item has no ratings.
struct PlantedTaste {
  std::vector<Interaction> known;
  std::vector<Interaction> hidden;

  explicit PlantedTaste(Seed seed, double scale = 1, double offset = 0) {
    Random random(seed);
    std::vector<double> tastes;
    std::vector<double> kinds;
    std::vector<double> user_biases;
    std::vector<double> item_biases;
    for (std::int32_t user = 0; user < kUsers; ++user) tastes.push_back(random.normal());
    for (std::int32_t user = 0; user < kUsers; ++user) user_biases.push_back(0.3 * random.normal());
    for (std::int32_t item = 0; item < kItems; ++item) kinds.push_back(0.8 * random.normal());
    for (std::int32_t item = 0; item < kItems; ++item) item_biases.push_back(0.4 * random.normal());
    for (std::int32_t user = 0; user < kUsers; ++user) {
      for (std::int32_t item = 0; item < kUnrated; ++item) {
        if (random.uniform() > 0.5) continue;
        const auto u = static_cast<std::size_t>(user);
        const auto i = static_cast<std::size_t>(item);
        const double stars = 3 + user_biases[u] + item_biases[i] + tastes[u] * kinds[i] + 0.5 * random.normal();
        (random.uniform() < 0.2 ? hidden : known).push_back({.user = user, .item = item, .value = static_cast<float>(offset + scale * stars)});
      }
    }
  }
  [[nodiscard]] Interactions ratings() const { return *Interactions::from(known, kUsers, kItems); }
};

BayesianFactorization fitted(const Interactions& ratings, const BayesianFactorizationOptions& options = {}) {
  Progress progress;
  auto model = BayesianFactorization::fit(ratings, options, progress, {});
  EXPECT_TRUE(model.has_value());
  return *std::move(model);
}

/// Root mean square error over hidden ratings, users folded in.
double error_of(const BayesianFactorization& model, const Interactions& ratings, const std::vector<Interaction>& hidden) {
  double squares = 0;
  for (const Interaction& rating : hidden) {
    const double miss = model.fold_in(ratings.history(rating.user)).stars(rating.item) - static_cast<double>(rating.value);
    squares += miss * miss;
  }
  return std::sqrt(squares / static_cast<double>(hidden.size()));
}

double coverage_of(const BayesianFactorization& model, const Interactions& ratings, const std::vector<Interaction>& hidden, double deviations) {
  double inside = 0;
  for (const Interaction& rating : hidden) {
    const RatingForecast forecast = model.fold_in(ratings.history(rating.user)).forecast(rating.item);
    inside += std::abs(forecast.stars - static_cast<double>(rating.value)) <= deviations * forecast.deviation ? 1 : 0;
  }
  return inside / static_cast<double>(hidden.size());
}

std::string bytes_of(const BayesianFactorization& model) {
  ByteWriter writer;
  model.write(writer);
  return std::move(writer).take();
}

TEST(BayesianFactorization, FindsPlantedTaste) {
  const PlantedTaste world(1);
  const Interactions ratings = world.ratings();
  const double error = error_of(fitted(ratings), ratings, world.hidden);
  // The noise is 0.5; biases alone miss taste times kind, 0.8 more.
  EXPECT_LT(error, 0.62);
}

TEST(BayesianFactorization, LearnsAnyScale) {
  const PlantedTaste world(1, 12, 20);
  const Interactions ratings = world.ratings();
  const BayesianFactorization model = fitted(ratings);
  EXPECT_LT(error_of(model, ratings, world.hidden), 12 * 0.62);
  const auto [least, most] = std::ranges::minmax(world.known, {}, &Interaction::value);
  EXPECT_EQ(model.least_stars(), least.value);
  EXPECT_EQ(model.most_stars(), most.value);
}

TEST(BayesianFactorization, IntervalsCoverWhatTheyPromise) {
  double ninety = 0;
  double eighty = 0;
  constexpr int kWorlds = 4;
  for (Seed seed = 1; seed <= kWorlds; ++seed) {
    const PlantedTaste world(seed);
    const Interactions ratings = world.ratings();
    const BayesianFactorization model = fitted(ratings);
    ninety += coverage_of(model, ratings, world.hidden, 1.6449) / kWorlds;
    eighty += coverage_of(model, ratings, world.hidden, 1.2816) / kWorlds;
  }
  EXPECT_NEAR(ninety, 0.9, 0.02);
  EXPECT_NEAR(eighty, 0.8, 0.02);
}

TEST(BayesianFactorization, WithoutAnEntryIsAFoldInOfTheShorterHistory) {
  const PlantedTaste world(2);
  const Interactions ratings = world.ratings();
  const BayesianFactorization model = fitted(ratings);
  std::vector<HistoryEntry> history(ratings.history(5).begin(), ratings.history(5).end());
  const RatingUser shorter = model.fold_in(history).without(3).without(0);
  history.erase(history.begin() + 3);
  history.erase(history.begin());
  const RatingUser expected = model.fold_in(history);
  for (std::int32_t item = 0; item < kItems; ++item) {
    EXPECT_NEAR(shorter.stars(item), expected.stars(item), 1e-4);
    EXPECT_NEAR(shorter.forecast(item).deviation, expected.forecast(item).deviation, 1e-5);
  }
}

TEST(BayesianFactorization, AllStarsAreThoseOfEachItem) {
  const PlantedTaste world(2);
  const Interactions ratings = world.ratings();
  const BayesianFactorization model = fitted(ratings);
  const RatingUser user = model.fold_in(ratings.history(0));
  std::vector<float> all(kItems);
  user.stars(all);
  for (std::int32_t item = 0; item < kItems; ++item) EXPECT_NEAR(static_cast<double>(all[static_cast<std::size_t>(item)]), user.stars(item), 1e-4);
}

TEST(BayesianFactorization, IsLessSureOfSomebodyNewAndOfUnratedItems) {
  const PlantedTaste world(3);
  const Interactions ratings = world.ratings();
  const BayesianFactorization model = fitted(ratings);
  const RatingUser nobody = model.fold_in({});
  const RatingUser known = model.fold_in(ratings.history(7));
  EXPECT_GT(nobody.forecast(0).deviation, known.forecast(0).deviation);
  EXPECT_GT(known.forecast(kUnrated).deviation, known.forecast(0).deviation);
  EXPECT_TRUE(std::isfinite(nobody.stars(kUnrated)));
  EXPECT_TRUE(std::isfinite(known.stars(kUnrated)));
}

TEST(BayesianFactorization, ALentItemIsWhatItWasLent) {
  const PlantedTaste world(4);
  const Interactions ratings = world.ratings();
  BayesianFactorization model = fitted(ratings);
  const std::vector<ItemLoan> loans{{.item = kUnrated, .likes = {3}, .weights = {1.0}}};
  model.lend(loans);
  const RatingUser user = model.fold_in(ratings.history(7));
  EXPECT_NEAR(user.stars(kUnrated), user.stars(3), 1e-4);
}

TEST(BayesianFactorization, ItemsNumberedAnewKeepTheirStars) {
  const PlantedTaste world(4);
  const Interactions ratings = world.ratings();
  const BayesianFactorization model = fitted(ratings);
  std::vector<std::int32_t> origins{kNewItem};
  for (std::int32_t item = model.items() - 1; item >= 2; --item) origins.push_back(item);
  const BayesianFactorization moved = BayesianFactorization(model).rearranged(origins);
  ASSERT_EQ(moved.items(), model.items() - 1);
  std::vector<HistoryEntry> before{{.item = 5, .value = 4}, {.item = 9, .value = 1}};
  std::vector<HistoryEntry> after = before;
  for (HistoryEntry& entry : after) entry.item = model.items() - entry.item;
  EXPECT_NEAR(moved.fold_in(after).stars(model.items() - 7), model.fold_in(before).stars(7), 1e-9);
  EXPECT_EQ(moved.item_ratings(0), 0);
  EXPECT_TRUE(std::isfinite(moved.fold_in(after).stars(0)));
}

TEST(BayesianFactorization, AWideningThatIsKnownIsTakenAndNotMeasured) {
  const PlantedTaste world(5);
  const Interactions ratings = world.ratings();
  const BayesianFactorization measured = fitted(ratings, {.sweeps = 20});
  const BayesianFactorization given = fitted(ratings, {.sweeps = 20, .widening = measured.widening()});
  EXPECT_EQ(bytes_of(given), bytes_of(measured));
  Progress progress;
  EXPECT_EQ(BayesianFactorization::fit(ratings, {.widening = 0}, progress, CancelToken()).error().code(), ErrorCode::InvalidArgument);
}

TEST(BayesianFactorization, GivesTheSameBytesForAnyNumberOfThreadsAndBackFromThem) {
  const PlantedTaste world(5);
  const Interactions ratings = world.ratings();
  const std::string one = bytes_of(fitted(ratings, {.sweeps = 20, .threads = 1}));
  EXPECT_EQ(one, bytes_of(fitted(ratings, {.sweeps = 20, .threads = 3})));
  ByteReader reader(one);
  const auto again = BayesianFactorization::read(reader);
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(reader.is_whole());
  EXPECT_EQ(one, bytes_of(*again));
}

TEST(BayesianFactorization, RefusesDamagedBytes) {
  const PlantedTaste world(5);
  const std::string whole = bytes_of(fitted(world.ratings(), {.factors = 2, .burn_in = 2, .sweeps = 2}));
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    ByteReader reader(std::string_view(whole).substr(0, size));
    EXPECT_FALSE(BayesianFactorization::read(reader).has_value());
  }
  Random random(1);
  for (int trial = 0; trial < 200; ++trial) {
    std::string damaged = whole;
    damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
    ByteReader reader(damaged);
    std::ignore = BayesianFactorization::read(reader);  // must not crash; a changed digit of a factor cannot be seen
  }
}

TEST(BayesianFactorization, SaysWhatIsWrong) {
  Progress progress;
  const auto empty = Interactions::from({}, 3, 3);
  EXPECT_EQ(BayesianFactorization::fit(*empty, {}, progress, {}).error().code(), ErrorCode::InvalidArgument);
  CancelSource source;
  source.cancel();
  EXPECT_EQ(BayesianFactorization::fit(PlantedTaste(1).ratings(), {}, progress, source.token()).error().code(), ErrorCode::Cancelled);
}

TEST(BayesianFactorization, ManagesWithOneRating) {
  const std::vector<Interaction> one{{.user = 0, .item = 1, .value = 4}};
  const Interactions ratings = *Interactions::from(one, 2, 3);
  const BayesianFactorization model = fitted(ratings);
  EXPECT_NEAR(model.fold_in(ratings.history(0)).stars(2), 4, 1e-6);
}

}  // namespace
}  // namespace cineloom
