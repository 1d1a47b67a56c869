#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "recommend/ranking/calibration.h"
#include "recommend/ranking/conditions.h"
#include "recommend/ranking/diversity.h"
#include "recommend/ranking/group.h"
#include "recommend/ranking/programme.h"

namespace cineloom {
namespace {

using std::chrono::minutes;

/// Unit vectors in a few dimensions: their squared products are a positive semi-definite likeness.
struct Vectors {
  std::vector<std::vector<double>> rows;
  explicit Vectors(std::size_t count, Seed seed = 5) {
    Random random(seed);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<double> row(4);
      double length = 0;
      for (double& value : row) {
        value = random.normal();
        length += value * value;
      }
      for (double& value : row) value /= std::sqrt(length);
      rows.push_back(row);
    }
  }
  double operator()(std::size_t a, std::size_t b) const {
    const double product = std::inner_product(rows[a].begin(), rows[a].end(), rows[b].begin(), 0.0);
    return product * product;
  }
};

/// log det of L over the chosen, by plain Gaussian elimination.
double log_volume(const std::vector<std::size_t>& chosen, const std::vector<double>& scores, const Likeness& likeness, double sharpness) {
  std::vector<std::vector<double>> kernel(chosen.size(), std::vector<double>(chosen.size()));
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    for (std::size_t j = 0; j < chosen.size(); ++j)
      kernel[i][j] = std::exp(sharpness * (scores[chosen[i]] + scores[chosen[j]]) / 2) * likeness(chosen[i], chosen[j]);
  }
  double sum = 0;
  for (std::size_t k = 0; k < kernel.size(); ++k) {
    sum += std::log(kernel[k][k]);
    for (std::size_t i = k + 1; i < kernel.size(); ++i) {
      const double ratio = kernel[i][k] / kernel[k][k];
      for (std::size_t j = k; j < kernel.size(); ++j) kernel[i][j] -= ratio * kernel[k][j];
    }
  }
  return sum;
}

std::vector<std::size_t> pick_with(const std::vector<double>& scores, ListTerm& term, std::size_t count) {
  const std::array<ListTerm*, 1> terms{&term};
  return pick_greedily(scores, terms, count);
}

TEST(Diversity, WithoutPenaltyMarginalRelevanceIsTheOrderOfScores) {
  const std::vector<double> scores{1, 5, 3, 4};
  SamenessTerm term(4, Vectors(4), 0);
  EXPECT_THAT(pick_with(scores, term, 3), testing::ElementsAre(1, 3, 2));
}

TEST(Diversity, ATwinOfTheFirstPickComesLastUnderAPenalty) {
  const Likeness likeness = [](std::size_t a, std::size_t b) { return a + b == 1 ? 1.0 : 0.0; };
  SamenessTerm term(3, likeness, 2);
  EXPECT_THAT(pick_with({5, 4.9, 4}, term, 3), testing::ElementsAre(0, 2, 1));
}

TEST(Diversity, TheGreedyDeterminantalStepIsTheBestSingleAdditionByPlainDeterminants) {
  const Vectors likeness(12);
  Random random(2);
  std::vector<double> scores;
  for (int i = 0; i < 12; ++i) scores.push_back(random.uniform());
  const auto chosen = pick_determinantal(scores, likeness, 2, 4);
  ASSERT_EQ(chosen.size(), 4U);
  for (std::size_t size = 1; size <= chosen.size(); ++size) {
    std::vector<std::size_t> set(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(size));
    const double own = log_volume(set, scores, likeness, 2);
    for (std::size_t other = 0; other < 12; ++other) {
      if (std::ranges::find(set, other) != set.end()) continue;
      auto changed = set;
      changed.back() = other;
      EXPECT_LE(log_volume(changed, scores, likeness, 2), own + 1e-9);
    }
  }
}

TEST(Diversity, TheDeterminantalChoiceNeverHoldsTwoCopies) {
  const Likeness likeness = [](std::size_t a, std::size_t b) { return a / 2 == b / 2 ? 1.0 : 0.0; };
  EXPECT_THAT(pick_determinantal(std::vector<double>{3, 3, 2, 2}, likeness, 1, 4), testing::UnorderedElementsAre(0, 2));
}

TEST(Calibration, IsZeroForTheWantedSharesAndGrowsWithDistance) {
  const Shares wanted{0.5, 0.5, 0};
  EXPECT_NEAR(miscalibration(wanted, wanted), 0, 1e-12);
  EXPECT_LT(miscalibration(wanted, {0.6, 0.4, 0}), miscalibration(wanted, {0.9, 0.1, 0}));
  EXPECT_TRUE(std::isfinite(miscalibration(wanted, {0, 0, 1})));
}

TEST(Calibration, AListFollowsThePastAsStrengthGrows) {
  std::vector<double> scores;
  std::vector<Shares> shares;
  for (int i = 0; i < 20; ++i) {
    scores.push_back(i < 10 ? 2.0 - 0.01 * i : 1.0 - 0.01 * i);
    shares.push_back(i < 10 ? Shares{1, 0} : Shares{0, 1});
  }
  const Shares wanted{0.7, 0.3};
  const auto seconds = [&](double strength) {
    CalibrationTerm term(shares, wanted, strength);
    const auto chosen = pick_with(scores, term, 10);
    return std::ranges::count_if(chosen, [](std::size_t i) { return i >= 10; });
  };
  EXPECT_EQ(seconds(0), 0);
  EXPECT_EQ(seconds(9), 3);
}

TEST(Group, FairWorthLiesBetweenTheLeastAndTheMean) {
  const std::vector<double> each{4, 2};
  EXPECT_DOUBLE_EQ(group_worth(each, GroupPolicy::Average), 3);
  EXPECT_DOUBLE_EQ(group_worth(each, GroupPolicy::LeastMisery), 2);
  EXPECT_DOUBLE_EQ(group_worth(each, GroupPolicy::Fair), 2.5);
}

TEST(Group, AFairListSatisfiesBothOfTwoOppositeTastes) {
  std::vector<std::vector<double>> worth(2);
  std::vector<double> scores;
  for (int i = 0; i < 10; ++i) {
    worth[0].push_back(i < 5 ? 5 : 1);
    worth[1].push_back(i < 5 ? 1.2 : 4.8);
    scores.push_back((worth[0].back() + worth[1].back()) / 2 + (i < 5 ? 0.2 : 0));
  }
  std::vector<std::size_t> by_score{0, 1, 2, 3};
  FairnessTerm term(worth);
  const auto fair = pick_with(scores, term, 4);
  EXPECT_GT(std::ranges::min(satisfaction(worth, fair)), std::ranges::min(satisfaction(worth, by_score)) + 0.5);
}

TEST(Group, ChoosingAloneSatisfiesWholly) {
  const std::vector<std::vector<double>> worth{{1, 5, 3}};
  EXPECT_NEAR(satisfaction(worth, std::vector<std::size_t>{1, 2}).front(), 1, 1e-12);
}

TEST(Programme, IsTheBestOfAllSetsThatFit) {
  Random random(8);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> scores;
    std::vector<minutes> lengths;
    for (int i = 0; i < 9; ++i) {
      scores.push_back(random.normal());
      lengths.emplace_back(60 + random.below(90));
    }
    double best = -1e9;
    for (unsigned set = 0; set < 512; ++set) {
      if (std::popcount(set) != 3) continue;
      double sum = 0;
      minutes length{0};
      for (unsigned i = 0; i < 9; ++i) {
        if ((set >> i & 1U) == 0) continue;
        sum += scores[i];
        length += lengths[i];
      }
      if (length <= minutes(300)) best = std::max(best, sum);
    }
    const auto chosen = best_programme(scores, lengths, 3, minutes(300));
    if (best == -1e9) {
      EXPECT_TRUE(chosen.empty());
      continue;
    }
    double sum = 0;
    minutes length{0};
    for (const std::size_t film : chosen) {
      sum += scores[film];
      length += lengths[film];
    }
    EXPECT_EQ(chosen.size(), 3U);
    EXPECT_LE(length, minutes(300));
    EXPECT_NEAR(sum, best, 1e-9);
  }
}

std::vector<Film> three_films() {
  return {{.key = "a", .year = 1950, .runtime = minutes(90), .genres = {"comedy"}, .languages = {"English"}, .age_rating = 0},
          {.key = "b", .year = 1980, .runtime = minutes(150), .genres = {"comedy", "drama"}, .languages = {"French"}, .age_rating = 12},
          {.key = "c", .year = 2010, .runtime = minutes(200), .genres = {"horror"}, .languages = {"English"}, .age_rating = 18}};
}

TEST(Conditions, AllMustHold) {
  const auto films = three_films();
  const Conditions conditions(films, {.filter = {.any_genres = {"comedy"}, .since = 1960}, .longest = minutes(160)}, {0, 0, 0});
  EXPECT_THAT(conditions.left_out(), testing::ElementsAre(1, 0, 1));
  EXPECT_EQ(conditions.broken_by(2).size(), 2U);
}

TEST(Conditions, SayWhatToDropAndHowManyFilmsThereAreThen) {
  const auto films = three_films();
  const Conditions conditions(films, {.filter = {.all_genres = {"comedy", "drama"}}, .longest = minutes(100)}, {0, 0, 0});
  EXPECT_EQ(conditions.allowed(), 0);
  const auto relaxations = conditions.relaxations();
  ASSERT_EQ(relaxations.size(), 2U);
  EXPECT_EQ(relaxations[0].films, 1);
}

TEST(Conditions, WhatIsLeftOutAnywayIsNoGainOfARelaxation) {
  const auto films = three_films();
  const Conditions conditions(films, {.longest = minutes(160)}, {0, 0, 1});
  EXPECT_TRUE(conditions.relaxations().empty());
}

}  // namespace
}  // namespace cineloom
