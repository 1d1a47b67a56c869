#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "base/random.h"
#include "privacy/bounded_sum.h"
#include "privacy/discrete_noise.h"
#include "privacy/testing/seeded_bytes.h"

namespace cineloom::privacy {
namespace {

/// Chi-square over cells with at least ten expected, as a standard normal number (Wilson and Hilferty 1931).
double misfit(const std::map<std::int64_t, int>& counts, int draws, const std::function<double(std::int64_t)>& weight, std::int64_t reach) {
  double total = 0;
  for (std::int64_t x = -reach; x <= reach; ++x) total += weight(x);
  double square = 0;
  int cells = 0;
  double rest_expected = draws;
  double rest_found = draws;
  for (std::int64_t x = -reach; x <= reach; ++x) {
    const double expected = draws * weight(x) / total;
    if (expected < 10) continue;
    const auto found = counts.find(x);
    const double count = found == counts.end() ? 0 : found->second;
    square += (count - expected) * (count - expected) / expected;
    rest_expected -= expected;
    rest_found -= count;
    ++cells;
  }
  if (rest_expected > 5) square += (rest_found - rest_expected) * (rest_found - rest_expected) / rest_expected;
  const double freedom = rest_expected > 5 ? cells : cells - 1;
  return (std::cbrt(square / freedom) - (1 - 2 / (9 * freedom))) / std::sqrt(2 / (9 * freedom));
}

template <class Noise>
std::map<std::int64_t, int> drawn(const Noise& noise, int draws, Seed seed) {
  testing::SeededBytes bytes(seed);
  RandomIntegers random(bytes);
  std::map<std::int64_t, int> counts;
  for (int i = 0; i < draws; ++i) ++counts[noise.draw(random)];
  return counts;
}

auto gaussian_weight(double deviation) {
  return [deviation](std::int64_t x) { return std::exp(-static_cast<double>(x * x) / (2 * deviation * deviation)); };
}

constexpr double kOneInAMillion = 4.75;

TEST(DiscreteGaussian, HasItsDistribution) {
  for (const std::uint64_t deviation : {1U, 2U, 7U, 40U}) {
    const auto counts = drawn(*DiscreteGaussian::with_deviation(deviation), 200'000, deviation);
    EXPECT_LT(misfit(counts, 200'000, gaussian_weight(static_cast<double>(deviation)), 400), kOneInAMillion) << deviation;
  }
}

TEST(DiscreteGaussian, WouldBeCaughtWithTwoPerCentMoreDeviation) {
  const auto counts = drawn(*DiscreteGaussian::with_deviation(51), 400'000, 3);
  EXPECT_GT(misfit(counts, 400'000, gaussian_weight(50), 500), kOneInAMillion);
}

TEST(DiscreteGaussian, KeepsItsDeviationWhereItIsWide) {
  const auto deviation = static_cast<double>(1 << 22);
  testing::SeededBytes bytes(5);
  RandomIntegers random(bytes);
  const auto noise = *DiscreteGaussian::with_deviation(1 << 22);
  std::vector<double> values;
  for (int i = 0; i < 60'000; ++i) values.push_back(static_cast<double>(noise.draw(random)) / deviation);
  std::ranges::sort(values);
  double farthest = 0;  // Kolmogorov and Smirnov
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double share = static_cast<double>(i + 1) / static_cast<double>(values.size());
    farthest = std::max(farthest, std::abs(share - std::erfc(-values[i] / std::sqrt(2.0)) / 2));
  }
  EXPECT_LT(farthest, 2.7 / std::sqrt(60'000.0));
}

TEST(DiscreteLaplace, HasItsDistribution) {
  for (const std::uint64_t scale : {1U, 3U, 25U}) {
    const auto counts = drawn(*DiscreteLaplace::with_scale(scale), 200'000, scale);
    const auto weight = [scale](std::int64_t x) { return std::exp(-static_cast<double>(std::abs(x)) / static_cast<double>(scale)); };
    EXPECT_LT(misfit(counts, 200'000, weight, 600), kOneInAMillion) << scale;
  }
}

TEST(DiscreteNoise, RefusesWidthsItCannotDrawExactly) {
  EXPECT_FALSE(DiscreteGaussian::with_deviation(0));
  EXPECT_FALSE(DiscreteGaussian::with_deviation((1 << 24) + 1));
  EXPECT_FALSE(DiscreteLaplace::with_scale(0));
}

TEST(RandomIntegers, AreUniformBelowAnyBound) {
  testing::SeededBytes bytes(7);
  RandomIntegers random(bytes);
  std::vector<int> counts(7, 0);
  for (int i = 0; i < 70'000; ++i) ++counts[random.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
  const auto wide = static_cast<RandomIntegers::Wide>(3) << 70U;
  int upper = 0;
  for (int i = 0; i < 30'000; ++i) {
    const auto number = random.below_wide(wide);
    ASSERT_LT(number, wide);
    if (number >= static_cast<RandomIntegers::Wide>(2) << 70U) ++upper;
  }
  EXPECT_NEAR(upper, 10'000, 500);
}

TEST(SecretBytes, NeverRepeatThemselves) {
  auto one = secret_bytes();
  auto two = secret_bytes();
  ASSERT_TRUE(one && two);
  std::vector<std::uint8_t> first(20'000);
  std::vector<std::uint8_t> second(20'000);
  (*one)->fill(first);
  (*two)->fill(second);
  EXPECT_NE(first, second);
  std::vector<int> counts(256, 0);
  for (const std::uint8_t byte : first) ++counts[byte];
  EXPECT_GT(*std::ranges::min_element(counts), 20);
  EXPECT_LT(*std::ranges::max_element(counts), 160);
}

/// A viewer's vector of some numbers at rising places, sometimes far too long.
std::vector<Share> random_shares(Random& random, std::size_t places) {
  std::vector<Share> shares;
  const double size = std::pow(10, 4 * random.uniform() - 3);
  for (std::size_t place = 0; place < places; ++place) {
    if (random.uniform() < 0.3) shares.push_back({.place = place, .value = size * random.normal()});
  }
  return shares;
}

TEST(BoundedSum, MovesByAtMostOneUnitForAnyViewer) {
  Random random(11);
  for (int pair = 0; pair < 1000; ++pair) {
    BoundedSum without(40);
    for (int viewer = 0; viewer < 3; ++viewer) without.add(random_shares(random, 40));
    BoundedSum with = without;
    with.add(random_shares(random, 40));
    std::int64_t squares = 0;
    for (std::size_t i = 0; i < 40; ++i) squares += (with.exact()[i] - without.exact()[i]) * (with.exact()[i] - without.exact()[i]);
    ASSERT_LE(squares, BoundedSum::kUnit * BoundedSum::kUnit);
  }
}

TEST(BoundedSum, KeepsWhatFitsAndIgnoresWhatIsNoNumber) {
  BoundedSum sum(3);
  sum.add(std::vector<Share>{{.place = 0, .value = 0.5}, {.place = 2, .value = -0.25}});
  sum.add(std::vector<Share>{{.place = 1, .value = std::nan("")}});
  sum.add(std::vector<Share>{{.place = 1, .value = 4e200}});
  EXPECT_EQ(sum.exact()[0], BoundedSum::kUnit / 2);
  EXPECT_NEAR(static_cast<double>(sum.exact()[1]), static_cast<double>(BoundedSum::kUnit), 1);
  EXPECT_EQ(sum.exact()[2], -BoundedSum::kUnit / 4);
}

TEST(BoundedSum, IsTheSameInAnyOrder) {
  Random random(13);
  std::vector<std::vector<Share>> viewers;
  for (int i = 0; i < 50; ++i) viewers.push_back(random_shares(random, 20));
  BoundedSum forward(20);
  BoundedSum backward(20);
  for (const auto& shares : viewers) forward.add(shares);
  for (std::size_t i = viewers.size(); i-- > 0;) backward.add(viewers[i]);
  EXPECT_TRUE(std::ranges::equal(forward.exact(), backward.exact()));
}

TEST(BoundedSum, TellsItsSumWithTheNoiseAskedFor) {
  testing::SeededBytes bytes(17);
  BoundedSum sum(20'000);
  const auto told = sum.told(2.5, bytes);
  ASSERT_TRUE(told);
  double squares = 0;
  for (const double value : *told) squares += value * value;
  EXPECT_NEAR(std::sqrt(squares / 20'000), 2.5, 0.06);
  EXPECT_FALSE(sum.told(0, bytes));
  EXPECT_FALSE(sum.told(257, bytes));
}

}  // namespace
}  // namespace cineloom::privacy
