#include "feedback/monitors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "base/random.h"

namespace cineloom {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Timestamp hour(int number) { return Timestamp(std::chrono::hours(number)); }

/// Forecasts whose errors have a deviation of .8 stars, and more from `change` on.
std::vector<ForecastPair> pairs_of(Seed seed, int count, int change, double later) {
  Random random(seed);
  std::vector<ForecastPair> pairs;
  for (int i = 0; i < count; ++i)
    pairs.push_back({.forecast = {.stars = 3, .low = 2, .high = 4}, .actual = 3 + (i < change ? 0.8 : later) * random.normal(), .rated_at = hour(i)});
  return pairs;
}

TEST(AccuracyAlarm, KeepsQuietWhileNothingChangesAndFindsARise) {
  constexpr int kRuns = 500;
  int false_alarms = 0;
  int found = 0;
  double delay = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Seed seed = derive_seed(1, static_cast<std::uint64_t>(run));
    false_alarms += accuracy_alarm(pairs_of(seed, 1000, 1000, 0.8)) ? 1 : 0;
    const auto alarm = accuracy_alarm(pairs_of(seed, 400, 200, 1.6));
    if (!alarm || *alarm < hour(200)) continue;
    ++found;
    delay += static_cast<double>((*alarm - hour(200)) / std::chrono::hours(1));
  }
  std::cout << "[ measured ] false alarms in 1000 pairs: " << false_alarms / double{kRuns} << ", rise found: " << found / double{kRuns}
            << ", after pairs: " << delay / found << "\n";
  EXPECT_LE(false_alarms, 0.05 * kRuns);
  EXPECT_GE(found, 0.95 * kRuns);
  EXPECT_LE(delay / found, 40);
}

TEST(AccuracyAlarm, SaysNothingOfLittleOrOfConstantErrors) {
  EXPECT_FALSE(accuracy_alarm({}));
  EXPECT_FALSE(accuracy_alarm(pairs_of(1, 20, 5, 50)));
  EXPECT_FALSE(accuracy_alarm(std::vector<ForecastPair>(100, {.forecast = {.stars = 3}, .actual = 4})));
}

TEST(AccuracyByWeek, BeginsWeeksOnMonday) {
  const Timestamp sunday = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
  const std::vector<ForecastPair> pairs = {{.forecast = {.stars = 3, .low = 2, .high = 4}, .actual = 4, .rated_at = sunday},
                                           {.forecast = {.stars = 3, .low = 2, .high = 4}, .actual = 5, .rated_at = sunday + std::chrono::days(1)}};
  const auto weeks = accuracy_by_week(pairs);
  ASSERT_EQ(weeks.size(), 2U);
  EXPECT_EQ(weeks[0].begin, sunday - std::chrono::days(6));
  EXPECT_EQ(weeks[1].begin, sunday + std::chrono::days(1));
  EXPECT_EQ(weeks[1].rmse, 2);
  EXPECT_EQ(weeks[0].coverage, 1);
  EXPECT_EQ(weeks[1].coverage, 0);
}

TEST(PicksByDay, GiveSharesOfWhatWasShown) {
  const std::vector<ShownFilm> shown = {{.at = hour(1), .response = SlateResponse::Watched, .stars = {}, .rated_at = {}},
                                        {.at = hour(2), .response = SlateResponse::Hidden, .stars = {}, .rated_at = {}},
                                        {.at = hour(3), .stars = {}, .rated_at = {}},
                                        {.at = hour(30), .response = SlateResponse::Liked, .stars = {}, .rated_at = {}}};
  const auto days = picks_by_day(shown);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].shown, 3);
  EXPECT_NEAR(days[0].watched, 1.0 / 3, 1e-12);
  EXPECT_NEAR(days[0].hidden, 1.0 / 3, 1e-12);
  EXPECT_EQ(days[1].watched, 1);
}

std::map<FilmId, int> counts_of(int first, int films, int events) {
  std::map<FilmId, int> counts;
  for (int i = 0; i < films; ++i) counts[FilmId(first + i)] = 1 + events / (i + 1);
  return counts;
}

TEST(PopularityShift, IsSmallForTheSameFilmsAndLargeForOthers) {
  EXPECT_NEAR(popularity_shift(counts_of(1, 50, 300), counts_of(1, 50, 300)), 0, 1e-12);
  EXPECT_LT(popularity_shift(counts_of(1, 50, 300), counts_of(1, 50, 150)), 0.1);
  EXPECT_GT(popularity_shift(counts_of(1, 50, 300), counts_of(26, 50, 300)), 0.25);
  EXPECT_EQ(popularity_shift(counts_of(1, 5, 3), counts_of(26, 50, 300)), 0);
}

std::vector<Event> events_of(int before, int after) {
  std::vector<Event> events;
  for (int i = 0; i < before + after; ++i) {
    events.push_back(
        {.viewer = ViewerId(1 + i), .film = FilmId(1 + i % 40), .kind = EventKind::Rate, .value = 3, .at = hour(i < before ? i % 100 : 101 + i % 100)});
  }
  return events;
}

/// As a store counts them.
HealthEvidence evidence_of(std::span<const Event> events, int version = 0) {
  HealthEvidence evidence{
      .model_version = version, .trained_at = hour(100), .events_trained_on = 0, .events_now = static_cast<int>(events.size()), .warnings = {}};
  for (const Event& event : events) {
    const bool is_known = event.at <= *evidence.trained_at;
    *evidence.events_trained_on += is_known ? 1 : 0;
    ++(is_known ? evidence.watched_before : evidence.watched_since)[event.film];
  }
  return evidence;
}

TEST(JudgeHealth, IsContentWithAModelThatKnowsNearlyAll) {
  const auto events = events_of(1000, 110);
  const ModelHealth health = judge_health(evidence_of(events, 2));
  EXPECT_FALSE(health.is_retraining_advised) << health.reasons.front();
  EXPECT_EQ(health.events_trained_on, 1000);
  EXPECT_EQ(health.events_since, 110);
}

TEST(JudgeHealth, AdvisesRetrainingAfterGrowthShiftOrWorseForecasts) {
  const auto grown = events_of(200, 100);
  EXPECT_THAT(judge_health(evidence_of(grown)).reasons, Contains(HasSubstr("100 events came")));
  auto shifted = events_of(1000, 150);
  for (std::size_t i = 1000; i < shifted.size(); ++i) shifted[i].film = FilmId(900);
  EXPECT_THAT(judge_health(evidence_of(shifted)).reasons, Contains(HasSubstr("other films")));
  std::vector<Forecast> forecasts;
  std::vector<Event> ratings;
  const auto pairs = pairs_of(3, 400, 200, 2.4);
  for (int i = 0; i < 400; ++i) {
    forecasts.push_back({.viewer = ViewerId(1), .film = FilmId(i + 1), .stars = 3, .low = 2, .high = 4, .model_version = 1, .at = hour(0)});
    ratings.push_back(
        {.viewer = ViewerId(1), .film = FilmId(i + 1), .kind = EventKind::Rate, .value = pairs[static_cast<std::size_t>(i)].actual, .at = hour(i)});
  }
  EXPECT_THAT(
      judge_health({.model_version = 1, .trained_at = hour(500), .events_trained_on = {}, .events = ratings, .forecasts = forecasts, .warnings = {}}).reasons,
      Contains(HasSubstr("worse")));
  EXPECT_THAT(
      judge_health({.model_version = 2, .trained_at = hour(500), .events_trained_on = {}, .events = ratings, .forecasts = forecasts, .warnings = {}}).reasons,
      IsEmpty());
}

TEST(JudgeHealth, AdvisesTrainingWhereThereIsNoModel) {
  EXPECT_TRUE(judge_health({.trained_at = {}, .events_trained_on = {}, .warnings = {"w"}}).is_retraining_advised);
  EXPECT_THAT(judge_health({.trained_at = {}, .events_trained_on = {}, .warnings = {"w"}}).warnings, Contains("w"));
}

}  // namespace
}  // namespace cineloom
