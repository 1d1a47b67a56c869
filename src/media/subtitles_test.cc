#include "media/subtitles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::vector<Cue> cues_of(std::string_view text) {
  const auto reading = read_subtitles(text, "en");
  return reading ? reading->cues : std::vector<Cue>{};
}

TEST(Subtitles, ReadsSubRip) {
  const auto cues = cues_of("1\n00:00:01,500 --> 00:00:03,000\n<i>Hello,</i>\nworld.\n\n2\n00:01:00,000 --> 00:01:02,000\nBye.\n");
  ASSERT_EQ(cues.size(), 2U);
  EXPECT_EQ(cues[0].begin, 1500ms);
  EXPECT_EQ(cues[0].end, 3s);
  EXPECT_EQ(cues[0].text, "Hello,\nworld.");
  EXPECT_EQ(cues[0].language, "en");
  EXPECT_EQ(cues[1].begin, 60s);
}

TEST(Subtitles, ReadsWebVttWithVoicesNotesAndSettings) {
  const auto cues = cues_of(
      "WEBVTT - a title\n\nNOTE this is\nno cue\n\nSTYLE\n::cue { color: red }\n\nintro\n"
      "00:01.000 --> 00:02.500 align:start\n<v.loud Esme>Hello &amp; <c.x>welcome</c></v>\n");
  ASSERT_EQ(cues.size(), 1U);
  EXPECT_EQ(cues[0].speaker, "Esme");
  EXPECT_EQ(cues[0].text, "Hello & welcome");
  EXPECT_EQ(cues[0].end, 2500ms);
}

TEST(Subtitles, TakesAnyLineEndAndAByteOrderMark) {
  EXPECT_EQ(cues_of("\xEF\xBB\xBF"
                    "1\r00:00:01,000 --> 00:00:02,000\rOne\r\r2\r00:00:03,000 --> 00:00:04,000\rTwo")
                .size(),
            2U);
  EXPECT_EQ(cues_of("1\r\n00:00:01,000 --> 00:00:02,000\r\nOne\r\n\r\n").size(), 1U);
}

TEST(Subtitles, TakesShortTimesAndPoints) {
  const auto cues = cues_of("0:0:7,5-->0:0:8.25\nSeven and a half\n");
  ASSERT_EQ(cues.size(), 1U);
  EXPECT_EQ(cues[0].begin, 7500ms);
  EXPECT_EQ(cues[0].end, 8250ms);
}

TEST(Subtitles, ReadsCuesWithoutBlankLinesBetween) {
  const auto cues = cues_of("1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n");
  ASSERT_EQ(cues.size(), 2U);
  EXPECT_EQ(cues[0].text, "One");
}

TEST(Subtitles, KeepsOverlapsAndSortsByBegin) {
  const auto cues = cues_of("00:00:05,000 --> 00:00:09,000\nLater\n\n00:00:01,000 --> 00:00:06,000\nSooner\n");
  ASSERT_EQ(cues.size(), 2U);
  EXPECT_EQ(cues[0].text, "Sooner");
  EXPECT_EQ(cues[0].end, 6s);
}

TEST(Subtitles, GivesACueThatEndsBeforeItBeginsANewEnd) {
  const auto reading = read_subtitles("00:00:05,000 --> 00:00:01,000\nA\n\n00:00:06,000 --> 00:00:07,000\nB\n", "");
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->cues[0].end, 6s);
  EXPECT_EQ(reading->warnings.size(), 1U);
}

TEST(Subtitles, LeavesOutTimesNoFilmHas) {
  const auto reading =
      read_subtitles("99:99:99,999 --> 99:99:99,999\nFar\n\n-00:00:05,000 --> 00:00:01,000\nBefore\n\n00:00:01,000 --> 00:00:02,000\nHere\n", "");
  ASSERT_TRUE(reading);
  ASSERT_EQ(reading->cues.size(), 1U);
  EXPECT_EQ(reading->cues[0].text, "Here");
  EXPECT_THAT(reading->warnings, testing::Contains(HasSubstr("2 cues before zero")));
}

TEST(Subtitles, StripsOverridesAndKeepsSignsThatAreNoTags) {
  const auto cues = cues_of("00:00:01,000 --> 00:00:02,000\n{\\an8}1 < 2 and <b>bold\\Nnext\n");
  ASSERT_EQ(cues.size(), 1U);
  EXPECT_EQ(cues[0].text, "1 < 2 and bold\nnext");
}

TEST(Subtitles, SurvivesABombOfTags) {
  const std::string bomb = "00:00:01,000 --> 00:00:02,000\n" + std::string(300'000, '<') + "b\n";
  EXPECT_EQ(cues_of(bomb).size(), 1U);
}

TEST(Subtitles, SaysThatTextIsNoSubtitles) {
  for (const std::string_view text : {"", "WEBVTT\n\n", "Just a letter.\n", "1\n2\n3\n"}) {
    const auto reading = read_subtitles(text, "");
    ASSERT_FALSE(reading) << text;
    EXPECT_EQ(reading.error().code(), ErrorCode::InvalidArgument);
    EXPECT_FALSE(reading.error().next_step().empty());
  }
}

TEST(Subtitles, ReadsTheCuesOfARealFilmInThreeLanguages) {
  const auto folder = std::filesystem::path(CINELOOM_SOURCE_DIR) / "../shared/data/films";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no ../shared/data/films";
  for (const auto* name : {"sintel-en.vtt", "sintel-de.vtt", "sintel-es.vtt", "sintel_en.srt"}) {
    const auto bytes = read_file(folder / name);
    ASSERT_TRUE(bytes);
    const auto reading = read_subtitles(*bytes, "");
    ASSERT_TRUE(reading) << name;
    EXPECT_EQ(reading->cues.size(), std::string_view(name).ends_with("srt") ? 26U : 14U) << name;
  }
}

}  // namespace
}  // namespace cineloom
