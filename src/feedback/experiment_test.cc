#include "feedback/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/random.h"
#include "feedback/internal/sip_hash.h"

namespace cineloom {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

Timestamp hour(int number) { return Timestamp(std::chrono::hours(number)); }

Experiment experiment_of(const std::string& salt = "salt", ExperimentMetric metric = ExperimentMetric::Watched) {
  return {.name = "e",
          .salt = salt,
          .variants = {{.name = "old", .share = 0.5}, {.name = "new", .share = 0.3}, {.name = "odd", .share = 0.2}},
          .metric = metric,
          .stopped_at = {}};
}

TEST(SipHash, MeetsThePublishedVectors) {
  const SipKey key{.first = 0x0706050403020100ULL, .second = 0x0F0E0D0C0B0A0908ULL};
  EXPECT_EQ(sip_hash(key, ""), 0x726FDB47DD0E0E31ULL);
  std::string bytes;
  for (char byte = 0; byte < 15; ++byte) bytes += byte;
  EXPECT_EQ(sip_hash(key, bytes), 0xA129CA6149BE45E5ULL);
}

TEST(VariantOf, SplitsAsDeclaredAndNeverChanges) {
  const Experiment experiment = experiment_of();
  std::vector<int> counts(3, 0);
  for (int viewer = 1; viewer <= 20'000; ++viewer) ++counts[variant_of(experiment, ViewerId(viewer))];
  EXPECT_NEAR(counts[0], 10'000, 300);
  EXPECT_NEAR(counts[1], 6'000, 300);
  EXPECT_NEAR(counts[2], 4'000, 300);
  EXPECT_EQ(variant_of(experiment, ViewerId(7)), variant_of(experiment_of(), ViewerId(7)));
}

TEST(VariantOf, IsIndependentUnderAnotherSalt) {
  int together = 0;
  for (int viewer = 1; viewer <= 10'000; ++viewer) {
    together += variant_of(experiment_of("a"), ViewerId(viewer)) == 0 && variant_of(experiment_of("b"), ViewerId(viewer)) == 0 ? 1 : 0;
  }
  EXPECT_NEAR(together, 2'500, 200);
}

TEST(ViewerOutcomes, AreKnownAfterPatienceOrWithTheFirstStars) {
  const std::vector<Exposure> exposures = {{.viewer = ViewerId(1), .variant = "old", .at = hour(10)},
                                           {.viewer = ViewerId(2), .variant = "new", .at = hour(10)},
                                           {.viewer = ViewerId(3), .variant = "new", .at = hour(100)}};
  const std::vector<ShownFilm> shown = {{.viewer = ViewerId(1), .at = hour(5), .response = SlateResponse::Liked, .stars = 5, .rated_at = hour(12)},
                                        {.viewer = ViewerId(1), .at = hour(11), .response = SlateResponse::None, .stars = {}, .rated_at = {}},
                                        {.viewer = ViewerId(2), .at = hour(12), .response = SlateResponse::Watched, .stars = 3.5, .rated_at = hour(13)}};
  const auto watched = viewer_outcomes(experiment_of(), exposures, shown, hour(40), std::chrono::hours(24));
  ASSERT_EQ(watched.size(), 2U);
  EXPECT_EQ(watched[0].value, 0);
  EXPECT_EQ(watched[1].value, 1);
  const auto stars = viewer_outcomes(experiment_of("salt", ExperimentMetric::Stars), exposures, shown, hour(40));
  ASSERT_EQ(stars.size(), 1U);
  EXPECT_EQ(stars[0].value, 3.5);
}

struct Log {
  std::vector<Exposure> exposures;
  std::vector<ViewerOutcome> outcomes;
};

/// Viewers that take a film with a chance by variant.
Log log_of(const Experiment& experiment, const std::vector<double>& chances, int viewers) {
  Log log;
  Random random(8);
  for (int viewer = 1; viewer <= viewers; ++viewer) {
    const std::size_t variant = variant_of(experiment, ViewerId(viewer));
    log.exposures.push_back({.viewer = ViewerId(viewer), .variant = experiment.variants[variant].name, .at = hour(viewer)});
    log.outcomes.push_back({.viewer = ViewerId(viewer), .value = random.uniform() < chances[variant] ? 1.0 : 0.0, .at = hour(viewer)});
  }
  return log;
}

TEST(Judge, FindsTheVariantThatIsBetterAndOnlyThat) {
  const Log log = log_of(experiment_of(), {0.2, 0.35, 0.2}, 4000);
  const auto report = judge(experiment_of(), log.exposures, log.outcomes);
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_TRUE(report->results[1].is_significant);
  EXPECT_GT(report->results[1].low, 0);
  EXPECT_LT(report->results[1].low, 0.15);
  EXPECT_GT(report->results[1].high, 0.15);
  EXPECT_FALSE(report->results[2].is_significant);
  EXPECT_TRUE(report->is_ratio_sound);
  EXPECT_TRUE(report->warnings.empty());
  EXPECT_EQ(report->results[0].exposed + report->results[1].exposed + report->results[2].exposed, 4000);
}

TEST(Judge, DistrustsASplitThatIsNotAsDeclared) {
  Log log = log_of(experiment_of(), {0.2, 0.2, 0.2}, 3000);
  std::erase_if(log.exposures, [](const Exposure& exposure) { return exposure.variant == "new" && exposure.viewer.number() % 2 == 0; });
  const auto report = *judge(experiment_of(), log.exposures, log.outcomes);
  EXPECT_FALSE(report.is_ratio_sound);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("not split as declared")));
}

TEST(Judge, SaysThatTooLittleIsKnown) {
  const auto report = *judge(experiment_of(), {}, {});
  EXPECT_EQ(report.results.size(), 3U);
  EXPECT_EQ(report.results[1].p_value, 1);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("fewer than")));
}

TEST(Judge, RefusesOutcomesThatCannotBe) {
  const std::vector<Exposure> exposures = {{.viewer = ViewerId(1), .variant = "old", .at = hour(1)}};
  const std::vector<Exposure> unknown = {{.viewer = ViewerId(1), .variant = "none", .at = hour(1)}};
  EXPECT_FALSE(judge(experiment_of(), exposures, std::vector<ViewerOutcome>{{.viewer = ViewerId(1), .value = 0.5}}));
  EXPECT_FALSE(judge(experiment_of("s", ExperimentMetric::Stars), exposures,
                     std::vector<ViewerOutcome>{{.viewer = ViewerId(1), .value = std::numeric_limits<double>::quiet_NaN()}}));
  EXPECT_FALSE(judge(experiment_of(), unknown, {}));
  EXPECT_FALSE(judge(experiment_of(), exposures, {}, 0));
}

}  // namespace
}  // namespace cineloom
