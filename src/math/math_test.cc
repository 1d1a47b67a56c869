#include <gtest/gtest.h>

#include <numeric>

#include <array>
#include <vector>

#include "math/posterior.h"
#include "math/statistics.h"

namespace cineloom {
namespace {

TEST(Pearson, IsOneForALineAndZeroForAConstant) {
  const std::vector<double> a = {1, 2, 3};
  EXPECT_NEAR(pearson(a, std::vector<double>{2, 4, 6}), 1, 1e-12);
  EXPECT_NEAR(pearson(a, std::vector<double>{3, 2, 1}), -1, 1e-12);
  EXPECT_EQ(pearson(a, std::vector<double>{5, 5, 5}), 0);
  std::vector<double> rising(49);
  std::iota(rising.begin(), rising.end(), 0.0);
  EXPECT_EQ(pearson(rising, std::vector<double>(49, 0.1)), 0) << "the mean of tenths is off by its last bit";
}

TEST(Posterior, SolvesRidgeRegression) {
  Posterior posterior(std::vector<double>{2});
  posterior.add(std::vector<float>{1}, 3);
  posterior.add(std::vector<float>{2}, 4);
  posterior.solve();
  EXPECT_NEAR(posterior.weights()[0], 11.0 / 7.0, 1e-12);
  EXPECT_NEAR(posterior.variance(std::vector<float>{1}), 1.0 / 7.0, 1e-12);
}

TEST(Posterior, ForgetsAnObservationExactly) {
  const std::vector<double> prior = {1, 0.5};
  const std::array<std::vector<float>, 2> rows = {std::vector<float>{1, 2}, std::vector<float>{-1, 0.5}};
  Posterior with(prior);
  with.add(rows[0], 1);
  with.add(rows[1], -2);
  with.take_back(rows[1], -2);
  with.solve();
  Posterior without(prior);
  without.add(rows[0], 1);
  without.solve();
  EXPECT_NEAR(with.weights()[0], without.weights()[0], 1e-12);
  EXPECT_NEAR(with.weights()[1], without.weights()[1], 1e-12);
}

}  // namespace
}  // namespace cineloom
