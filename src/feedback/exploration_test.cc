#include "feedback/exploration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cineloom {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

/// Two items of one factor, whose scores are both N(mean h, (s h / l)^2).
struct Example {
  std::vector<float> mean = {1, 0};
  std::vector<float> factor = {2, 0, 0, 4};
  Matrix items{3, 2};

  Example() {
    items.at(0, 0) = 1;
    items.at(1, 1) = 1;
    items.at(2, 0) = 0.5F;
    items.at(2, 1) = 0.5F;
  }
  [[nodiscard]] TastePosterior posterior() const { return {.mean = mean, .factor = factor}; }
};

TEST(ExplorationScale, FallsWithEvidenceAndVanishesWithoutBudget) {
  EXPECT_EQ(*exploration_scale({.budget = 0}), 0);
  EXPECT_EQ(*exploration_scale({.budget = 1}), 1);
  EXPECT_NEAR(*exploration_scale({.budget = 1, .evidence = 30}), std::sqrt(0.5), 1e-12);
  double last = 1;
  for (const int evidence : {1, 10, 100, 1000}) {
    const double scale = *exploration_scale({.budget = 1, .evidence = evidence});
    EXPECT_LT(scale, last);
    last = scale;
  }
}

TEST(ExplorationScale, RefusesWhatIsOutOfRange) {
  EXPECT_FALSE(exploration_scale({.budget = 1.5}));
  EXPECT_FALSE(exploration_scale({.budget = std::numeric_limits<double>::quiet_NaN()}));
  EXPECT_FALSE(exploration_scale({.evidence = -1}));
  EXPECT_FALSE(exploration_scale({.deviation = 0}));
}

TEST(SampledScores, AreTheMeanWithoutScale) {
  const Example example;
  EXPECT_THAT(*sampled_scores(example.posterior(), example.items, 0, 7), ElementsAre(1.0F, 0.0F, 0.5F));
}

TEST(SampledScores, StayTheSameWithinAVisitAndDifferBetweenVisits) {
  const Example example;
  const auto scores = [&](ViewerId viewer, int minute) {
    return *sampled_scores(example.posterior(), example.items, 1, visit_seed(viewer, Timestamp(std::chrono::minutes(minute))));
  };
  EXPECT_EQ(scores(ViewerId(1), 5), scores(ViewerId(1), 5));
  EXPECT_NE(scores(ViewerId(1), 5), scores(ViewerId(1), 6));
  EXPECT_NE(scores(ViewerId(1), 5), scores(ViewerId(2), 5));
}

TEST(SampledScores, HaveTheVarianceOfThePosterior) {
  const Example example;
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 20'000;
  for (int draw = 0; draw < kDraws; ++draw) {
    const double x = (*sampled_scores(example.posterior(), example.items, 0.8, static_cast<Seed>(draw)))[2];
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  // h' A^-1 h with A = diag(4, 16): 0.25 / 4 + 0.25 / 16.
  EXPECT_NEAR(mean, 0.5, 0.01);
  EXPECT_NEAR(squares / kDraws - mean * mean, 0.64 * (0.25 / 4 + 0.25 / 16), 0.002);
}

TEST(SampledScores, RefuseShapesAndValuesThatCannotBe) {
  Example example;
  EXPECT_FALSE(sampled_scores({.mean = std::span(example.mean).first(1), .factor = example.factor}, example.items, 1, 1));
  EXPECT_FALSE(sampled_scores(example.posterior(), example.items, -1, 1));
  EXPECT_FALSE(sampled_scores({}, example.items, 1, 1));
  example.factor[3] = 0;
  EXPECT_FALSE(sampled_scores(example.posterior(), example.items, 1, 1));
  example.factor[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(sampled_scores(example.posterior(), example.items, 1, 1));
}

TEST(Propensities, AreTheShareOfListsThatHoldTheItem) {
  const Example example;
  // P(N(1, .25) > N(0, .0625)) where the two are independent and only the first two items compete.
  const ConstMatrixView two(example.items.data(), 2, 2, 2);
  const std::vector<std::size_t> shown = {1};
  const auto found = propensities(example.posterior(), two, {.shown = shown, .make_list = top_list(1), .scale = 1, .samples = 50'000, .seed = 3});
  ASSERT_TRUE(found);
  const double truth = 0.5 * std::erfc(1 / std::sqrt(0.3125) / std::sqrt(2.0));
  EXPECT_NEAR(found->front(), truth, 4 * std::sqrt(truth / 50'000));
}

TEST(Propensities, OfAllItemsAddUpToTheLengthOfTheList) {
  const Example example;
  const std::vector<std::size_t> all = {0, 1, 2};
  const auto found = *propensities(example.posterior(), example.items, {.shown = all, .make_list = top_list(2), .scale = 2, .samples = 999});
  // Each carries the one draw that was used, of which here all three are told as shown.
  EXPECT_NEAR(found[0] + found[1] + found[2], (2 * 999 + 3) / 1000.0, 1e-9);
}

TEST(Propensities, AreOneWithoutChanceAndNeverZero) {
  const Example example;
  const std::vector<std::size_t> shown = {1, 2};
  EXPECT_THAT(*propensities(example.posterior(), example.items, {.shown = shown, .make_list = top_list(1)}), Each(1.0));
  EXPECT_THAT(*propensities(example.posterior(), example.items, {.shown = shown, .make_list = top_list(1), .scale = 1e-3, .samples = 9}), Each(0.1));
}

TEST(Propensities, KnowWhatComesAfterTheSampling) {
  const Example example;
  const std::vector<std::size_t> shown = {1};
  const ListMaker only_second = [](std::span<const float>) { return std::vector<std::size_t>{1}; };
  EXPECT_THAT(*propensities(example.posterior(), example.items, {.shown = shown, .make_list = only_second, .scale = 1}), ElementsAre(1.0));
}

TEST(Propensities, RefuseWhatIsOutOfRange) {
  const Example example;
  const std::vector<std::size_t> shown = {3};
  EXPECT_FALSE(propensities(example.posterior(), example.items, {.shown = shown, .make_list = top_list(1)}));
  EXPECT_FALSE(propensities(example.posterior(), example.items, {.shown = {}, .make_list = top_list(1), .samples = 0}));
}

TEST(TopList, BreaksTiesByPosition) {
  const std::vector<float> scores = {1, 2, 2, 0};
  EXPECT_THAT(top_list(3)(scores), ElementsAre(1U, 2U, 0U));
  EXPECT_THAT(top_list(9)(scores), ElementsAre(1U, 2U, 0U, 3U));
}

}  // namespace
}  // namespace cineloom
