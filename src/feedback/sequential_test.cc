#include "feedback/sequential.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <iostream>

#include "base/random.h"

namespace cineloom {
namespace {

constexpr int kRuns = 2000;
constexpr double kAlpha = 0.05;
// Three standard errors above alpha over the runs.
const double kMostAlarms = kAlpha + 3 * std::sqrt(kAlpha * (1 - kAlpha) / kRuns);

Side side_of(Random& random) { return random.uniform() < 0.5 ? Side::First : Side::Second; }

/// Share of runs in which somebody who looks after every viewer ever sees significance.
double alarms(int viewers, const std::function<double(Random&, Side)>& outcome) {
  int alarmed = 0;
  for (int run = 0; run < kRuns; ++run) {
    Random random(derive_seed(1, static_cast<std::uint64_t>(run)));
    DifferenceSequence sequence({.alpha = kAlpha});
    for (int viewer = 0; viewer < viewers; ++viewer) {
      const Side side = side_of(random);
      sequence.add(side, outcome(random, side));
    }
    alarmed += sequence.estimate().p_value <= kAlpha ? 1 : 0;
  }
  return alarmed / static_cast<double>(kRuns);
}

double binary_alarms(int viewers, double first, double second) {
  int alarmed = 0;
  for (int run = 0; run < kRuns; ++run) {
    Random random(derive_seed(2, static_cast<std::uint64_t>(run)));
    BinaryTest test(0.5);
    for (int viewer = 0; viewer < viewers; ++viewer) {
      const Side side = side_of(random);
      test.add(side, random.uniform() < (side == Side::First ? first : second));
    }
    alarmed += test.p_value() <= kAlpha ? 1 : 0;
  }
  return alarmed / static_cast<double>(kRuns);
}

void report(const char* name, double share) {
  std::cout << "[ measured ] " << name << ": " << share << "\n";
  ::testing::Test::RecordProperty(name, std::to_string(share));
}

TEST(BinaryTest, RaisesFewFalseAlarmsHoweverOftenOneLooks) {
  const double rare = binary_alarms(3000, 0.08, 0.08);
  const double even = binary_alarms(3000, 0.5, 0.5);
  report("false_alarms_binary_8_percent", rare);
  report("false_alarms_binary_50_percent", even);
  EXPECT_LE(rare, kAlpha);
  EXPECT_LE(even, kAlpha);
}

TEST(BinaryTest, FindsAPlantedEffect) {
  const double power = binary_alarms(3000, 0.10, 0.16);
  report("power_binary_10_to_16_percent", power);
  EXPECT_GE(power, 0.9);
}

TEST(BinaryTest, PValueNeverRises) {
  Random random(5);
  BinaryTest test(0.3);
  double last = 1;
  for (int i = 0; i < 500; ++i) {
    test.add(random.uniform() < 0.3 ? Side::Second : Side::First, random.uniform() < 0.2);
    EXPECT_LE(test.p_value(), last);
    last = test.p_value();
  }
}

TEST(DifferenceSequence, RaisesFewFalseAlarmsHoweverOftenOneLooks) {
  const double normal = alarms(2000, [](Random& random, Side) { return random.normal(); });
  const double skewed = alarms(2000, [](Random& random, Side) { return -std::log(1 - random.uniform()); });
  const double binary = alarms(2000, [](Random& random, Side) { return random.uniform() < 0.1 ? 1.0 : 0.0; });
  report("false_alarms_mean_normal", normal);
  report("false_alarms_mean_exponential", skewed);
  report("false_alarms_mean_yes_no_10_percent", binary);
  EXPECT_LE(normal, kMostAlarms);
  EXPECT_LE(skewed, kMostAlarms);
  EXPECT_LE(binary, kMostAlarms);
}

TEST(DifferenceSequence, FindsAPlantedEffect) {
  const double power = alarms(2000, [](Random& random, Side side) { return random.normal() + (side == Side::Second ? 0.25 : 0.0); });
  report("power_mean_quarter_of_a_deviation", power);
  EXPECT_GE(power, 0.95);
}

TEST(DifferenceSequence, HoldsTheTruthAtAllTimesTogether) {
  constexpr double kTruth = 0.4;
  int left = 0;
  for (int run = 0; run < kRuns; ++run) {
    Random random(derive_seed(3, static_cast<std::uint64_t>(run)));
    DifferenceSequence sequence({.alpha = kAlpha});
    bool is_held = true;
    for (int viewer = 0; viewer < 1000; ++viewer) {
      const Side side = side_of(random);
      sequence.add(side, random.normal() + (side == Side::Second ? kTruth : 0.0));
      const auto estimate = sequence.estimate();
      is_held = is_held && estimate.low <= kTruth && kTruth <= estimate.high;
    }
    left += is_held ? 0 : 1;
  }
  report("truth_left_the_interval_ever", left / static_cast<double>(kRuns));
  EXPECT_LE(left / static_cast<double>(kRuns), kMostAlarms);
}

TEST(DifferenceSequence, SaysNothingOfLittle) {
  DifferenceSequence sequence({});
  for (int i = 0; i < 49; ++i) {
    sequence.add(Side::First, i % 2);
    sequence.add(Side::Second, 100 + i % 2);
  }
  EXPECT_TRUE(std::isinf(sequence.estimate().low));
  EXPECT_EQ(sequence.estimate().p_value, 1);
  DifferenceSequence constant({});
  for (int i = 0; i < 200; ++i) constant.add(i % 2 == 0 ? Side::First : Side::Second, 3);
  EXPECT_TRUE(std::isinf(constant.estimate().high));
}

TEST(RatioTest, RaisesFewFalseAlarmsAndFindsAWrongSplit) {
  const std::vector<double> shares = {0.5, 0.3, 0.2};
  int false_alarms = 0;
  int found = 0;
  for (int run = 0; run < kRuns; ++run) {
    Random random(derive_seed(4, static_cast<std::uint64_t>(run)));
    RatioTest sound(shares);
    RatioTest wrong(shares);
    for (int viewer = 0; viewer < 2000; ++viewer) {
      const double place = random.uniform();
      sound.add(place < 0.5 ? 0 : place < 0.8 ? 1 : 2);
      wrong.add(place < 0.56 ? 0 : place < 0.82 ? 1 : 2);
    }
    false_alarms += sound.p_value() <= kAlpha ? 1 : 0;
    found += wrong.p_value() <= kAlpha ? 1 : 0;
  }
  report("false_alarms_ratio", false_alarms / static_cast<double>(kRuns));
  report("power_ratio_56_26_18_for_50_30_20", found / static_cast<double>(kRuns));
  EXPECT_LE(false_alarms, kAlpha * kRuns);
  EXPECT_GE(found, 0.95 * kRuns);
}

}  // namespace
}  // namespace cineloom
