// Films made from screenplays' own dialogue, so that who really speaks is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "fuse/fountain.h"
#include "fuse/internal/place_lines.h"
#include "fuse/testing/degraded_film.h"
#include "fuse/testing/screenplays.h"
#include "fuse/timeline.h"

namespace cineloom {
namespace {

using fuse::Degradation;
using ::testing::HasSubstr;

Expected<Screenplay> big_fish() {
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(fuse::screenplay_folder() / "Big Fish.fountain"));
  return parse_fountain(text);
}

fuse::SpeakerScore align(const Screenplay& screenplay, const Degradation& degradation) {
  const fuse::DegradedFilm film = fuse::FilmDegrader(screenplay, degradation).degrade();
  const auto timeline = fuse_timeline({.screenplay = &film.screenplay, .cues = film.cues}, CancelToken());
  EXPECT_TRUE(timeline);
  return fuse::score_speakers(*timeline, film.truth);
}

TEST(Alignment, FindsSpeakersOfBigFishThoughWordsChangeAndScenesMove) {
  const auto screenplay = big_fish();
  if (!screenplay) GTEST_SKIP() << "../shared/data is not here";
  for (const double changed : {0.0, 0.1, 0.2, 0.3}) {
    for (const std::uint64_t seed : {1U, 2U}) {
      const auto score = align(*screenplay, {.changed_words = changed, .seed = seed});
      EXPECT_GE(score.coverage, 0.9) << changed;
      EXPECT_GE(score.precision, 0.97) << changed;
      EXPECT_GE(score.scenes, 0.9) << changed;
    }
  }
}

TEST(Alignment, RefusesTheScreenplayOfAnotherFilm) {
  const auto fish = big_fish();
  if (!fish) GTEST_SKIP() << "../shared/data is not here";
  const auto moon = parse_fountain(*read_file(fuse::demo_screenplay()));
  ASSERT_TRUE(moon);
  for (const auto& [film, other] : {std::pair(&*fish, &*moon), std::pair(&*moon, &*fish)}) {
    const fuse::DegradedFilm made = fuse::FilmDegrader(*film, {.changed_words = 0}).degrade();
    const auto timeline = fuse_timeline({.screenplay = other, .cues = made.cues}, CancelToken());
    ASSERT_TRUE(timeline);
    EXPECT_LE(timeline->screenplay_overlap, 0.1);
    EXPECT_THAT(timeline->warnings.at(0), HasSubstr("left out"));
    EXPECT_TRUE(std::ranges::all_of(timeline->lines, [](const Line& line) { return line.speaker.empty(); }));
  }
}

TEST(Alignment, SaysThatADraftAgreesOnlyInPart) {
  const auto screenplay = big_fish();
  if (!screenplay) GTEST_SKIP() << "../shared/data is not here";
  const fuse::DegradedFilm film = fuse::FilmDegrader(*screenplay, {.changed_words = 0.1, .improvised_scenes = 0.5}).degrade();
  const auto timeline = fuse_timeline({.screenplay = &film.screenplay, .cues = film.cues}, CancelToken());
  EXPECT_THAT(timeline->warnings.at(0), HasSubstr("where it agrees"));
  EXPECT_GE(fuse::score_speakers(*timeline, film.truth).precision, 0.95);
}

TEST(Alignment, FindsSpeakersWhoseNamesHaveNoCase) {
  const auto screenplay = parse_fountain(
      "INT. \u706F\u623F - \u591C\n\n\u7C73\u62C9\n\u6258\u5BBE\uFF0C\u4F60\u5728\u68AF\u5B50\u4E0A\u7761\u7740\u4E86\u3002\n\n"
      "\u6258\u5BBE\n\u6708\u4EAE\u50CF\u732B\u4E00\u6837\uFF0C\u997F\u4E86\u5C31\u4F1A\u56DE\u5BB6\u3002\n");
  ASSERT_TRUE(screenplay);
  const std::vector<Cue> cues = {{.begin = FilmTime(1000), .end = FilmTime(2000), .text = "\u6258\u5BBE\uFF0C\u4F60\u5728\u68AF\u5B50\u4E0A\u7761\u7740\u4E86"},
                                 {.begin = FilmTime(3000), .end = FilmTime(4000), .text = "\u6708\u4EAE\u50CF\u732B\n\u997F\u4E86\u5C31\u56DE\u5BB6"}};
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues}, CancelToken());
  ASSERT_TRUE(timeline);
  EXPECT_EQ(timeline->lines[0].speaker, "\u7C73\u62C9");
  EXPECT_EQ(timeline->lines[1].speaker, "\u6258\u5BBE");
}

TEST(PlaceLines, TakesBoundedTimeForTextsOfOneWord) {
  const std::vector<fuse::WordList> heard(100'000, fuse::WordList(6, "no"));
  const std::vector<fuse::WordList> written(50'000, fuse::WordList(6, "no"));
  EXPECT_EQ(fuse::place_lines(heard, written).size(), heard.size());
  EXPECT_DOUBLE_EQ(fuse::shared_runs(heard, written), 1);
}

TEST(PlaceLines, TakesAHundredThousandLines) {
  Random random(3);
  std::vector<fuse::WordList> written(100'000);
  for (auto& speech : written) {
    for (int i = 0; i < 6; ++i) speech.push_back("w" + std::to_string(random.below(20'000)));
  }
  const auto placements = fuse::place_lines(written, written);
  int right = 0;
  for (std::size_t i = 0; i < placements.size(); ++i) right += placements[i].speech == static_cast<int>(i) ? 1 : 0;
  EXPECT_GE(right, 99'000);
}

TEST(PlaceLines, TakesNothingForNothing) {
  EXPECT_TRUE(fuse::place_lines({}, {}).empty());
  const std::vector<fuse::WordList> heard = {{"hello"}, {}};
  EXPECT_EQ(fuse::place_lines(heard, {})[0].speech, -1);
}

}  // namespace
}  // namespace cineloom
