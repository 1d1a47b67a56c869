#include "math/distributions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cineloom {
namespace {

TEST(NormalQuantile, MeetsKnownValues) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-15);
  EXPECT_NEAR(normal_quantile(0.9), 1.2815515655446004, 1e-12);
  EXPECT_NEAR(normal_quantile(1e-6), -4.753424308822899, 1e-10);
}

TEST(NormalQuantile, IsOddAroundOneHalf) {
  for (const double p : {0.001, 0.02, 0.3}) EXPECT_NEAR(normal_quantile(p), -normal_quantile(1 - p), 1e-10);
}

TEST(DrawGamma, HasTheMeanAndVarianceOfItsShape) {
  for (const double shape : {0.3, 1.0, 7.5}) {
    Random random(3);
    double sum = 0;
    double squares = 0;
    constexpr int kDraws = 40'000;
    for (int i = 0; i < kDraws; ++i) {
      const double x = draw_gamma(random, shape);
      sum += x;
      squares += x * x;
    }
    const double mean = sum / kDraws;
    EXPECT_NEAR(mean, shape, 5 * std::sqrt(shape / kDraws));
    EXPECT_NEAR(squares / kDraws - mean * mean, shape, 0.12 * std::max(1.0, shape));
  }
}

TEST(DrawBeta, StaysInsideAndHasItsMean) {
  for (const auto& [a, b] : {std::pair{1.0, 1.0}, {0.001, 0.002}, {30.0, 10.0}}) {
    Random random(4);
    double sum = 0;
    for (int i = 0; i < 20'000; ++i) {
      const double x = draw_beta(random, a, b);
      ASSERT_TRUE(x >= 0 && x <= 1);
      sum += x;
    }
    EXPECT_NEAR(sum / 20'000, a / (a + b), 0.02);
  }
}

}  // namespace
}  // namespace cineloom
