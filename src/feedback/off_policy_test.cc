#include "feedback/off_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A bandit with contexts whose truth is known: five actions, mean reward by context and action, a logging policy that leans to
/// the wrong ones and a target policy that leans to the right ones.
class Bandit {
 public:
  static constexpr std::size_t kActions = 5;
  using Chances = std::array<double, kActions>;

  static double reward(int context, std::size_t action) { return 0.1 + 0.15 * static_cast<double>((action + static_cast<std::size_t>(context)) % kActions); }
  static Chances chances(int context, double sharpness) {
    Chances chances{};
    for (std::size_t action = 0; action < kActions; ++action) chances[action] = std::exp(sharpness * reward(context, action));
    const double sum = std::accumulate(chances.begin(), chances.end(), 0.0);
    for (double& chance : chances) chance /= sum;
    return chances;
  }
  static Chances logging(int context) { return chances(context, -2); }
  static Chances target(int context) { return chances(context, 4); }

  static double value(int context) {
    double sum = 0;
    for (std::size_t action = 0; action < kActions; ++action) sum += target(context)[action] * reward(context, action);
    return sum;
  }
  static double truth() { return (value(0) + value(1) + value(2)) / 3; }

  /// `misjudged`: how far the reward model is off.
  static std::vector<LoggedAction> log(Seed seed, std::size_t size, double misjudged = 0) {
    Random random(seed);
    std::vector<LoggedAction> actions;
    for (std::size_t i = 0; i < size; ++i) {
      const int context = static_cast<int>(random.below(3));
      const Chances chances = logging(context);
      std::size_t action = 0;
      for (double left = random.uniform(); action + 1 < kActions && left >= chances[action]; ++action) left -= chances[action];
      actions.push_back({.reward = random.uniform() < reward(context, action) ? 1.0 : 0.0,
                         .propensity = chances[action],
                         .target = target(context)[action],
                         .predicted = reward(context, action) + misjudged,
                         .predicted_value = value(context) + misjudged,
                         .cluster = static_cast<std::int64_t>(i)});
    }
    return actions;
  }
};

struct Runs {
  double mean = 0;
  double deviation = 0;
  double covered = 0;
  double mean_error = 0;  ///< as the estimates claim it
};

Runs run(const OffPolicyOptions& options, double misjudged = 0) {
  constexpr int kRuns = 400;
  Runs runs;
  double squares = 0;
  for (int i = 0; i < kRuns; ++i) {
    const auto estimate = *estimate_off_policy(Bandit::log(static_cast<Seed>(i + 1), 500, misjudged), options);
    runs.mean += estimate.value / kRuns;
    squares += estimate.value * estimate.value / kRuns;
    runs.covered += estimate.low <= Bandit::truth() && Bandit::truth() <= estimate.high ? 1.0 / kRuns : 0;
    runs.mean_error += estimate.standard_error / kRuns;
  }
  runs.deviation = std::sqrt(squares - runs.mean * runs.mean);
  return runs;
}

TEST(OffPolicy, IsUnbiasedAndKnowsItsErrorOnABanditWithKnownTruth) {
  for (const OffPolicyMethod method : {OffPolicyMethod::Ips, OffPolicyMethod::Snips, OffPolicyMethod::DoublyRobust}) {
    const Runs runs = run({.method = method});
    // SNIPS is biased by 1/n; three standard errors of the mean over the runs leave room for that.
    EXPECT_NEAR(runs.mean, Bandit::truth(), 3 * runs.deviation / std::sqrt(400)) << static_cast<int>(method);
    EXPECT_NEAR(runs.mean_error, runs.deviation, 0.12 * runs.deviation);
    EXPECT_GE(runs.covered, 0.92);
    EXPECT_LE(runs.covered, 0.98);
    RecordProperty("deviation" + std::to_string(static_cast<int>(method)), std::to_string(runs.deviation));
  }
}

TEST(OffPolicy, VariesLessWithSelfNormalisationAndLeastWithAGoodRewardModel) {
  const Runs ips = run({.method = OffPolicyMethod::Ips});
  const Runs snips = run({.method = OffPolicyMethod::Snips});
  const Runs robust = run({.method = OffPolicyMethod::DoublyRobust});
  EXPECT_LT(snips.deviation, 0.95 * ips.deviation);
  EXPECT_LT(robust.deviation, 0.95 * ips.deviation);
  EXPECT_LE(robust.deviation, snips.deviation);
}

TEST(OffPolicy, StaysUnbiasedWhenTheRewardModelIsWrong) {
  const Runs runs = run({.method = OffPolicyMethod::DoublyRobust}, 0.3);
  EXPECT_NEAR(runs.mean, Bandit::truth(), 3 * runs.deviation / std::sqrt(400));
}

TEST(OffPolicy, ClippingLowersVarianceAndTheEstimate) {
  const Runs plain = run({.method = OffPolicyMethod::Ips});
  const Runs clipped = run({.method = OffPolicyMethod::ClippedIps, .clip = 2});
  EXPECT_LT(clipped.deviation, plain.deviation);
  EXPECT_LT(clipped.mean, plain.mean);
  EXPECT_GT(estimate_off_policy(Bandit::log(1, 500), {.method = OffPolicyMethod::ClippedIps, .clip = 2})->clipped_share, 0);
}

TEST(OffPolicy, BootstrapAgreesWithTheAsymptoticInterval) {
  const auto log = Bandit::log(5, 2000);
  const auto normal = *estimate_off_policy(log, {});
  const auto bootstrap = *estimate_off_policy(log, {.interval = IntervalMethod::Bootstrap});
  EXPECT_EQ(normal.value, bootstrap.value);
  EXPECT_NEAR(bootstrap.high - bootstrap.low, normal.high - normal.low, 0.15 * (normal.high - normal.low));
  EXPECT_EQ(bootstrap.low, estimate_off_policy(log, {.interval = IntervalMethod::Bootstrap})->low);
}

TEST(OffPolicy, GivesTheLogsOwnMeanForTheLogsOwnPolicy) {
  auto log = Bandit::log(2, 1000);
  double mean = 0;
  for (LoggedAction& action : log) {
    action.target = action.propensity;
    mean += action.reward / 1000;
  }
  const auto estimate = *estimate_off_policy(log, {.method = OffPolicyMethod::Ips});
  EXPECT_NEAR(estimate.value, mean, 1e-12);
  EXPECT_NEAR(estimate.effective_actions, 1000, 1e-6);
  EXPECT_THAT(estimate.warnings, IsEmpty());
}

TEST(OffPolicy, CountsTheActionsOfOneViewerAsOne) {
  auto log = Bandit::log(3, 400);
  const double apart = estimate_off_policy(log, {})->standard_error;
  std::vector<LoggedAction> twice;
  for (const LoggedAction& action : log) twice.insert(twice.end(), {action, action});
  EXPECT_NEAR(estimate_off_policy(twice, {})->standard_error, apart, 1e-12);
}

TEST(OffPolicy, WarnsOfWeightsThatCannotBeBelieved) {
  auto log = Bandit::log(3, 400);
  for (LoggedAction& action : log) action.propensity = std::min(1.0, action.propensity * 3);
  EXPECT_THAT(estimate_off_policy(log, {})->warnings, ::testing::Contains(HasSubstr("instead of 1")));
  for (LoggedAction& action : log) action.target = 0;
  log[0].target = 1;
  EXPECT_THAT(estimate_off_policy(log, {})->warnings, ::testing::Contains(HasSubstr("only 1 of 400")));
}

TEST(OffPolicy, RefusesALogThatCannotBe) {
  const auto code_for = [](auto spoil) {
    auto log = Bandit::log(1, 10);
    spoil(log);
    const auto estimate = estimate_off_policy(log, {});
    return estimate ? ErrorCode::Internal : estimate.error().code();
  };
  EXPECT_EQ(code_for([](auto& log) { log.clear(); }), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_for([](auto& log) { log[3].propensity = 0; }), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_for([](auto& log) { log[3].reward = std::numeric_limits<double>::quiet_NaN(); }), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_for([](auto& log) { log[3].target = 1.5; }), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_for([](auto& log) {
              for (auto& action : log) action.target = 0;
            }),
            ErrorCode::InvalidArgument);
  EXPECT_FALSE(estimate_off_policy(Bandit::log(1, 10), {.confidence = 1}));
}

}  // namespace
}  // namespace cineloom
