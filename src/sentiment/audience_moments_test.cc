#include "sentiment/audience_moments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cineloom {
namespace {

using ::testing::SizeIs;

const FeelingLexicon& lexicon() {
  static const FeelingLexicon kLexicon = *FeelingLexicon::load(std::string(CINELOOM_SOURCE_DIR) + "/models/text");
  return kLexicon;
}

Timeline timeline() {
  Timeline timeline;
  timeline.scenes = {{.begin = FilmTime(0), .end = FilmTime(20'000), .heading = "INT. LAMP HOUSE", .action = "Mira trims the wick."},
                     {.begin = FilmTime(20'000), .end = FilmTime(60'000), .heading = "EXT. TIDE POOL", .action = "Mira bargains with the heron."},
                     {.begin = FilmTime(60'000), .end = FilmTime(100'000), .heading = "EXT. HARBOUR", .action = "Mira rings the bell."}};
  return timeline;
}

std::vector<AudienceMoment> moments(std::string_view text, std::string_view language = "en") {
  const std::vector<Review> reviews = {{.id = ReviewId(1), .language = std::string(language), .text = std::string(text)}};
  return audience_moments(reviews, {.lexicon = lexicon()}, timeline(), FilmTime(100'000));
}

TEST(AudienceMoments, FindTheSceneWhoseOwnWordsAClauseUses) {
  const auto found = moments("The bargain at the tide pool is wonderful");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].begin, FilmTime(20'000));
  EXPECT_EQ(found[0].end, FilmTime(60'000));
  EXPECT_GT(found[0].valence, 0);
  EXPECT_EQ(found[0].text, "The bargain at the tide pool is wonderful");
}

TEST(AudienceMoments, LeaveOutWhatCouldBeAnyScene) {
  EXPECT_THAT(moments("Mira is wonderful"), SizeIs(0)) << "she is in every scene";
  EXPECT_THAT(moments("The heron and the bell are wonderful"), SizeIs(0)) << "two scenes";
  EXPECT_THAT(moments("The lamp house stands there"), SizeIs(0)) << "judges nothing";
  EXPECT_TRUE(audience_moments({}, {.lexicon = lexicon()}, {}, FilmTime(0)).empty());
}

TEST(AudienceMoments, KnowPartsOfTheFilmInBothLanguages) {
  const auto english = moments("A terrible opening, but the ending is beautiful");
  ASSERT_THAT(english, SizeIs(2));
  EXPECT_LT(english[0].valence, 0);
  EXPECT_EQ(english[0].begin, FilmTime(0));
  EXPECT_EQ(english[1].end, FilmTime(100'000));
  EXPECT_THAT(moments("结局很感动。", "zh"), SizeIs(1));
}

TEST(AudienceMoments, AreLaidAlongTheArcWhereEnoughSpeak) {
  Arc arc;
  for (int i = 0; i <= 10; ++i) arc.push_back({.at = FilmTime(i * 10'000)});
  std::vector<AudienceMoment> said;
  for (int i = 0; i < 3; ++i) said.push_back({.begin = FilmTime(90'000), .end = FilmTime(100'000), .valence = 0.8});
  said.push_back({.begin = FilmTime(0), .end = FilmTime(10'000), .valence = -0.8});
  add_audience(arc, said, FilmTime(100'000), 3);
  EXPECT_FALSE(arc[0].audience) << "one voice is no audience";
  EXPECT_EQ(arc[0].mentions, 1);
  ASSERT_TRUE(arc[10].audience);
  EXPECT_NEAR(*arc[10].audience, 0.8, 1e-9);
  EXPECT_FALSE(arc[5].audience);
  add_audience(arc, {}, FilmTime(100'000), 1);
  EXPECT_FALSE(arc[10].audience) << "what was laid before is gone";
}

}  // namespace
}  // namespace cineloom
