#include <gmock/gmock.h>

#include "demo_cinema.h"
#include "domain/json.h"
#include "pipeline/loop.h"

namespace cineloom {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST(Loop, AnalysingAgainGivesTheSameBytes) {
  DemoCinema& demo = DemoCinema::get();
  Progress progress;
  const auto again = demo.cinema().analyze(demo.film().id, {.depth = AnalysisDepth::Anew}, progress, CancelToken());
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(to_json(*again), to_json(demo.knowledge()));
}

TEST(Loop, AnalysingTheSameFileAgainTakesWhatWasSeenWithItsPictures) {
  DemoCinema& demo = DemoCinema::get();
  std::vector<std::string> said;
  Progress progress([&](const ProgressUpdate& update) { said.push_back(update.stage); });
  const auto again = demo.cinema().analyze(demo.film().id, {.threads = 2}, progress, CancelToken());
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_THAT(said, Not(Contains("watching")));
  EXPECT_EQ(to_json(again->timeline), to_json(demo.knowledge().timeline));  // the store's numbers are rounded in their last place
  ASSERT_FALSE(again->video.trickplay.files.empty());
  const auto folder = demo.cinema().findings_folder(demo.film().id);
  for (const Keyframe& keyframe : again->video.keyframes) EXPECT_TRUE(std::filesystem::exists(folder / keyframe.file)) << keyframe.file;
  for (const std::string& file : again->video.trickplay.files) EXPECT_TRUE(std::filesystem::exists(folder / file)) << file;
}

TEST(Loop, ARatingChangesTheNextAnswerAndTakingItBackRestoresIt) {
  Cinema& cinema = DemoCinema::get().cinema();
  const auto viewer = cinema.find_viewer("Simulated viewer 003");
  ASSERT_TRUE(viewer);
  const TonightRequest tonight{.viewer = viewer->id, .count = 10};
  const auto before = cinema.recommend(tonight);
  ASSERT_TRUE(before) << before.error().describe();
  const FilmId first = before->picks.front().film;
  const auto told = cinema.tell({.viewer = viewer->id, .film = first, .kind = EventKind::Rate, .value = 1.0, .at = cinema.now(), .origin = "cineloom"});
  ASSERT_TRUE(told);
  const auto after = cinema.recommend(tonight);
  for (const Pick& pick : after->picks) EXPECT_NE(pick.film, first);
  EXPECT_NE(to_json(*after), to_json(*before));
  ASSERT_TRUE(cinema.store().remove_event(viewer->id, told->ids.front()));
  EXPECT_EQ(to_json(*cinema.recommend(tonight)), to_json(*before));
}

TEST(Loop, PredictsBetterThanAveragesOnEverySeed) {
  Cinema& cinema = DemoCinema::get().cinema();
  for (const Seed seed : {1U, 2U, 3U}) {
    Progress progress;
    const auto evaluation = cinema.evaluate(seed, progress, CancelToken());
    ASSERT_TRUE(evaluation) << evaluation.error().describe();
    EXPECT_LT(evaluation->rmse, evaluation->baseline_rmse) << "seed " << seed;
  }
}

TEST(Loop, AnEveningIsLivedAgainWithTheSameOutcome) {
  Cinema& cinema = DemoCinema::get().cinema();
  const EveningPlan plan{.library = DemoCinema::library(),
                         .film = "the-moon-in-the-reeds",
                         .viewer = "Simulated viewer 001",
                         .mood = "tired, but I want to laugh",
                         .story = {.language = "zh", .seed = 4}};
  Progress progress;
  const auto once = live_through(cinema, plan, progress, CancelToken());
  ASSERT_TRUE(once) << once.error().describe();
  const auto twice = live_through(cinema, plan, progress, CancelToken());
  EXPECT_EQ(to_json(once->after), to_json(twice->after));
  EXPECT_EQ(once->story.id, twice->story.id);
  EXPECT_NE(once->before.picks.front().film, once->after.picks.front().film);
}

struct StoryCase {
  ArcShape arc;
  const char* language;
};

class StoryOfAnyArc : public ::testing::TestWithParam<StoryCase> {};

TEST_P(StoryOfAnyArc, IsSoundAndFollowsItsArc) {
  DemoCinema& demo = DemoCinema::get();
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    Progress progress;
    const auto story =
        demo.cinema().write_story({.arc = GetParam().arc, .language = GetParam().language, .seed = seed, .source = demo.film().id}, progress, CancelToken());
    ASSERT_TRUE(story) << story.error().describe();
    EXPECT_THAT(story->findings, ::testing::IsEmpty());
    EXPECT_GT(story->arc_correlation, 0.7);
    EXPECT_EQ(story->bible.characters.front().name, "Mira");
  }
}

INSTANTIATE_TEST_SUITE_P(AllArcs, StoryOfAnyArc,
                         ::testing::Values(StoryCase{ArcShape::RagsToRiches, "en"}, StoryCase{ArcShape::Tragedy, "zh"}, StoryCase{ArcShape::ManInAHole, "en"},
                                           StoryCase{ArcShape::Icarus, "zh"}, StoryCase{ArcShape::Cinderella, "en"}, StoryCase{ArcShape::Oedipus, "zh"}));

}  // namespace
}  // namespace cineloom
