#include "math/ridge_solver.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "math/internal/gradient_kernels.h"

namespace cineloom {
namespace {

struct Regression {
  Matrix rows;
  std::vector<float> diagonal;
  std::vector<std::int32_t> indices;
  std::vector<float> weights;
};

Regression random_regression(std::size_t factors, std::size_t count, Seed seed) {
  Random random(seed);
  Regression regression{.rows = Matrix(300, factors)};
  for (float& value : regression.rows.values()) value = static_cast<float>(0.3 * random.normal());
  for (std::size_t i = 0; i < factors; ++i) regression.diagonal.push_back(static_cast<float>(random.uniform()));
  for (std::size_t i = 0; i < count; ++i) {
    regression.indices.push_back(static_cast<std::int32_t>(random.below(300)));
    regression.weights.push_back(static_cast<float>(0.2 + random.uniform() * 3));
  }
  return regression;
}

class RidgeSolverOfSize : public testing::TestWithParam<std::size_t> {};

TEST_P(RidgeSolverOfSize, EqualsThePlainSolutionForAnyNumberOfRows) {
  for (const std::size_t count : {1UL, 3UL, 4UL, 7UL, 15UL, 16UL, 17UL, 33UL, 63UL, 64UL, 65UL, 127UL, 129UL, 260UL}) {
    const Regression regression = random_regression(GetParam(), count, count);
    RidgeSolver solver(regression.rows, regression.diagonal);
    for (const std::vector<float>& weights : {std::vector<float>(), regression.weights}) {
      std::vector<float> fast(GetParam());
      std::vector<float> plain(GetParam());
      solver.solve(regression.indices, weights, 0.4F, fast);
      solver.solve_plainly(regression.indices, weights, 0.4F, plain);
      for (std::size_t i = 0; i < plain.size(); ++i) ASSERT_NEAR(fast[i], plain[i], 3e-5) << "rows " << count << ", dimension " << i;
    }
  }
}

TEST_P(RidgeSolverOfSize, ComesToTheSolutionByGradients) {
  const Regression regression = random_regression(GetParam(), 50, 7);
  RidgeSolver solver(regression.rows, regression.diagonal);
  std::vector<float> plain(GetParam());
  std::vector<float> slow(GetParam(), 0.1F);
  solver.solve_plainly(regression.indices, regression.weights, 0.4F, plain);
  solver.improve(regression.indices, regression.weights, 0.4F, 100, slow);
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(slow[i], plain[i], 1e-3);
}

TEST_P(RidgeSolverOfSize, ComesToTheSolutionByBlocks) {
  const Regression regression = random_regression(GetParam(), 250, 8);
  RidgeSolver solver(regression.rows, regression.diagonal);
  std::vector<float> plain(GetParam());
  std::vector<float> slow(GetParam(), 0.1F);
  solver.solve_plainly(regression.indices, regression.weights, 0.4F, plain);
  for (int pass = 0; pass < 500; ++pass) solver.improve_by_blocks(regression.indices, regression.weights, 0.4F, 24, slow);
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(slow[i], plain[i], 1e-3);
}

TEST_P(RidgeSolverOfSize, SolvesWellConditionedSystemsByGradientsToAFloatsPrecision) {
  GradientScratch scratch;
  for (const std::size_t count : {1UL, 8UL, 31UL, 100UL, 300UL}) {
    const Regression regression = random_regression(GetParam(), count, count);
    std::vector<float> fast(GetParam());
    std::vector<float> plain(GetParam());
    RidgeSolver(regression.rows, regression.diagonal).solve_plainly(regression.indices, regression.weights, 60.0F, plain);
    ASSERT_TRUE(solve_by_gradients({.rows = &regression.rows,
                                    .diagonal = regression.diagonal,
                                    .indices = regression.indices,
                                    .weights = regression.weights,
                                    .ridge = 60.0F,
                                    .solution = fast},
                                   scratch));
    for (std::size_t i = 0; i < plain.size(); ++i) ASSERT_NEAR(fast[i], plain[i], 3e-6) << "rows " << count << ", dimension " << i;
  }
}

TEST_P(RidgeSolverOfSize, ComesToNearlyTheSameFromRowsInHalfTheBytes) {
  const Regression regression = random_regression(GetParam(), 50, 9);
  const Halves halves = halved(regression.rows, 2);
  std::vector<float> plain(GetParam());
  std::vector<float> rough(GetParam(), 0.1F);
  RidgeSolver solver(regression.rows, regression.diagonal, halves);
  solver.solve_plainly(regression.indices, regression.weights, 5.0F, plain);
  solver.improve(regression.indices, regression.weights, 5.0F, 100, rough);
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(rough[i], plain[i], 1e-3);
}

TEST(RidgeSolver, ComesToTheSameWhetherRowsFitTheCacheOrNot) {
  const Regression regression = random_regression(16, 100000, 10);
  std::vector<float> plain(16);
  std::vector<float> slow(16, 0.1F);
  const RidgeSolver solver(regression.rows, regression.diagonal);
  solver.solve_plainly(regression.indices, regression.weights, 0.4F, plain);
  solver.improve(regression.indices, regression.weights, 0.4F, 60, slow);
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(slow[i], plain[i], 1e-3);
}

TEST(RidgeSolver, LeavesIllConditionedSystemsToTheFactor) {
  Regression regression = random_regression(128, 250, 11);
  GradientScratch scratch;
  std::vector<float> solution(128);
  EXPECT_FALSE(solve_by_gradients({.rows = &regression.rows,
                                   .diagonal = regression.diagonal,
                                   .indices = regression.indices,
                                   .weights = regression.weights,
                                   .ridge = 1e-4F,
                                   .solution = solution},
                                  scratch));
}

INSTANTIATE_TEST_SUITE_P(Factors, RidgeSolverOfSize, testing::Values(1, 3, 8, 16, 20, 64, 100, 128));

}  // namespace
}  // namespace cineloom
