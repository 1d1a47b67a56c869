#include "domain/telling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace cineloom {
namespace {

using ::testing::ElementsAre;

Timestamp day(int number) { return std::chrono::sys_days(std::chrono::days(number)) + std::chrono::hours(20); }

Telling rating(const std::string& origin, double stars, double step, int at) {
  return {.event = {.film = FilmId(1), .kind = EventKind::Rate, .value = stars, .at = day(at), .origin = origin}, .step = step};
}

Telling watch(const std::string& origin, int at, Precision precision = Precision::Day) {
  return {.event = {.film = FilmId(1), .kind = EventKind::Watch, .at = day(at), .origin = origin}, .precision = precision};
}

std::vector<bool> standing(std::vector<Telling> told) {
  settle_tellings(told);
  std::vector<bool> stand;
  for (const Telling& telling : told) stand.push_back(telling.is_standing);
  return stand;
}

TEST(Tellings, LetTheFinestScaleStandAmongRatingsThatAgree) {
  EXPECT_THAT(standing({rating("douban", 5, 1, 10), rating("letterboxd", 4.5, 0.5, 10), rating("movielens-dat", 4, 1, 3)}), ElementsAre(false, true, false));
}

TEST(Tellings, TakeALaterCoarseRatingThatDisagreesForAChangeOfMind) {
  EXPECT_THAT(standing({rating("letterboxd", 2, 0.5, 10), rating("douban", 5, 1, 400)}), ElementsAre(false, true));
  EXPECT_THAT(standing({rating("letterboxd", 2, 0.5, 10), rating("douban", 5, 1, 9)}), ElementsAre(true, false));
}

TEST(Tellings, CountAViewingOnceHoweverManySourcesSawIt) {
  EXPECT_THAT(standing({watch("letterboxd", 10), watch("trakt", 11, Precision::Clock), watch("letterboxd", 40)}), ElementsAre(false, true, true));
}

TEST(Tellings, KeepTwoViewingsThatOneSourceTellsOfOneDay) {
  EXPECT_THAT(standing({watch("letterboxd", 10), watch("letterboxd", 10)}), ElementsAre(true, true));
}

TEST(Tellings, LetADayOfNotingDownStandOnlyWhereNobodyKnowsTheDay) {
  EXPECT_THAT(standing({watch("douban", 900, Precision::Marking), watch("letterboxd", 10)}), ElementsAre(false, true));
  EXPECT_THAT(standing({watch("douban", 900, Precision::Marking), watch("tvtime", 901, Precision::Marking)}), ElementsAre(true, false));
}

TEST(Tellings, NeverLetFallWhatWasToldHere) {
  EXPECT_THAT(standing({rating("cineloom", 3, 0.5, 1), rating("letterboxd", 4.5, 0.5, 10), watch("cineloom", 5), watch("trakt", 5)}),
              ElementsAre(true, true, true, false));
}

TEST(Tellings, DoNotDependOnTheOrderOfTheSources) {
  std::vector<Telling> told = {rating("a", 4.5, 0.5, 7),        rating("b", 4, 1, 3), rating("c", 5, 1, 90), watch("a", 7),
                               watch("b", 8, Precision::Clock), watch("c", 300)};
  for (std::size_t i = 0; i < told.size(); ++i) told[i].event.id = EventId(static_cast<std::int64_t>(i + 1));
  settle_tellings(told);
  std::vector<std::int64_t> expected;
  for (const Telling& telling : told) expected.push_back(telling.is_standing ? telling.event.id.number() : 0);
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::ranges::shuffle(told, random);
    settle_tellings(told);
    for (const Telling& telling : told) {
      const auto number = telling.event.id.number();
      EXPECT_EQ(telling.is_standing, expected[static_cast<std::size_t>(number - 1)] != 0) << number;
    }
  }
}

}  // namespace
}  // namespace cineloom
