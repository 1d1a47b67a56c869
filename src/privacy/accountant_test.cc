#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.h"
#include "privacy/audit.h"
#include "privacy/gaussian_accountant.h"
#include "privacy/loss_distribution.h"
#include "privacy/partition_selection.h"
#include "privacy/renyi_accountant.h"
#include "privacy/testing/integrals.h"

namespace cineloom::privacy {
namespace {

constexpr double kDelta = 8e-6;

std::vector<double> steps(double first, double last, double step) {
  std::vector<double> values;
  for (int i = 0; first + i * step < last + step / 2; ++i) values.push_back(first + i * step);
  return values;
}

/// The orders that DP-SGD is accounted with in the field.
std::vector<double> sgd_orders() {
  std::vector<double> orders{1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4, 4.5};
  for (int order = 5; order < 64; ++order) orders.push_back(order);
  for (const double order : {128, 256, 512}) orders.push_back(order);
  return orders;
}

TEST(GaussianAccountant, NeedsTheNoiseThatTheFieldComputed) {
  const std::vector<std::pair<double, double>> known{{0.5, 7.1357}, {1, 3.7805}, {2, 2.0177}, {5, 0.9007}, {10, 0.5040}, {20, 0.2919}};
  for (const auto& [epsilon, noise] : known) EXPECT_NEAR(*gaussian_noise({.epsilon = epsilon, .delta = kDelta}), noise, 5.1e-5);
  EXPECT_NEAR(*gaussian_noise({.epsilon = 1, .delta = 1e-6}), 4.224678889, 4e-9);
  EXPECT_NEAR(*gaussian_noise({.epsilon = 1, .delta = 0.78760074}), 1.0 / 3, 1e-8);
}

TEST(GaussianAccountant, TellsTheLossOfKnownNoise) {
  // The field's last digits are off: the integral of the loss found here is 1e-6 to twelve digits, that of theirs to six.
  const double found = gaussian_epsilon(1 / 4.530877117, 1e-6);
  EXPECT_NEAR(found, 0.9273923793, 5e-8);
  EXPECT_NEAR(testing::delta_by_integral(1 / 4.530877117, found), 1e-6, 1e-14);
  GaussianAccountant many;
  many.add(20, 400);
  EXPECT_NEAR(many.delta(3), 0.00153, 1e-5);
  GaussianAccountant queries;
  queries.add(10.0 / 6, 25);
  EXPECT_NEAR(queries.delta(1), 0.78760074, 1e-8);
}

TEST(GaussianAccountant, AddsReleasesUpToOne) {
  GaussianAccountant parts;
  parts.add(3);
  parts.add(4);
  GaussianAccountant whole;
  whole.add(2.4);
  EXPECT_NEAR(parts.epsilon(1e-6), whole.epsilon(1e-6), 1e-12);
  EXPECT_EQ(GaussianAccountant().epsilon(1e-6), 0);
}

TEST(GaussianAccountant, RefusesLossesThatMeanNothing) {
  EXPECT_FALSE(gaussian_noise({.epsilon = 0, .delta = 1e-6}));
  EXPECT_FALSE(gaussian_noise({.epsilon = 1, .delta = 0}));
  EXPECT_FALSE(gaussian_noise({.epsilon = std::nan(""), .delta = 1e-6}));
}

TEST(GaussianAccountant, AgreesWithPlainIntegrationAndIsNeverAboveTheOtherAccountants) {
  const testing::Disagreement found = testing::compare_gaussian(300, 1);
  EXPECT_LT(found.largest, 1e-9);
  EXPECT_EQ(found.unsafe, 0);
}

TEST(RenyiAccountant, NeedsTheNoiseThatTheFieldComputed) {
  const std::vector<std::pair<double, double>> known{{0.5, 7.7702}, {1, 4.0945}, {2, 2.1725}, {5, 0.9613}, {10, 0.5337}, {20, 0.3064}};
  for (const auto& [epsilon, noise] : known) {
    RenyiAccountant accountant;
    accountant.add({.rate = 1, .noise = noise});
    EXPECT_NEAR(accountant.epsilon(kDelta), epsilon, 3e-4 * epsilon);
  }
}

TEST(RenyiAccountant, ConvertsKnownDivergences) {
  RenyiAccountant gaussian(steps(1.001, 99.999, 0.001));
  gaussian.add({.rate = 1, .noise = 4.530877117});
  EXPECT_NEAR(gaussian.epsilon(1e-6), 1, 1e-9);
  EXPECT_NEAR(gaussian.best_order(1e-6), 21.985, 1e-9);
  RenyiAccountant constant(steps(2, 32, 1));
  constant.add(std::vector<double>(31, 1.1));
  EXPECT_NEAR(constant.epsilon(1e-5), 1.32783806176, 1e-11);
  EXPECT_EQ(constant.best_order(1e-5), 32);
}

TEST(RenyiAccountant, SamplesAsTheFieldDoes) {
  RenyiAccountant accountant({2.5, 5, 50, 100});
  accountant.add({.rate = 0.01, .noise = 2.5}, 50);
  const std::vector<double> known{1.085418e-3, 2.18075656e-3, 2.38460375e-2, 1.67416308e2};
  for (std::size_t i = 0; i < known.size(); ++i) EXPECT_NEAR(accountant.divergences()[i], known[i], 1e-6 * known[i]);
  EXPECT_NEAR(50 * renyi_divergence({.rate = 0.01, .noise = 2.5}, 1.5), 6.500709e-4, 1e-9);
}

TEST(RenyiAccountant, IsAsTightAsTheFieldOnStochasticGradients) {
  struct Known {
    double users, batch, noise, epochs, delta, epsilon;
  };
  for (const Known& known : {Known{6e4, 150, 1.3, 15, 1e-5, 0.7242234026109595}, Known{1e5, 100, 1, 30, 1e-7, 1.4154988495444845}}) {
    RenyiAccountant accountant(sgd_orders());
    accountant.add({.rate = known.batch / known.users, .noise = known.noise}, static_cast<long>(std::ceil(known.epochs * known.users / known.batch)));
    EXPECT_NEAR(accountant.epsilon(known.delta), known.epsilon, 1e-9 * known.epsilon);
  }
  // Here a broken order decides: its known value is an upper bound only.
  RenyiAccountant loud(sgd_orders());
  loud.add({.rate = 1024 / 1e8, .noise = 0.1}, 976563);
  EXPECT_LE(loud.epsilon(1e-7), 5907982.31138195 * (1 + 1e-9));
  EXPECT_GT(loud.epsilon(1e-7), 5907982.31138195 * 0.97);
}

TEST(RenyiAccountant, ComposesAsTheFieldDoes) {
  std::vector<double> orders = steps(1.1, 10.9, 0.1);
  for (int order = 12; order < 64; ++order) orders.push_back(order);
  RenyiAccountant accountant(orders);
  accountant.add({.rate = 0.04, .noise = 1.5}, 2250);
  EXPECT_NEAR(accountant.epsilon(1e-5), 7.32911117143, 1e-4);
  EXPECT_LE(accountant.epsilon(1e-5), 7.32911117143 * (1 + 1e-9));
}

TEST(RenyiAccountant, KnowsRandomisedResponse) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(renyi_divergence_of_response(0.1, 10, infinity, Neighbour::NoAnswer), 2.302585092994046, 1e-12);
  EXPECT_NEAR(renyi_divergence_of_response(0.1, 10, infinity, Neighbour::OtherAnswer), 4.51085950651685, 1e-12);
  EXPECT_LT(renyi_divergence_of_response(0.1, 10, 2, Neighbour::OtherAnswer), 4.51085950651685);
}

TEST(RenyiAccountant, AgreesWithPlainIntegration) {
  const testing::Disagreement found = testing::compare_sampled(300, 2);
  EXPECT_LT(found.largest, 1e-4);
  EXPECT_EQ(found.unsafe, 0);
}

TEST(ConcentratedPrivacy, GivesTheSimpleBound) {
  const std::vector<std::pair<double, double>> known{{0.5, 9.7917}, {1, 4.9459}, {2, 2.5215}, {5, 1.0630}, {10, 0.5719}, {20, 0.3203}};
  for (const auto& [epsilon, noise] : known) EXPECT_NEAR(concentrated_epsilon(concentrated_rho(noise), kDelta), epsilon, 2e-4 * epsilon);
}

TEST(LossDistribution, AgreesWithOtherAccountantsOfSampledReleases) {
  struct Known {
    SampledGaussian release;
    long times;
    double delta, epsilon;
  };
  for (const Known& known :
       {Known{{.rate = 0.001, .noise = 0.8}, 100, 1e-6, 0.2704033640580187}, Known{{.rate = 0.05, .noise = 1.5}, 1000, 1e-6, 6.209969246576727},
        Known{{.rate = 0.04, .noise = 1.5}, 2250, 1e-5, 6.777395712150674}, Known{{.rate = 0.05, .noise = 3}, 20000, 1e-6, 13.961114699236706}}) {
    EXPECT_NEAR(LossDistribution::of(known.release, known.times, 1e-3).epsilon(known.delta), known.epsilon, 0.011);
  }
}

TEST(LossDistribution, NeedsTheNoiseThatTheFieldComputed) {
  EXPECT_NEAR(LossDistribution::of({.rate = 0.01, .noise = 0.67379294682}, 1).epsilon(1e-5), 1, 1e-4);
  EXPECT_NEAR(LossDistribution::of({.rate = 0.001, .noise = 3.20956502598 / 6}, 25, 1e-3).epsilon(1e-5), 1, 2e-2);
}

TEST(LossDistribution, IsExactWhereTheAnswerIsKnown) {
  GaussianAccountant exact;
  exact.add(5, 10);
  const LossDistribution found = LossDistribution::of({.rate = 1, .noise = 5}, 10, 1e-3);
  EXPECT_NEAR(found.epsilon(1e-5), exact.epsilon(1e-5), 1e-4);
  EXPECT_GE(found.epsilon(1e-5), exact.epsilon(1e-5) * (1 - 1e-9));
}

TEST(DiscreteLaplace, AddsUpExactly) { EXPECT_NEAR(discrete_laplace_delta(0.073, 20, 1), 1e-4, 5e-6); }

TEST(PartitionSelection, KeepsKeysAsLateAsItMust) {
  const PrivacyLoss loss{.epsilon = 1, .delta = 1e-5};
  EXPECT_EQ(keep_probability(0, loss), 0);
  EXPECT_NEAR(keep_probability(1, loss), 1e-5, 1e-18);
  EXPECT_NEAR(keep_probability(2, loss), 3.71828e-5, 1e-10);
  EXPECT_LT(keep_probability(11, loss), 0.5);
  EXPECT_GE(keep_probability(12, loss), 0.5);
  EXPECT_LT(keep_probability(15, loss), 0.99);
  EXPECT_GE(keep_probability(16, loss), 0.99);
  const PrivacyLoss little{.epsilon = 0.1, .delta = 1e-6};
  EXPECT_LT(keep_probability(108, little), 0.5);
  EXPECT_GE(keep_probability(109, little), 0.5);
  EXPECT_LT(keep_probability(147, little), 0.99);
  EXPECT_GE(keep_probability(148, little), 0.99);
}

TEST(Audit, RefutesWhatThePaperRefutes) {
  EXPECT_NEAR(audited_epsilon({.canaries = 1000, .guesses = 100, .right = 75}, 1e-4, 0.05), 0.67298, 1e-5);
  EXPECT_NEAR(audited_epsilon({.canaries = 100000, .guesses = 1510, .right = 1439}, 1e-5, 0.05), 2.67585, 1e-5);
  EXPECT_NEAR(audited_epsilon({.canaries = 1000, .guesses = 200, .right = 150}, kDelta, 0.05), 0.82, 5e-3);
  EXPECT_NEAR(audited_epsilon({.canaries = 1000, .guesses = 200, .right = 200}, kDelta, 0.05), 4.17, 5e-3);
  EXPECT_EQ(audited_epsilon({.canaries = 1000, .guesses = 100, .right = 50}, 1e-5, 0.05), 0);
}

}  // namespace
}  // namespace cineloom::privacy
