#include "feedback/ranker_bandit.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace cineloom {
namespace {

TEST(ChooseRanker, ChancesAddUpAndKeepTheLeastShare) {
  const std::vector<RankerRecord> records = {{"a", 90, 10}, {"b", 10, 90}, {"c", 0, 0}};
  const auto choice = *choose_ranker(records, {.least_share = 0.1});
  EXPECT_NEAR(std::accumulate(choice.chances.begin(), choice.chances.end(), 0.0), 1, 1e-9);
  for (const double chance : choice.chances) EXPECT_GE(chance, 0.1 - 1e-12);
  EXPECT_GT(choice.chances[0], 0.7);
}

TEST(ChooseRanker, IsTheSameWithinAVisitAndAsOftenAsItsChance) {
  const std::vector<RankerRecord> records = {{"a", 5, 20}, {"b", 7, 20}};
  const auto first = *choose_ranker(records, {.samples = 400, .seed = 9});
  EXPECT_EQ(first.ranker, choose_ranker(records, {.samples = 400, .seed = 9})->ranker);
  int times = 0;
  for (Seed seed = 1; seed <= 2000; ++seed) times += choose_ranker(records, {.samples = 400, .seed = seed})->ranker == 1 ? 1 : 0;
  EXPECT_NEAR(times / 2000.0, first.chances[1], 0.035);
}

TEST(ChooseRanker, FindsTheBetterRankerInALongRun) {
  const std::vector<double> truth = {0.10, 0.16};
  std::vector<RankerRecord> records = {{"old", 0, 0}, {"new", 0, 0}};
  Random random(11);
  int better = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto choice = *choose_ranker(records, {.samples = 200, .seed = static_cast<Seed>(i)});
    RankerRecord& record = records[choice.ranker];
    ++(random.uniform() < truth[choice.ranker] ? record.successes : record.failures);
    better += i >= 2000 && choice.ranker == 1 ? 1 : 0;
  }
  EXPECT_GT(better, 850);
}

TEST(ChooseRanker, RefusesWhatIsNoRecord) {
  EXPECT_FALSE(choose_ranker({}, {}));
  EXPECT_FALSE(choose_ranker(std::vector<RankerRecord>{{"a", -1, 0}}, {}));
  EXPECT_FALSE(choose_ranker(std::vector<RankerRecord>{{"a", std::numeric_limits<double>::infinity(), 0}}, {}));
  EXPECT_FALSE(choose_ranker(std::vector<RankerRecord>{{"a", 1, 0}, {"b", 1, 1}}, {.least_share = 0.6}));
}

TEST(RankerRecords, CountListsOnceAndLetThemFade) {
  const auto day = [](int number) { return Timestamp(std::chrono::days(number)); };
  const std::vector<ShownFilm> shown = {{.slate = SlateId(1), .at = day(100), .ranker = "a", .response = SlateResponse::None, .stars = {}, .rated_at = {}},
                                        {.slate = SlateId(1), .at = day(100), .ranker = "a", .response = SlateResponse::Watched, .stars = {}, .rated_at = {}},
                                        {.slate = SlateId(2), .at = day(40), .ranker = "a", .response = SlateResponse::Hidden, .stars = {}, .rated_at = {}},
                                        {.slate = SlateId(3), .at = day(100), .ranker = "gone", .response = SlateResponse::Liked, .stars = {}, .rated_at = {}}};
  const std::vector<std::string> rankers = {"a", "b"};
  const auto records = ranker_records(shown, rankers, day(100));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_NEAR(records[0].successes, 1, 1e-12);
  EXPECT_NEAR(records[0].failures, 0.5, 1e-12);
  EXPECT_EQ(records[1].successes, 0);
}

}  // namespace
}  // namespace cineloom
