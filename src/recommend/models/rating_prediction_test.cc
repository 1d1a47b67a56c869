#include "recommend/models/rating_prediction.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "recommend/models/rating_kernel.h"
#include "recommend/models/rating_probit.h"
#include "recommend/models/rating_random.h"
#include "recommend/models/rating_sampler.h"

namespace cineloom {
namespace {

constexpr std::int32_t kUsers = 100;
constexpr std::int32_t kItems = 80;
constexpr std::int64_t kDay = 86400;

/// Whole stars, 1 to 5: tastes, and a mood by user and day.
struct PlantedDays {
  std::vector<Interaction> known;
  std::vector<Interaction> hidden;

  explicit PlantedDays(Seed seed) {
    Random random(seed);
    std::vector<double> tastes;
    std::vector<double> kinds;
    for (std::int32_t user = 0; user < kUsers; ++user) tastes.push_back(random.normal());
    for (std::int32_t item = 0; item < kItems; ++item) kinds.push_back(random.normal());
    for (std::int32_t user = 0; user < kUsers; ++user) {
      const double moods[2] = {0.8 * random.normal(), 0.8 * random.normal()};
      for (std::int32_t item = 0; item < kItems; ++item) {
        const std::uint64_t day = random.below(2);
        const double stars = 3 + moods[day] + tastes[static_cast<std::size_t>(user)] * kinds[static_cast<std::size_t>(item)] + 0.4 * random.normal();
        const Interaction rating{.user = user,
                                 .item = item,
                                 .value = static_cast<float>(std::clamp(std::round(stars), 1.0, 5.0)),
                                 .time = static_cast<std::int64_t>(day) * kDay + item};
        (random.uniform() < 0.2 ? hidden : known).push_back(rating);
      }
    }
  }
  [[nodiscard]] Interactions ratings() const { return *Interactions::from(known, kUsers, kItems); }
};

std::vector<RatingForecast> predicted(const PlantedDays& world, const RatingPredictionOptions& options) {
  Progress progress;
  const auto forecasts = predict_ratings(world.ratings(), world.hidden, options, progress, {});
  EXPECT_TRUE(forecasts.has_value());
  return *forecasts;
}

double error_of(const std::vector<RatingForecast>& forecasts, const std::vector<Interaction>& truth) {
  double squares = 0;
  for (std::size_t at = 0; at < truth.size(); ++at) squares += std::pow(forecasts[at].stars - static_cast<double>(truth[at].value), 2);
  return std::sqrt(squares / static_cast<double>(truth.size()));
}

TEST(RatingPrediction, KnowsTheDay) {
  const PlantedDays world(1);
  const double with_time = error_of(predicted(world, {.sweeps = 100}), world.hidden);
  const double without = error_of(predicted(world, {.sweeps = 100, .time = RatingTime::Ignored}), world.hidden);
  EXPECT_LT(with_time, 0.58);
  EXPECT_LT(with_time, without - 0.05);
}

TEST(RatingPrediction, StaysOnTheScaleAndKnowsItsError) {
  const PlantedDays world(2);
  const auto forecasts = predicted(world, {.sweeps = 100});
  double variance = 0;
  for (const RatingForecast& forecast : forecasts) {
    EXPECT_GE(forecast.stars, 1);
    EXPECT_LE(forecast.stars, 5);
    variance += forecast.deviation * forecast.deviation / static_cast<double>(forecasts.size());
  }
  EXPECT_NEAR(std::sqrt(variance), error_of(forecasts, world.hidden), 0.05);
}

TEST(RatingPrediction, DoesNotLookAtTheStarsOfItsQueries) {
  PlantedDays world(3);
  const auto before = predicted(world, {.sweeps = 10});
  for (Interaction& query : world.hidden) query.value = 1;
  const auto after = predicted(world, {.sweeps = 10});
  for (std::size_t at = 0; at < before.size(); ++at) EXPECT_EQ(before[at].stars, after[at].stars);
}

TEST(RatingPrediction, SaysWhatIsWrong) {
  const PlantedDays world(4);
  Progress progress;
  const std::vector<Interaction> outside{{.user = kUsers, .item = 0}};
  EXPECT_EQ(predict_ratings(world.ratings(), outside, {}, progress, {}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(predict_ratings(world.ratings(), {}, {.factors = -1}, progress, {}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(predict_ratings(world.ratings(), {}, {.item_features = SparseMatrix::from_cells({}, 3, 1)}, progress, {}).error().code(),
            ErrorCode::InvalidArgument);
}

TEST(RatingKernel, GathersAsThePlainLoop) {
  Random random(1);
  std::vector<RatingLanes> old_design(40);
  std::vector<RatingLanes> design(40);
  RatingLanes shift;
  for (std::size_t lane = 0; lane < kRatingLanes; ++lane) {
    shift.values[lane] = static_cast<float>(random.normal());
    for (RatingLanes& row : old_design) row.values[lane] = static_cast<float>(random.normal());
    for (RatingLanes& row : design) row.values[lane] = static_cast<float>(random.normal());
  }
  for (const std::size_t count : {0U, 1U, 7U, 300U}) {
    std::vector<std::int32_t> other;
    std::vector<float> fast;
    for (std::size_t at = 0; at < count; ++at) other.push_back(static_cast<std::int32_t>(random.below(40)));
    for (std::size_t at = 0; at < count; ++at) fast.push_back(static_cast<float>(random.normal()));
    std::vector<float> plain = fast;
    const RatingEvidence got = gather_rating_evidence(other, fast, old_design.data(), shift, design.data());
    const RatingEvidence expected = gather_rating_evidence_plainly(other, plain, old_design.data(), shift, design.data());
    for (std::size_t at = 0; at < count; ++at) EXPECT_NEAR(fast[at], plain[at], 1e-5);
    for (std::size_t row = 0; row < kRatingLanes; ++row) {
      EXPECT_NEAR(got.products.values[row], expected.products.values[row], 1e-3);
      EXPECT_EQ(got.shift.values[row], 0);
      for (std::size_t column = 0; column < kRatingLanes; ++column) EXPECT_NEAR(got.squares[row].values[column], expected.squares[row].values[column], 1e-3);
    }
  }
}

TEST(RatingRandom, DrawsStandardNormals) {
  Random random(5);
  constexpr int kDraws = 400000;
  double sum = 0;
  double squares = 0;
  double fourth = 0;
  int beyond_two = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    const double x = quick_normal(random);
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
    beyond_two += std::abs(x) > 2 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.01);
  EXPECT_NEAR(squares / kDraws, 1, 0.01);
  EXPECT_NEAR(fourth / kDraws, 3, 0.08);
  EXPECT_NEAR(static_cast<double>(beyond_two) / kDraws, 0.0455, 0.002);
}

TEST(RatingProbit, CutPointsComeBackFromWhatTheyMade) {
  const std::vector<double> cuts{-1.2, -0.3, 0.8};
  Random random(7);
  std::vector<float> scores;
  std::vector<std::uint8_t> levels;
  for (int at = 0; at < 50000; ++at) {
    scores.push_back(static_cast<float>(0.7 * random.normal()));
    const double latent = static_cast<double>(scores.back()) + random.normal();
    levels.push_back(static_cast<std::uint8_t>(std::ranges::count_if(cuts, [&](double cut) { return latent > cut; })));
  }
  std::vector<double> drawn{-0.5, 0, 0.5};
  for (int step = 0; step < 5; ++step) drawn = draw_cut_points(drawn, scores, levels, random);
  for (std::size_t cut = 0; cut < cuts.size(); ++cut) EXPECT_NEAR(drawn[cut], cuts[cut], 0.04);
}

TEST(RatingProbit, QuantileUndoesTheDistribution) {
  for (double x = -5; x <= 5; x += 0.37) EXPECT_NEAR(quick_normal_quantile(0.5 * std::erfc(-x / std::sqrt(2.0))), x, 1e-6);
  for (double x = -5; x <= 5; x += 0.37) EXPECT_NEAR(normal_cdf(x), 0.5 * std::erfc(-x / std::sqrt(2.0)), 1e-6);
}

TEST(RatingProbit, DrawsFallBetweenTheirCuts) {
  const std::vector<double> cuts{-1, 0, 2};
  Random random(9);
  for (const float score : {-9.0F, -2.0F, 0.0F, 1.0F, 9.0F}) {
    for (std::size_t level = 0; level <= cuts.size(); ++level) {
      for (int draw = 0; draw < 200; ++draw) {
        const double latent = static_cast<double>(score) + static_cast<double>(draw_between(cuts, level, score, random));
        EXPECT_GE(latent, (level > 0 ? cuts[level - 1] : -1e9) - 1e-5);
        EXPECT_LE(latent, (level < cuts.size() ? cuts[level] : 1e9) + 1e-5);
      }
    }
  }
}

}  // namespace
}  // namespace cineloom
