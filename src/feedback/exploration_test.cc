#include "feedback/exploration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cineloom {
namespace {

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

TEST(VisitSeed, StaysTheSameWithinAVisitAndDiffersBetweenVisitsAndViewers) {
  const auto seed = [](ViewerId viewer, int minute) { return visit_seed(viewer, Timestamp(std::chrono::minutes(minute))); };
  EXPECT_EQ(seed(ViewerId(1), 5), seed(ViewerId(1), 5));
  EXPECT_NE(seed(ViewerId(1), 5), seed(ViewerId(1), 6));
  EXPECT_NE(seed(ViewerId(1), 5), seed(ViewerId(2), 5));
}

}  // namespace
}  // namespace cineloom
