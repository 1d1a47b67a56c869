#include "pipeline/emotion_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace cineloom {
namespace {

const std::filesystem::path kSource = CINELOOM_SOURCE_DIR;

TEST(ReportEmotions, ReadsTheDemoFilmsAudienceInBothLanguages) {
  const auto report = report_emotions({.film = "the-moon-in-the-reeds", .reviews = kSource / "demo/library/reviews.jsonl"}, kSource / "models/text");
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_GT(report->reviews, 50);
  EXPECT_EQ(report->segments.size(), 2U);
  EXPECT_GT(report->positive.share, 0.5);
  EXPECT_LT(report->positive.low, report->positive.share);
  EXPECT_GT(report->agreement.of, 50);
  EXPECT_GT(report->agreement.share, 0.55);
  ASSERT_FALSE(report->aspects.empty());
  EXPECT_FALSE(report->aspects.front().quotes.empty());
  for (const auto& emotion : report->emotions) EXPECT_GE(emotion.count, report->minimum_group);
}

TEST(ReportEmotions, TellsNothingOfSmallGroups) {
  const auto folder = *TemporaryFolder::create();
  ASSERT_TRUE(write_file(folder.path() / "r", "{\"text\":\"A wonderful film, I loved the music.\"}\n\n{\"text\":\"\"}\n{\"text\":\"x\",\"film\":\"other\"}\n"));
  const auto report = report_emotions({.film = "f", .reviews = folder.path() / "r"}, kSource / "models/text");
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->reviews, 1);
  EXPECT_TRUE(report->segments.empty());
  EXPECT_TRUE(report->aspects.empty());
  EXPECT_GT(report->groups_left_out, 0);
}

TEST(ReportEmotions, HoldsAspectsAgainstTheLibrarysOtherFilms) {
  const auto folder = *TemporaryFolder::create();
  std::string rows;
  EmotionReportRequest request{.film = "f", .reviews = folder.path() / "r"};
  for (const char* text : {"The music is wonderful.", "I bought the lovely soundtrack at once.", "What a beautiful score!",
                           "My father hummed its great melody for days.", "Those songs are charming: wonderful music."}) {
    rows += std::string("{\"text\":\"") + text + "\"}\n";
  }
  for (const char* text : {"The music is terrible.", "An awful soundtrack from a studio that should know better.", "I left because the score was so bad.",
                           "Boring music, hour after hour.", "Nobody needs such an ugly melody in a war film.", "The score is horrible noise."}) {
    request.catalogue.push_back({.language = "en", .text = text});
  }
  ASSERT_TRUE(write_file(folder.path() / "r", rows));
  const auto report = report_emotions(request, kSource / "models/text");
  ASSERT_TRUE(report) << report.error().describe();
  ASSERT_FALSE(report->aspects.empty());
  EXPECT_EQ(report->aspects[0].positive.share, 1);
  EXPECT_GE(report->aspects[0].baseline.of, 5);
  EXPECT_EQ(report->aspects[0].baseline.share, 0);
  EXPECT_EQ(report->baseline_reviews, 6);
}

TEST(ReportEmotions, LaysTheAudienceAlongTheFilm) {
  const auto folder = *TemporaryFolder::create();
  std::string rows;
  for (const char* text : {"I found the ending wonderful.", "The ending is beautiful and kind.", "What a lovely ending, truly.", "A terrible opening."}) {
    rows += std::string("{\"text\":\"") + text + "\"}\n";
  }
  ASSERT_TRUE(write_file(folder.path() / "r", rows));
  FilmKnowledge known;
  for (int i = 0; i <= 20; ++i) known.arc.push_back({.at = FilmTime(i * 1000)});
  const auto report =
      report_emotions({.film = "f", .reviews = folder.path() / "r", .minimum_group = 3, .known = &known, .catalogue = {}}, kSource / "models/text");
  ASSERT_TRUE(report) << report.error().describe();
  ASSERT_EQ(report->arc.size(), 21U);
  EXPECT_GT(report->arc.back().audience.value_or(-1), 0);
  EXPECT_FALSE(report->arc.front().audience);
}

TEST(ReportEmotions, NamesTheLineThatItCannotRead) {
  const auto folder = *TemporaryFolder::create();
  ASSERT_TRUE(write_file(folder.path() / "r", "{\"text\":\"good\"}\nnot json\n"));
  EXPECT_THAT(report_emotions({.film = "f", .reviews = folder.path() / "r"}, kSource / "models/text").error().describe(), ::testing::HasSubstr("line 2"));
  ASSERT_TRUE(write_file(folder.path() / "r", "{\"text\":\"good\",\"stars\":5}\n\n{\"text\":\"good\",\"stars\":1e300}\n"));
  EXPECT_THAT(report_emotions({.film = "f", .reviews = folder.path() / "r"}, kSource / "models/text").error().describe(),
              ::testing::HasSubstr("line 3: expected 0.5 to 5 stars"));
}

TEST(MeasuredShare, HasTheIntervalOfWilson) {
  const MeasuredShare share = measured_share("x", 8, 10);
  EXPECT_NEAR(share.low, 0.490, 0.001);
  EXPECT_NEAR(share.high, 0.943, 0.001);
  EXPECT_EQ(measured_share("x", 0, 0).high, 1);
}

}  // namespace
}  // namespace cineloom
