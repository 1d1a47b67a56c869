#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "base/random.h"
#include "fuse/fountain.h"
#include "fuse/internal/spoken_lines.h"
#include "fuse/internal/words.h"
#include "fuse/testing/small_script.h"
#include "fuse/timeline.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using testing::kScript;

TEST(Words, FoldCaseAccentsAndApostrophesAndSplitWhereNoBlanksStand) {
  EXPECT_THAT(fuse::words_of("Don't go, MIRA!"), ElementsAre("dont", "go", "mira"));
  EXPECT_THAT(fuse::words_of("\u00C9T\u00C9, e\u0301te\u0301 don\u0092t"), ElementsAre("ete", "ete", "dont"));
  EXPECT_THAT(fuse::words_of("\u0410\u043D\u043D\u0430"), ElementsAre("\u0430\u043D\u043D\u0430"));
  EXPECT_THAT(fuse::words_of("\u6708\u4EAE a \u3053\u3068"), ElementsAre("\u6708", "\u4EAE", "a", "\u3053", "\u3068"));
  EXPECT_THAT(fuse::words_of("\uC548\uB155 \uB108"), ElementsAre("\uC548\uB155", "\uB108"));
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

TEST(Timeline, WritesNamesOfAnyLetters) {
  const auto screenplay =
      parse_fountain("INT. A - DAY\n\nREN\u00C9-\u00C9LODIE\nWhere did the moon go tonight?\n\n\u0410\u041D\u041D\u0410\nInto the reeds, I think.\n");
  const auto cues = test_cues();
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues}, CancelToken());
  EXPECT_EQ(timeline->lines[0].speaker, "Ren\u00E9-\u00C9lodie");
  EXPECT_EQ(timeline->lines[1].speaker, "\u0410\u043D\u043D\u0430");
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

TEST(Timeline, PutsMovedScenesWhereTheFilmHasThem) {
  const std::vector<Cue> cues = {{.begin = FilmTime(1000), .end = FilmTime(3000), .text = "Give the moon back to the sea."},
                                 {.begin = FilmTime(3500), .end = FilmTime(4500), .text = "Give it to the sea."},
                                 {.begin = FilmTime(9000), .end = FilmTime(11000), .text = "Where did the moon\ngo tonight?"},
                                 {.begin = FilmTime(11500), .end = FilmTime(13000), .text = "Into the reeds, I should think."}};
  const auto screenplay = parse_fountain(std::string(kScript));
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues}, CancelToken());
  ASSERT_TRUE(timeline);
  ASSERT_THAT(timeline->scenes, SizeIs(3));
  EXPECT_EQ(timeline->scenes[0].place, "Quay");  // silent; in the script it stands right before the tower
  EXPECT_EQ(timeline->scenes[1].place, "Tower");
  EXPECT_EQ(timeline->scenes[2].place, "Kitchen");
  EXPECT_EQ(timeline->lines[0].scene, 1);
  EXPECT_EQ(timeline->lines.back().scene, 2);
  for (std::size_t i = 1; i < timeline->scenes.size(); ++i) EXPECT_EQ(timeline->scenes[i].begin, timeline->scenes[i - 1].end);
}

TEST(Timeline, MarksScenesInWhichNobodyIsHeard) {
  const auto screenplay = parse_fountain(kScript);
  const auto cues = test_cues();
  const auto video = test_video();
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues, .video = &video}, CancelToken());
  ASSERT_THAT(timeline->scenes, SizeIs(3));
  EXPECT_FALSE(timeline->scenes[0].is_interpolated);
  EXPECT_TRUE(timeline->scenes[1].is_interpolated);
  EXPECT_EQ(timeline->scenes[0].setting, "INT");
  EXPECT_EQ(timeline->scenes[1].setting, "EXT");
  int next = 0;
  for (const Scene& scene : timeline->scenes) {
    EXPECT_EQ(scene.first_shot, next);
    next = scene.last_shot + 1;
  }
  EXPECT_EQ(next, 5);
}

TEST(Timeline, StandsOnSubtitlesOrPictureAlone) {
  const auto cues = test_cues();
  const auto video = test_video();
  const auto heard = fuse_timeline({.cues = cues}, CancelToken());
  EXPECT_THAT(heard->lines, SizeIs(3));
  EXPECT_TRUE(heard->scenes.empty());
  const auto screenplay = parse_fountain(kScript);
  const auto seen = fuse_timeline({.screenplay = &*screenplay, .video = &video}, CancelToken());
  EXPECT_FALSE(seen->scenes.empty());
  EXPECT_THAT(seen->warnings.at(0), HasSubstr("without subtitles"));
}

TEST(Timeline, BelievesLabelsBeforeTheScreenplay) {
  const std::vector<Cue> cues = {{.begin = FilmTime(0), .end = FilmTime(2000), .text = "NAN: Where did the moon go tonight?"},
                                 {.begin = FilmTime(3000), .end = FilmTime(4000), .text = "TOBIN: Into the reeds, I should think."}};
  const auto screenplay = parse_fountain(kScript);
  const auto timeline = fuse_timeline({.screenplay = &*screenplay, .cues = cues}, CancelToken());
  EXPECT_EQ(timeline->lines[0].speaker, "NAN");
  EXPECT_EQ(timeline->lines[1].speaker, "Tobin");
  EXPECT_DOUBLE_EQ(timeline->lines[1].confidence, 1);
}

std::vector<std::tuple<LineKind, std::string, std::string>> lines_of(std::vector<std::string> texts) {
  std::vector<Cue> cues;
  for (std::string& text : texts)
    cues.push_back({.begin = FilmTime(1000 * std::ssize(cues)), .end = FilmTime(1000 * std::ssize(cues) + 900), .text = std::move(text)});
  std::vector<std::tuple<LineKind, std::string, std::string>> lines;
  for (const Line& line : fuse::spoken_lines(cues)) lines.emplace_back(line.kind, line.speaker, line.text);
  return lines;
}

TEST(SpokenLines, KeepSoundsAndSongsAsSuch) {
  using enum LineKind;
  EXPECT_THAT(lines_of({"[door slams] Who is\nthere?", "(sighs)", "♪ La la\nla ♪", "# Sing along #"}),
              ElementsAre(std::tuple(Sound, "", "door slams"), std::tuple(Spoken, "", "Who is there?"), std::tuple(Sound, "", "sighs"),
                          std::tuple(Sung, "", "La la la"), std::tuple(Sung, "", "Sing along")));
}

TEST(SpokenLines, TakeSpeakersFromDashesAndLabels) {
  using enum LineKind;
  EXPECT_THAT(lines_of({"- Yes.\n– No, not\nnow.", "MIRA: Come.", "At 10:30 we go", "Note: this is no name"}),
              ElementsAre(std::tuple(Spoken, "", "Yes."), std::tuple(Spoken, "", "No, not now."), std::tuple(Spoken, "MIRA", "Come."),
                          std::tuple(Spoken, "", "At 10:30 we go"), std::tuple(Spoken, "", "Note: this is no name")));
}

TEST(SpokenLines, LeaveAdvertisementsOut) {
  const auto lines =
      lines_of({"Subtitles by SomeOne", "Hello.", "a", "b", "c", "d", "He wrote the subtitles by hand.", "e", "f", "g", "h", "Get more at www.example.org"});
  EXPECT_THAT(lines, SizeIs(10));
}

TEST(SpokenLines, RepairTheLettersAScannerTookForAnother) {
  const auto lines = lines_of({"l don't know.", "ls he strapped?", "l'm here, l am.", "All the lads left.", "lt is l."});
  std::vector<std::string> texts;
  for (const auto& line : lines) texts.push_back(std::get<2>(line));
  EXPECT_THAT(texts, ElementsAre("I don't know.", "Is he strapped?", "I'm here, I am.", "All the lads left.", "It is I."));
  EXPECT_EQ(std::get<2>(lines_of({"l don't know, I said."})[0]), "l don't know, I said.");
}

TEST(SpokenLines, ReadLinesFromRightToLeft) {
  const auto lines = lines_of({"\u202B- \u05E9\u05DC\u05D5\u05DD!\u202C\n\u202B- \u05DC\u05D0.\u202C"});
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(std::get<2>(lines[1]), "\u05DC\u05D0.");
}

TEST(Timeline, NeedsSomethingToStandOn) { EXPECT_EQ(fuse_timeline({}, CancelToken()).error().code(), ErrorCode::InvalidArgument); }

}  // namespace
}  // namespace cineloom
