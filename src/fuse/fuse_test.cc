#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "fuse/fountain.h"
#include "fuse/internal/words.h"
#include "fuse/timeline.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::string_view kScript = R"(Title: A Test
Author: Nobody

INT. KITCHEN - NIGHT #1#

MIRA, twelve, looks up.
The moon is gone.

MIRA (V.O.)
(softly)
Where did the moon go tonight?

TOBIN ^
Into the reeds, I should think.

CUT TO:

EXT. QUAY - DAY

Nobody speaks here at all.

INT. TOWER - NIGHT

MIRA
Give the moon back to the sea.
)";

TEST(Words, FoldCaseAndApostrophesAndSplitHan) {
  EXPECT_THAT(fuse::words_of("Don't go, MIRA!"), ElementsAre("dont", "go", "mira"));
  EXPECT_THAT(fuse::words_of("月亮 a"), ElementsAre("月", "亮", "a"));
}

TEST(AlignWords, FindsWordsAgainAfterInsertionsAndDeletions) {
  const auto matches = fuse::align_words({"a", "b", "c", "d", "x", "e"}, {"a", "b", "z", "c", "d", "e"});
  EXPECT_THAT(matches, ElementsAre(0, 1, 3, 4, -1, 5));
}

std::vector<Cue> test_cues() {
  return {{.begin = FilmTime(1000), .end = FilmTime(3000), .text = "Where did the moon\ngo tonight?"},
          {.begin = FilmTime(3500), .end = FilmTime(5000), .text = "Into the reeds, I think."},
          {.begin = FilmTime(20000), .end = FilmTime(22000), .text = "Give the moon back to the sea."}};
}

VideoFindings test_video() {
  VideoFindings video{.duration = FilmTime(25000)};
  for (const int begin : {0, 2000, 6000, 12000, 18000}) {
    video.shots.push_back({.begin = FilmTime(begin), .end = FilmTime(begin + 4000), .transition_in = begin == 0 ? TransitionKind::Start : TransitionKind::Cut});
  }
  return video;
}

TEST(Timeline, TellsWhoSpeaksInWhichScene) {
  const auto screenplay = parse_fountain(kScript);
  const auto cues = test_cues();
  const auto video = test_video();
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues, .video = &video}, CancelToken());
  ASSERT_TRUE(timeline);
  ASSERT_THAT(timeline->scenes, SizeIs(3));
  EXPECT_EQ(timeline->lines[0].speaker, "Mira");
  EXPECT_EQ(timeline->lines[1].speaker, "Tobin");
  EXPECT_EQ(timeline->lines[2].scene, 2);
  EXPECT_EQ(timeline->scenes[1].place, "Quay");
  EXPECT_EQ(timeline->scenes[1].time_of_day, "Day");
  EXPECT_EQ(timeline->scenes[1].begin, FilmTime(6000));
  EXPECT_EQ(timeline->scenes[2].begin, FilmTime(18000));
  EXPECT_EQ(timeline->scenes[2].end, FilmTime(25000));
  EXPECT_THAT(timeline->scenes[0].characters, ElementsAre("Mira", "Tobin"));
  EXPECT_DOUBLE_EQ(timeline->dialogue_coverage, 1);
}

TEST(Timeline, RefusesTheScreenplayOfAnotherFilm) {
  const auto screenplay = parse_fountain("INT. CAR - DAY\n\nBOB\nStep on it, they are right behind us again!\n");
  const auto cues = test_cues();
  const auto video = test_video();
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues, .video = &video}, CancelToken());
  ASSERT_TRUE(timeline);
  EXPECT_THAT(timeline->warnings.at(0), HasSubstr("left out"));
  EXPECT_EQ(timeline->lines[0].speaker, "");
  EXPECT_FALSE(timeline->scenes.empty());
}

TEST(Timeline, SplitsACueOfTwoSpeakers) {
  const std::vector<Cue> cues = {{.begin = FilmTime(0), .end = FilmTime(2000), .text = "- Where did the moon go tonight?\n- Into the reeds, I should think."}};
  const auto screenplay = parse_fountain(kScript);
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues}, CancelToken());
  ASSERT_THAT(timeline->lines, SizeIs(2));
  EXPECT_EQ(timeline->lines[0].speaker, "Mira");
  EXPECT_EQ(timeline->lines[1].speaker, "Tobin");
  EXPECT_EQ(timeline->lines[1].end, FilmTime(2000));
}

TEST(Timeline, LeavesScenesOfOtherTakesOut) {
  const std::string text =
      std::string(kScript) + "\n# Other takes\n\nEXT. ELSEWHERE - DAY\n\nSilent.\n\nEXT. NOWHERE - DAY\n\nMIRA\nNobody ever hears this sentence.\n";
  const auto screenplay = parse_fountain(text);
  const auto cues = test_cues();
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues}, CancelToken());
  EXPECT_THAT(timeline->scenes, SizeIs(3));
}

TEST(Timeline, KeepsSpeakersWhenAThirdOfTheWordsChange) {
  std::string script = "INT. HALL - DAY\n\n";
  std::vector<Cue> cues;
  Random random(7);
  for (int i = 0; i < 120; ++i) {
    std::string said;
    std::string heard;
    for (int word = 0; word < 9; ++word) {
      const std::string text = "w" + std::to_string(random.below(400));
      said += text + " ";
      heard += (random.uniform() < 0.3 ? "x" + std::to_string(random.below(400)) : text) + " ";
    }
    script += (i % 2 == 0 ? "ANNA\n" : "BEN\n") + said + "\n\n";
    cues.push_back({.begin = FilmTime(i * 1000), .end = FilmTime(i * 1000 + 900), .text = heard});
  }
  const auto screenplay = parse_fountain(script);
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues}, CancelToken());
  int right = 0;
  for (std::size_t i = 0; i < timeline->lines.size(); ++i) right += timeline->lines[i].speaker == (i % 2 == 0 ? "Anna" : "Ben") ? 1 : 0;
  EXPECT_GE(right, 108);
}

TEST(Timeline, NeedsSomethingToStandOn) { EXPECT_EQ(fuse_timeline({}, CancelToken()).error().code(), ErrorCode::InvalidArgument); }

}  // namespace
}  // namespace cineloom
