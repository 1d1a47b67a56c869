#include "media/subtitles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

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

TEST(Subtitles, ReadsSubStationWithItsSpeakersAndWithoutItsDrawings) {
  const auto cues = cues_of(
      "[Script Info]\nTitle: x\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n[Events]\n"
      "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
      "Dialogue: 0,0:00:01.50,0:00:03.00,Default,Esme,0,0,0,,{\\i1}Hello,{\\i0}\\Nworld\n"
      "Comment: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,not shown\n"
      "Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,{\\p1}m 0 0 l 10 10{\\p0}\n");
  ASSERT_EQ(cues.size(), 1U);
  EXPECT_EQ(cues[0].begin, 1500ms);
  EXPECT_EQ(cues[0].text, "Hello,\nworld");
  EXPECT_EQ(cues[0].speaker, "Esme");
}

TEST(Subtitles, ReadsOldSubStationByItsOwnColumns) {
  const auto cues = cues_of("[Events]\nFormat: Marked, Start, End, Text\nDialogue: Marked=0,0:00:01.00,0:00:02.00,One, two\n");
  ASSERT_EQ(cues.size(), 1U);
  EXPECT_EQ(cues[0].text, "One, two");
}

TEST(Subtitles, ReadsMicroDvdByItsOwnRate) {
  const auto cues = cues_of("{1}{1}25\n{25}{50}{y:i}One|two\n{75}{100}Three\n");
  ASSERT_EQ(cues.size(), 2U);
  EXPECT_EQ(cues[0].begin, 1s);
  EXPECT_EQ(cues[0].end, 2s);
  EXPECT_EQ(cues[0].text, "One\ntwo");
  EXPECT_EQ(cues_of("{24}{48}One\n")[0].begin, 1001ms);
}

TEST(Subtitles, ReadsSamiInTheLanguageThatSaysMost) {
  const auto reading = read_subtitles(
      "<SAMI><HEAD><STYLE><!-- .ENCC {lang: en-US;} --></STYLE></HEAD><BODY>\n<SYNC Start=1000><P Class=ENCC>Hello<br>world\n<SYNC Start=1000><P "
      "Class=FRCC>Salut\n"
      "<SYNC Start=3000><P Class=ENCC>&nbsp;\n<SYNC Start=5000><P Class=ENCC>Bye &amp; good night\n</BODY></SAMI>\n",
      "en");
  ASSERT_TRUE(reading);
  ASSERT_EQ(reading->cues.size(), 2U);
  EXPECT_EQ(reading->cues[0].text, "Hello\nworld");
  EXPECT_EQ(reading->cues[0].end, 3s);
  EXPECT_EQ(reading->cues[1].text, "Bye & good night");
  EXPECT_THAT(reading->warnings, testing::Contains(HasSubstr("2 languages")));
}

TEST(Subtitles, ReadsTimedTextInEveryWayItWritesTimes) {
  const auto cues = cues_of(
      R"(<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="x" ttp:frameRate="25" ttp:tickRate="1000"><body><div>
<p begin="00:00:01.500" end="00:00:02:05">One<br/>t<span>w</span>o</p><tt:p begin="3s" dur="500ms">Three</tt:p><p begin='4000t' end='5000t'>Four &lt;4</p><p>no time</p></div></body></tt>)");
  ASSERT_EQ(cues.size(), 3U);
  EXPECT_EQ(cues[0].text, "One\ntwo");
  EXPECT_EQ(cues[0].end, 2200ms);
  EXPECT_EQ(cues[1].end, 3500ms);
  EXPECT_EQ(cues[2].begin, 4s);
  EXPECT_EQ(cues[2].text, "Four <4");
}

TEST(Subtitles, GivesEachVoiceOfACueItsOwn) {
  const auto cues = cues_of("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hi.</v>\n<v Bob>Ho.</v>\n");
  ASSERT_EQ(cues.size(), 2U);
  EXPECT_EQ(cues[0].speaker, "Ann");
  EXPECT_EQ(cues[1].speaker, "Bob");
  EXPECT_EQ(cues[1].text, "Ho.");
}

TEST(Subtitles, TakesAHundredThousandCuesAndStopsAtTwo) {
  std::string text;
  for (int i = 0; i < 250'000; ++i) text += std::to_string(i) + "\n0:00:" + std::to_string(i % 60) + ",0 --> 0:01:00,0\nHi\n\n";
  const auto reading = read_subtitles(text, "");
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->cues.size(), 200'000U);
  EXPECT_THAT(reading->warnings, testing::Contains(HasSubstr("behind the first")));
}

TEST(Subtitles, TakesAMegabyteOfAnyShapeInLinearTime) {
  for (const std::string& piece : {std::string("<sami><"), std::string("<sync start=1><p>"), std::string("<tt><p begin=1s"), std::string("<tt><p begin='1s'>x"),
                                   std::string("[Events]\nDialogue:,,,"), std::string("{1}{2}{"), std::string("<v a"),
                                   std::string("00:01.000 --> 00:02.000\n<v A>"), std::string("-->"), std::string("{\\p")}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    std::ignore = read_subtitles(text, "");
  }
}

TEST(Subtitles, KeepsTextThatRunsFromRightToLeft) {
  const auto cues = cues_of("00:00:01,000 --> 00:00:02,000\n\xE2\x80\xAB- שלום, עולם!\xE2\x80\xAC\n");
  ASSERT_EQ(cues.size(), 1U);
  EXPECT_THAT(cues[0].text, HasSubstr("שלום, עולם!"));
}

Expected<SubtitleReading> read_rare(std::string_view text) {
  const FileDescriptor file(::memfd_create("subtitles", 0));
  EXPECT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  return read_rare_subtitles(file, CancelToken());
}

TEST(Subtitles, ReadsFormatsThatOnlyLibavKnows) {
  const auto mpl2 = read_rare("[10][30] One|two\n[40][60] Three\n[70][90] Four\n");
  ASSERT_TRUE(mpl2);
  ASSERT_EQ(mpl2->cues.size(), 3U);
  EXPECT_EQ(mpl2->cues[0].begin, 1s);
  EXPECT_EQ(mpl2->cues[0].text, "One\ntwo");
  const auto lyrics = read_rare("[ti:Song]\n[ar:X]\n[00:01.00]La la la\n[00:03.00]Le le le\n");
  ASSERT_TRUE(lyrics) << lyrics.error().describe();
  EXPECT_EQ(lyrics->cues.front().text, "La la la");
  EXPECT_FALSE(read_rare("#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd\n"));
  EXPECT_FALSE(read_rare("A letter.\n"));
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
