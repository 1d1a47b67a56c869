#include "recommend/evaluation/evaluation_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/evaluation/significance.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// One user with a list of five and what it is worth, worked out from the definitions by another program.
struct GoldenUser {
  std::vector<std::int32_t> ranked;
  std::vector<std::int32_t> hidden;
  double recall5;
  double full_recall5;
  double ndcg5;
  double mrr5;
  int hit5;
};

const std::vector<GoldenUser> kGoldenUsers = {
    {{0, 1, 2, 3, 4}, {0}, 1, 1, 1, 1, 1},
    {{1, 0, 2, 3, 4}, {0}, 1, 1, 0.6309297536, 0.5, 1},
    {{1, 2, 3, 4, 0}, {0}, 1, 1, 0.3868528072, 0.2, 1},
    {{1, 2, 3, 4, 5}, {0}, 0, 0, 0, 0, 0},
    {{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}, 1, 1, 1, 1, 1},
    {{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4, 5, 6}, 1, 0.7142857143, 1, 1, 1},
    {{9, 8, 7, 6, 5}, {5, 6}, 1, 1, 0.5012658353, 0.25, 1},
    {{3}, {3}, 1, 1, 1, 1, 1},
    {{3, 2}, {1, 2, 3}, 0.6666666667, 0.6666666667, 0.765360637, 1, 1},
    {{4, 3, 2, 1, 0, 9, 8}, {8, 9}, 0, 0, 0, 0, 0},
    {{5, 3, 0, 7, 8, 9}, {1, 2, 3, 4, 5, 7, 11}, 0.6, 0.4285714286, 0.6992148199, 1, 1},
    {{2, 7, 1}, {0, 3, 9, 10}, 0, 0, 0, 0, 0},
    {{6, 7, 10}, {0, 3, 9, 11}, 0, 0, 0, 0, 0},
    {{8, 1, 0, 3, 7, 6}, {1, 2, 4, 6, 9, 10, 11}, 0.2, 0.1428571429, 0.2139862647, 0.5, 1},
    {{2, 4, 6, 8, 11}, {10}, 0, 0, 0, 0, 0},
    {{3, 2, 4, 9, 1, 5, 11}, {1}, 1, 1, 0.3868528072, 0.2, 1},
    {{9, 7, 3}, {0, 2, 8, 11}, 0, 0, 0, 0, 0},
    {{1, 5, 11, 6}, {1, 3, 4, 11}, 0.5, 0.5, 0.585570075, 1, 1},
    {{5, 10, 9, 4, 11, 0, 3, 7}, {1, 3, 4, 5, 8, 10, 11}, 0.8, 0.5714285714, 0.8304198974, 1, 1},
    {{9, 8, 11, 3}, {7, 9}, 0.5, 0.5, 0.6131471928, 1, 1},
};

double discount(int rank) { return 1 / std::log2(rank + 1.0); }

TEST(GoldenMetrics, AgreeForTwentyUsers) {
  ASSERT_EQ(kGoldenUsers.size(), 20U);
  for (const GoldenUser& user : kGoldenUsers) {
    EXPECT_NEAR(recall_at(user.ranked, user.hidden, 5), user.recall5, 1e-9);
    EXPECT_NEAR(full_recall_at(user.ranked, user.hidden, 5), user.full_recall5, 1e-9);
    EXPECT_NEAR(ndcg_at(user.ranked, user.hidden, 5), user.ndcg5, 1e-9);
    EXPECT_EQ(full_recall_at(user.ranked, user.hidden, 5) > 0, user.hit5 == 1);
    EXPECT_NEAR(reciprocal_rank(std::span(user.ranked).first(std::min<std::size_t>(5, user.ranked.size())), user.hidden), user.mrr5, 1e-9);
  }
}

TEST(GoldenMetrics, FollowTheirFormulas) {
  const std::vector<std::int32_t> ranked = {7, 1, 4};
  const std::vector<std::int32_t> hidden = {1, 4, 9};
  EXPECT_DOUBLE_EQ(ndcg_at(ranked, hidden, 3), (discount(2) + discount(3)) / (discount(1) + discount(2) + discount(3)));
  EXPECT_DOUBLE_EQ(ndcg_at(ranked, hidden, 1), 0);
}

TEST(ListMetrics, AreWorkedOutByHand) {
  const std::vector<std::int32_t> counts = {7, 3, 1, 0};
  const ListContext context = make_list_context(counts, 7, {{0}, {0, 1}, {1}, {}}, 2);
  EXPECT_DOUBLE_EQ(novelty(std::vector<std::int32_t>{0, 1}, context), (0 + 1) / 2.0);  // log2(8/8) and log2(8/4)
  EXPECT_DOUBLE_EQ(diversity(std::vector<std::int32_t>{0, 1, 2}, context), 1 - (1 / std::sqrt(2) + 0 + 1 / std::sqrt(2)) / 3);
  EXPECT_DOUBLE_EQ(top_share(std::vector<std::int32_t>{0, 3}, context), 1);
  const std::vector<HistoryEntry> history = {{.item = 0}};
  EXPECT_NEAR(calibration_kl(history, std::vector<std::int32_t>{0}, context), 0, 1e-12);
  EXPECT_NEAR(calibration_kl(history, std::vector<std::int32_t>{2}, context), std::log2(1 / 0.01), 1e-9);
  EXPECT_DOUBLE_EQ(coverage(std::vector<std::int64_t>{5, 0, 1, 0}, {}), 0.5);
  EXPECT_DOUBLE_EQ(coverage(std::vector<std::int64_t>{5, 0, 1, 0}, std::vector<std::uint8_t>{0, 0, 1, 1}), 0.5);
  EXPECT_NEAR(gini(std::vector<std::int64_t>{3, 3, 3}, {}), 0, 1e-12);
  EXPECT_NEAR(gini(std::vector<std::int64_t>{0, 0, 0, 9}, {}), 0.75, 1e-12);
}

TEST(Metric, ReadsNamesAndRefusesOthers) {
  EXPECT_EQ(parse_metric("ndcg@100")->k, 100);
  EXPECT_THAT(parse_metric("ndgc@10").error().next_step(), HasSubstr("'ndcg'"));
  EXPECT_FALSE(parse_metric("ndcg"));
  EXPECT_FALSE(parse_metric("ndcg@0"));
  EXPECT_FALSE(parse_metric("ndcg@10x"));
}

/// Users of two tastes who rate 1 to 5, with times.
EventTable planted_table(std::int32_t users = 120, std::int32_t items = 60) {
  EventTable table{.name = "planted", .meaning = ValueMeaning::Rating, .has_times = true, .scale_low = 1, .scale_high = 5, .positive_from = 4};
  Random random(11);
  for (std::int32_t user = 0; user < users; ++user) table.users.push_back("u" + std::to_string(user));
  for (std::int32_t item = 0; item < items; ++item) {
    table.items.push_back("i" + std::to_string(item));
    table.features.push_back({item % 2});
  }
  table.feature_names = {"genre: even", "genre: odd"};
  for (std::int32_t user = 0; user < users; ++user) {
    for (std::int32_t item = 0; item < items; ++item) {
      if (random.uniform() > 0.4) continue;
      const double stars = (user % 2 == item % 2 ? 4.4 : 2) + 0.6 * random.normal();
      table.events.push_back({.user = user,
                              .item = item,
                              .value = static_cast<float>(std::clamp(std::round(stars), 1.0, 5.0)),
                              .time = static_cast<std::int64_t>(random.below(100000)) + 1});
    }
  }
  return table;
}

Expected<Fold> fold_of(const EventTable& table, Protocol protocol, FoldPart part = FoldPart::Test, Seed seed = 1) {
  return make_fold(table, {.protocol = protocol, .part = part, .seed = seed});
}

constexpr std::array kRankingProtocols = {Protocol::Strong, Protocol::Next, Protocol::Weak, Protocol::Temporal, Protocol::Cold};

/// What a user and item of a fold are in the table.
std::pair<std::int32_t, std::int32_t> in_table(const Fold& fold, std::int32_t table_user, std::int32_t item) {
  return {table_user, fold.item_of[static_cast<std::size_t>(item)]};
}

TEST(Fold, NeverTrainsOnWhatItHides) {
  const EventTable table = planted_table();
  for (const Protocol protocol : kRankingProtocols) {
    for (const FoldPart part : {FoldPart::Validation, FoldPart::Test}) {
      const auto fold = fold_of(table, protocol, part);
      ASSERT_TRUE(fold) << fold.error().describe();
      std::set<std::pair<std::int32_t, std::int32_t>> trained;
      for (std::int32_t user = 0; user < fold->train.users(); ++user) {
        for (const HistoryEntry& entry : fold->train.history(user)) trained.insert(in_table(*fold, fold->user_of[static_cast<std::size_t>(user)], entry.item));
      }
      for (const RankingCase& question : fold->cases) {
        for (const std::int32_t item : question.hidden) {
          EXPECT_FALSE(trained.contains(in_table(*fold, question.user, item)));
          EXPECT_TRUE(std::ranges::none_of(question.history, [&](const HistoryEntry& entry) { return entry.item == item; }));
        }
      }
    }
  }
}

TEST(Fold, HidesTestFromValidation) {
  const EventTable table = planted_table();
  for (const Protocol protocol : kRankingProtocols) {
    const auto test = fold_of(table, protocol, FoldPart::Test);
    const auto validation = fold_of(table, protocol, FoldPart::Validation);
    ASSERT_TRUE(test && validation);
    std::set<std::pair<std::int32_t, std::int32_t>> hidden;
    for (const RankingCase& question : test->cases) {
      for (const std::int32_t item : question.hidden) hidden.insert(in_table(*test, question.user, item));
    }
    for (std::int32_t user = 0; user < validation->train.users(); ++user) {
      for (const HistoryEntry& entry : validation->train.history(user)) {
        EXPECT_FALSE(hidden.contains(in_table(*validation, validation->user_of[static_cast<std::size_t>(user)], entry.item)));
      }
    }
  }
}

TEST(Fold, StrongKeepsUsersApart) {
  const auto fold = fold_of(planted_table(), Protocol::Strong);
  ASSERT_TRUE(fold);
  std::set<std::int32_t> trained;
  for (std::int32_t user = 0; user < fold->train.users(); ++user) {
    if (!fold->train.history(user).empty()) trained.insert(fold->user_of[static_cast<std::size_t>(user)]);
  }
  for (const RankingCase& question : fold->cases) EXPECT_FALSE(trained.contains(question.user));
}

TEST(Fold, TemporalKeepsTheFutureOut) {
  const auto fold = fold_of(planted_table(), Protocol::Temporal);
  ASSERT_TRUE(fold);
  std::int64_t latest = 0;
  for (std::int32_t user = 0; user < fold->train.users(); ++user) {
    for (const HistoryEntry& entry : fold->train.history(user)) latest = std::max(latest, entry.time);
  }
  for (const RankingCase& question : fold->cases) {
    for (const HistoryEntry& entry : question.history) EXPECT_LE(entry.time, latest);
  }
}

TEST(Fold, ColdItemsHaveNoTrainingEvents) {
  const auto fold = fold_of(planted_table(), Protocol::Cold);
  ASSERT_TRUE(fold);
  const auto counts = fold->train.item_counts();
  for (std::size_t item = 0; item < counts.size(); ++item) {
    if (fold->is_candidate[item] == 0) continue;
    EXPECT_EQ(counts[item], 0);
  }
}

TEST(Fold, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const EventTable table = planted_table();
  const auto first = fold_of(table, Protocol::Weak);
  const auto again = fold_of(table, Protocol::Weak);
  const auto other = fold_of(table, Protocol::Weak, FoldPart::Test, 2);
  ASSERT_TRUE(first && again && other);
  EXPECT_EQ(first->item_of, again->item_of);
  EXPECT_EQ(first->cases.front().hidden, again->cases.front().hidden);
  EXPECT_NE(first->item_of, other->item_of);
}

TEST(Fold, SaysWhatIsMissing) {
  EventTable table = planted_table();
  table.has_times = false;
  EXPECT_THAT(fold_of(table, Protocol::Next).error().describe(), HasSubstr("no times"));
  table.meaning = ValueMeaning::None;
  EXPECT_THAT(fold_of(table, Protocol::Ratings).error().describe(), HasSubstr("no ratings"));
  EXPECT_FALSE(fold_of(planted_table(3), Protocol::Strong));
}

TEST(Tidy, KeepsTheLastWordAndTellsOfContradictions) {
  EventTable table{.name = "t", .users = {"a"}, .items = {"x", "y"}, .meaning = ValueMeaning::Rating, .has_times = true};
  table.events = {
      {.item = 0, .value = 5, .time = 9}, {.item = 0, .value = 1, .time = 3}, {.item = 1, .value = 2, .time = 4}, {.item = 1, .value = 3, .time = 4}};
  ASSERT_TRUE(tidy(table, 5));
  ASSERT_EQ(table.events.size(), 2U);
  EXPECT_EQ(table.events[0].value, 5);
  EXPECT_EQ(table.events[1].value, 3);
  EXPECT_THAT(table.warnings[0].english, HasSubstr("2 of them with another value"));
  EXPECT_THAT(table.warnings[1].english, HasSubstr("future"));
}

TEST(Tidy, RefusesEmptyTablesAndNumbersThatAreNotFinite) {
  EventTable table{.name = "t", .users = {"a"}, .items = {"x"}};
  EXPECT_FALSE(tidy(table, 0));
  table.events = {{.value = std::nanf("")}};
  EXPECT_THAT(tidy(table, 0).error().describe(), HasSubstr("not finite"));
}

/// NDCG@10 of a scoring function on the planted table, mean over users.
double ndcg_of(const Fold& fold, const ScoreCase& score) {
  Progress progress;
  const std::vector<Metric> metrics = {*parse_metric("ndcg@10")};
  const auto measured = measure_ranking(fold, score, metrics, {}, progress, CancelToken());
  EXPECT_TRUE(measured);
  return measured ? measured->totals.front() : -1;
}

TEST(Evaluator, GivesTheOracleOne) {
  const auto fold = fold_of(planted_table(), Protocol::Strong);
  ASSERT_TRUE(fold);
  EXPECT_DOUBLE_EQ(ndcg_of(*fold,
                           [](const RankingCase& question, std::span<float> scores) {
                             std::ranges::fill(scores, 0.0F);
                             for (const std::int32_t item : question.hidden) scores[static_cast<std::size_t>(item)] = 1;
                           }),
                   1);
}

TEST(Evaluator, GivesAConstantWhatItGivesChance) {
  const EventTable table = planted_table(600);
  double constant = 0;
  double chance = 0;
  constexpr int kSeeds = 20;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const auto fold = fold_of(table, Protocol::Strong, FoldPart::Test, static_cast<Seed>(seed));
    ASSERT_TRUE(fold);
    constant += ndcg_of(*fold, [](const RankingCase&, std::span<float> scores) { std::ranges::fill(scores, 1.0F); }) / kSeeds;
    chance += ndcg_of(*fold,
                      [seed](const RankingCase& question, std::span<float> scores) {
                        Random random(derive_seed(static_cast<Seed>(seed), static_cast<std::uint64_t>(question.user)));
                        for (float& score : scores) score = static_cast<float>(random.uniform());
                      }) /
              kSeeds;
  }
  EXPECT_NEAR(constant, chance, 0.03);
}

TEST(Evaluator, DoesNotCareHowHighScoresAre) {
  const auto fold = fold_of(planted_table(), Protocol::Weak);
  ASSERT_TRUE(fold);
  const auto score = [](const RankingCase& question, std::span<float> scores) {
    Random random(static_cast<Seed>(question.user));
    for (float& value : scores) value = static_cast<float>(random.uniform());
  };
  const auto stretched = [&](const RankingCase& question, std::span<float> scores) {
    score(question, scores);
    for (float& value : scores) value = std::exp(3 * value) - 7;
  };
  EXPECT_DOUBLE_EQ(ndcg_of(*fold, score), ndcg_of(*fold, stretched));
}

TEST(Evaluator, RefusesScoresThatAreNotFinite) {
  const auto fold = fold_of(planted_table(), Protocol::Weak);
  ASSERT_TRUE(fold);
  Progress progress;
  const std::vector<Metric> metrics = {*parse_metric("ndcg@10")};
  const auto broken = [](const RankingCase&, std::span<float> scores) { std::ranges::fill(scores, std::numeric_limits<float>::quiet_NaN()); };
  EXPECT_FALSE(measure_ranking(*fold, broken, metrics, {}, progress, CancelToken()));
}

TEST(Significance, CorrectsByHolm) {
  EXPECT_THAT(holm(std::vector<double>{0.01, 0.04, 0.03}), ElementsAre(::testing::DoubleEq(0.03), ::testing::DoubleEq(0.06), ::testing::DoubleEq(0.06)));
  EXPECT_THAT(holm(std::vector<double>{0.9, 0.8}), ElementsAre(1, 1));
}

TEST(Significance, SeesARealGainAndNoneInNoise) {
  Random random(4);
  std::vector<std::int32_t> users;
  std::vector<double> base;
  std::vector<double> better;
  std::vector<double> noise;
  for (std::int32_t user = 0; user < 300; ++user) {
    users.push_back(user);
    base.push_back(random.uniform());
    better.push_back(base.back() + 0.05 + 0.1 * random.normal());
    noise.push_back(base.back() + 0.1 * random.normal());
  }
  const UserSums a = sum_by_user(users, base, false);
  EXPECT_LT(paired_bootstrap(sum_by_user(users, better, false), a, {}).p, 0.01);
  EXPECT_GT(paired_bootstrap(sum_by_user(users, noise, false), a, {}).p, 0.05);
  EXPECT_EQ(paired_bootstrap(a, a, {}).p, 1);
  const Interval interval = bootstrap_interval(a, {});
  EXPECT_LT(interval.low, a.mean());
  EXPECT_GT(interval.high, a.mean());
}

EvaluationRunOptions options_of(const char* protocol, std::vector<std::string> models) {
  return {.protocol = *find_protocol(protocol), .models = std::move(models), .bootstrap_samples = 300};
}

TEST(EvaluationRun, RanksModelsByWhatTheyFound) {
  Progress progress;
  const auto run = run_evaluation(planted_table(), options_of("strong", {"random", "item-knn", "user-knn"}), progress, CancelToken());
  ASSERT_TRUE(run) << run.error().describe();
  EXPECT_EQ(run->report.models.back().model, "random");
  EXPECT_TRUE(run->report.models.front().values.front().is_best);
  EXPECT_FALSE(run->report.models.back().values.front().is_tied_with_best);
  EXPECT_EQ(run->by_user.size() % 3, 0U);
}

TEST(EvaluationRun, FindsColdItemsByTheirFeatures) {
  Progress progress;
  const auto run = run_evaluation(planted_table(), options_of("cold", {"random", "cold"}), progress, CancelToken());
  ASSERT_TRUE(run) << run.error().describe();
  EXPECT_EQ(run->report.models.front().model, "cold");
  EventTable bare = planted_table();
  bare.features.clear();
  EXPECT_THAT(run_evaluation(bare, options_of("cold", {"cold"}), progress, CancelToken()).error().describe(), HasSubstr("nothing about its items"));
}

TEST(EvaluationRun, ForecastsStarsBetterThanBiases) {
  Progress progress;
  auto options = options_of("ratings", {"bias", "item-knn", "user-knn", "als"});
  options.seeds = 2;
  const auto run = run_evaluation(planted_table(), options, progress, CancelToken());
  ASSERT_TRUE(run) << run.error().describe();
  EXPECT_EQ(run->report.models.back().model, "bias");
  EXPECT_LT(run->report.models.front().values.front().value, 0.9);
  EXPECT_EQ(run->report.seeds.size(), 2U);
  EXPECT_FALSE(run->report.models.front().calibration.empty());
}

TEST(EvaluationRun, TriesAsManySettingsForEveryModel) {
  Progress progress;
  auto options = options_of("weak", {"item-knn", "user-knn"});
  options.trials = 3;
  const auto run = run_evaluation(planted_table(), options, progress, CancelToken());
  ASSERT_TRUE(run);
  for (const ModelFigures& model : run->report.models) {
    EXPECT_EQ(model.trials, 3);
    EXPECT_GT(model.validation_value, 0);
  }
}

TEST(EvaluationRun, ScoresPredictionsOfOthers) {
  const EventTable table = planted_table();
  ForeignPredictions oracle{.name = "oracle"};
  for (const TableEvent& event : table.events) oracle.values[ForeignPredictions::key_of(event.user, event.item)] = event.value;
  auto options = options_of("ratings", {"bias"});
  options.foreign = {oracle};
  Progress progress;
  const auto run = run_evaluation(table, options, progress, CancelToken());
  ASSERT_TRUE(run);
  EXPECT_EQ(run->report.models.front().model, "oracle");
  EXPECT_DOUBLE_EQ(run->report.models.front().values.front().value, 0);
}

TEST(EvaluationRun, NamesTheNearestOfWhatItDoesNotKnow) {
  Progress progress;
  EXPECT_THAT(run_evaluation(planted_table(), options_of("weak", {"itemknn"}), progress, CancelToken()).error().next_step(), HasSubstr("'item-knn'"));
  EXPECT_THAT(find_protocol("stronk").error().next_step(), HasSubstr("'strong'"));
  EXPECT_THAT(find_protocol("ncf").error().describe(), HasSubstr("sampled"));
  EXPECT_FALSE(run_evaluation(planted_table(), options_of("weak", {}), progress, CancelToken()));
  EXPECT_THAT(run_evaluation(planted_table(), options_of("weak", {"bias"}), progress, CancelToken()).error().describe(), HasSubstr("does not rank"));
}

TEST(EvaluationRun, CanBeCancelled) {
  CancelSource source;
  source.cancel();
  Progress progress;
  EXPECT_EQ(run_evaluation(planted_table(), options_of("weak", {"item-knn"}), progress, source.token()).error().code(), ErrorCode::Cancelled);
}

TEST(Suggest, GivesWhatTheUserDoesNotHave) {
  const EventTable table = planted_table();
  Progress progress;
  const auto suggested = suggest(table, "item-knn", 3, 5, progress, CancelToken());
  ASSERT_TRUE(suggested);
  ASSERT_FALSE(suggested->empty());
  for (const Suggestion& suggestion : *suggested) {
    EXPECT_TRUE(std::ranges::none_of(table.events, [&](const TableEvent& event) { return event.user == 3 && event.item == suggestion.item; }));
  }
  EXPECT_EQ(suggested->front().item % 2, 1);
}

}  // namespace
}  // namespace cineloom
