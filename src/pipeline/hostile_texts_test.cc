// Texts as nobody should send them: an answer or a clear error, in time that grows with their length.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json_text.h"
#include "collect/import.h"
#include "fuse/fdx.h"
#include "fuse/plain_script.h"
#include "fuse/timeline.h"
#include "pipeline/emotion_report.h"
#include "pipeline/feeling_reader.h"
#include "plot/plot.h"
#include "text/clean.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kModels = std::filesystem::path(CINELOOM_SOURCE_DIR) / "models/text";

const FeelingReader& reader() {
  static const auto loaded = FeelingReader::load(kModels);
  return *loaded;
}

Expected<EmotionReport> report_on(std::string_view bytes) {
  const TemporaryFolder folder = *TemporaryFolder::create();
  const auto file = folder.path() / "reviews.jsonl";
  if (const auto written = write_file(file, bytes); !written) return std::unexpected(written.error());
  return report_emotions({.film = "f", .reviews = file}, kModels);
}

std::string review(std::string_view text) { return "{\"text\":" + json_string(text) + "}\n"; }

TEST(HostileTexts, BinaryDataIsRefused) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 37 % 256);
  EXPECT_EQ(report_on(bytes).error().code(), ErrorCode::InvalidArgument);
  EXPECT_FALSE(clean_text(bytes));
}

TEST(HostileTexts, MixedEncodingsKeepWhatCanBeRead) {
  const std::string mixed = "{\"text\":\"a wonderful film \xC3\xA9\"}\n{\"text\":\"\xBA\xC3\xBF\xB4 really good film\"}\n";
  const auto report = report_on(mixed);
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->reviews, 2);
}

TEST(HostileTexts, AHundredMegabytesOfOneLineAreRead) {
  std::string line;
  while (line.size() < 100U << 20U) line += "a good film that is not bad at all ";
  const auto clean = clean_text(line);
  ASSERT_TRUE(clean);
  EXPECT_EQ(clean->text.size(), line.size());
  EXPECT_GT(reader().read(clean->text, "en")->polarity.probability, 0);
}

TEST(HostileTexts, MarksThatAreNotSeenChangeNothingOfNote) {
  const auto plain = reader().read("I love this film so much", "en");
  const auto marked = reader().read("I love \xE2\x80\x8B\xF0\x9F\x98\x8D this film so much\xE2\x80\x8D", "en");
  EXPECT_EQ(plain->polarity.margin > 0, marked->polarity.margin > 0);
  EXPECT_GE(reader().mood("\xF0\x9F\x98\xAD\xF0\x9F\x98\xAD\xE2\x80\x8B").uncertainty, 0.8);
}

TEST(HostileTexts, TextFromRightToLeftIsCountedAsUnread) {
  const auto report = report_on(review("فيلم رائع جدا أحببته كثيرا") + review("סרט נפלא אהבתי אותו מאוד") + review("A wonderful film, I loved it."));
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->reviews, 1);
  EXPECT_EQ(report->unread, 2);
}

TEST(HostileTexts, BombsOfHtmlTakeTimeThatGrowsWithThem) {
  std::string opened;
  std::string entities;
  for (int i = 0; i < 2'000'000; ++i) {
    opened += "<div><";
    entities += "&amp;lt;";
  }
  EXPECT_TRUE(clean_text(opened));
  EXPECT_TRUE(clean_text(entities));
  std::string nested(3'000'000, '[');
  EXPECT_EQ(report_on(nested).error().code(), ErrorCode::InvalidArgument);
}

TEST(HostileTexts, ALongLineAndABombGoThroughAWholeReport) {
  std::string line;
  while (line.size() < 4U << 20U) line += "the music is good and not bad at all ";
  std::string page = "<html><nav>";
  for (int i = 0; i < 300'000; ++i) page += "<div><a>&amp;<";
  const auto report = report_on(review(line) + review(page + "</nav>") + review("A wonderful film, I loved it."));
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->reviews + report->unread, 3);
}

TEST(HostileTexts, EveryLineASpeakerOfItsOwnTakesNoSquareOfMemory) {
  std::vector<Cue> cues;
  for (int i = 0; i < 30'000; ++i)
    cues.push_back({.begin = FilmTime(i * 100), .end = FilmTime(i * 100 + 90), .text = "x", .speaker = "SPEAKER " + std::to_string(i), .language = "en"});
  const VideoFindings video{.duration = FilmTime(3'000'000), .shots = {{.begin = FilmTime(0), .end = FilmTime(3'000'000)}}};
  const auto timeline = fuse_timeline({.cues = cues, .video = &video}, CancelToken());
  ASSERT_TRUE(timeline) << timeline.error().describe();
  const auto plot = extract_plot(*timeline, {}, video.duration, CancelToken());
  ASSERT_TRUE(plot) << plot.error().describe();
  EXPECT_EQ(plot->characters.size(), 500U);
}

TEST(HostileTexts, ScreenplaysOfNotesOrOfSpeechesWithoutEndTakeTimeThatGrowsWithThem) {
  std::string notes = "<FinalDraft><Content>";
  for (int i = 0; i < 20'000; ++i) notes += "<Paragraph Type=\"Action\"><Text>a</Text><ScriptNote/></Paragraph>";
  const auto noted = parse_fdx(notes + "</Content></FinalDraft>");
  ASSERT_TRUE(noted) << noted.error().describe();
  EXPECT_GE(noted->elements.size(), 20'000U);
  std::string speech = "INT. ROOM - DAY\n\n";
  for (int i = 0; i < 100'000; ++i) speech += "BOB\n(a)\n(MORE)\n\n";
  EXPECT_TRUE(parse_plain_script(speech));
}

TEST(HostileTexts, ThousandsOfFilmsOfOneTitleAreImported) {
  std::string films = "movieId,title,genres\n";
  for (int i = 1; i <= 4000; ++i) films += std::to_string(i) + ",Aa Bb (2000),Drama\n";
  const TemporaryFolder folder = *TemporaryFolder::create();
  ASSERT_TRUE(write_file(folder.path() / "movies.csv", films));
  ASSERT_TRUE(write_file(folder.path() / "ratings.csv", "userId,movieId,rating,timestamp\n1,1,4.0,964982703\n"));
  Progress progress;
  const auto batch = read_import(folder.path(), {}, progress, CancelToken());
  ASSERT_TRUE(batch) << batch.error().describe();
  EXPECT_EQ(batch->films.size(), 4000U);
}

TEST(HostileTexts, EmptyReviewsSayNothing) {
  EXPECT_EQ(report_on("").error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(report_on("\n\n\n").error().code(), ErrorCode::InvalidArgument);
  const auto report = report_on(review("") + review("   ") + review("A wonderful film, I loved it."));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reviews, 1);
  EXPECT_THAT(report_on("{\"text\":\"\"}\n").error().describe(), HasSubstr("no review"));
}

}  // namespace
}  // namespace cineloom
