#include "recommend/models/causal_ridge.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "recommend/testing/random_sequences.h"

namespace cineloom {
namespace {

TEST(CausalRidge, EqualsTheRegressionOverEveryState) {
  // With repeats, and sequences longer than the twelve half-lives that are kept.
  const Sequences sequences = random_sequences(80, 15, 40, 1);
  constexpr double kHalfLife = 2.5;
  constexpr double kShare = 0.3;
  const auto weights = causal_ridge(sequences, {.half_life = kHalfLife, .regularization = kShare, .threads = 2}, {});
  ASSERT_TRUE(weights);
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(15, 15);
  Eigen::MatrixXd next = Eigen::MatrixXd::Zero(15, 15);
  for (const auto& events : sequences.users) {
    Eigen::VectorXd state = Eigen::VectorXd::Zero(15);
    for (std::size_t i = 0; i + 1 < events.size(); ++i) {
      state *= std::exp2(-1 / kHalfLife);
      state[events[i]] += 1;
      normal += state * state.transpose();
      next.col(events[i + 1]) += state;
    }
  }
  normal += kShare * (20 + normal.trace() / 15) * Eigen::MatrixXd::Identity(15, 15);
  const Eigen::MatrixXd expected = normal.partialPivLu().solve(next);
  for (std::size_t row = 0; row < 15; ++row) {
    for (std::size_t column = 0; column < 15; ++column)
      EXPECT_NEAR(weights->at(row, column), expected(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)), 2e-3);
  }
}

TEST(CausalRidge, IsTheSameBytesForAnyNumberOfThreads) {
  const Sequences sequences = random_sequences(60, 300, 40, 2);
  const auto one = causal_ridge(sequences, {.threads = 1}, {});
  const auto three = causal_ridge(sequences, {.threads = 3}, {});
  ASSERT_TRUE(one && three);
  EXPECT_TRUE(std::ranges::equal(one->values(), three->values()));
}

TEST(CausalRidge, RefusesOptionsOutOfRangeAndStopsWhenAsked) {
  const Sequences sequences = random_sequences(10, 5, 40, 3);
  EXPECT_FALSE(causal_ridge(sequences, {.half_life = 0}, {}));
  EXPECT_FALSE(causal_ridge(sequences, {.regularization = -1}, {}));
  CancelSource source;
  source.cancel();
  const auto stopped = causal_ridge(sequences, {}, source.token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), ErrorCode::Cancelled);
}

}  // namespace
}  // namespace cineloom
