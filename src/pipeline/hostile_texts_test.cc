// Texts as nobody should send them: an answer or a clear error, in time that grows with their length.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json_text.h"
#include "pipeline/emotion_report.h"
#include "pipeline/feeling_reader.h"
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
