#include "feedback/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "math/distributions.h"

namespace cineloom {
namespace {

Timestamp hour(int number) { return Timestamp(std::chrono::hours(number)); }

Forecast forecast(std::int64_t film, double stars, double low, double high, int at = 10) {
  return {.viewer = ViewerId(1), .film = FilmId(film), .stars = stars, .low = low, .high = high, .at = hour(at)};
}

Event rating(std::int64_t film, double stars, int at, std::int64_t viewer = 1) {
  return {.viewer = ViewerId(viewer), .film = FilmId(film), .kind = EventKind::Rate, .value = stars, .at = hour(at)};
}

TEST(Calibrate, GivesTheErrorsOfLockedForecasts) {
  const std::vector forecasts = {forecast(1, 4, 3, 5), forecast(2, 2, 1.5, 2.5), forecast(3, 5, 4, 5), forecast(4, 3, 2, 4)};
  const std::vector events = {rating(1, 3, 20), rating(2, 4, 21), rating(3, 5, 22)};
  const Calibration found = calibrate(forecasts, events);
  EXPECT_EQ(found.locked, 4);
  EXPECT_EQ(found.rated, 3);
  EXPECT_NEAR(found.rmse, std::sqrt(5.0 / 3), 1e-12);
  EXPECT_NEAR(found.mae, 1, 1e-12);
  EXPECT_NEAR(found.bias, -1.0 / 3, 1e-12);
  EXPECT_NEAR(found.coverage, 2.0 / 3, 1e-12);
  EXPECT_LT(found.coverage_low, found.coverage);
  EXPECT_GT(found.coverage_high, found.coverage);
  ASSERT_EQ(found.bins.size(), 3U);
  EXPECT_EQ(found.bins.front().mean_actual, 4);
  EXPECT_EQ(found.bins.back().low, 4.5);
}

TEST(Calibrate, CountsTheFirstRatingAndOnlyOneAfterTheLock) {
  const std::vector forecasts = {forecast(1, 4, 3, 5), forecast(2, 4, 3, 5)};
  const std::vector events = {rating(1, 1, 30), rating(1, 4, 20), rating(2, 4, 9), rating(2, 5, 30), rating(1, 5, 11, 2)};
  const auto pairs = pair_forecasts(forecasts, events);
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].actual, 4);
  EXPECT_EQ(pairs[0].rated_at, hour(20));
}

TEST(Calibrate, SaysNothingOfNothing) {
  const Calibration found = calibrate({}, {});
  EXPECT_EQ(found.rated, 0);
  EXPECT_EQ(found.rmse, 0);
  EXPECT_EQ(found.coverage_low, 0);
  EXPECT_EQ(found.coverage_high, 1);
}

TEST(Calibrate, FindsHonestIntervalsHonest) {
  Random random(6);
  const double reach = normal_quantile(0.9) * 0.5;
  std::vector<Forecast> forecasts;
  std::vector<Event> events;
  for (int film = 1; film <= 2000; ++film) {
    const double stars = 2 + random.uniform();
    forecasts.push_back(forecast(film, stars, stars - reach, stars + reach));
    events.push_back(rating(film, stars + 0.5 * random.normal(), 20));
  }
  const Calibration found = calibrate(forecasts, events);
  EXPECT_LE(found.coverage_low, 0.8);
  EXPECT_GE(found.coverage_high, 0.8);
  EXPECT_NEAR(found.rmse, 0.5, 0.03);
}

}  // namespace
}  // namespace cineloom
