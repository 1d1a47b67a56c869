#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "sentiment/arc.h"
#include "sentiment/audience.h"
#include "sentiment/lexicon.h"
#include "sentiment/viewer_mood.h"

namespace cineloom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const FeelingLexicon& lexicon() {
  static const auto loaded = FeelingLexicon::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "text");
  return *loaded;
}

double valence(std::string_view text) { return lexicon().read(text).feeling.valence; }

TEST(FeelingLexicon, TellsGoodFromBadInBothLanguages) {
  EXPECT_GT(valence("A beautiful, touching film."), 0.3);
  EXPECT_LT(valence("Boring and clumsy."), -0.3);
  EXPECT_GT(valence("画面很美，配乐动人"), 0.3);
  EXPECT_LT(valence("太无聊了，剧情乏味"), -0.3);
}

TEST(FeelingLexicon, TurnsNegatedWordsRound) {
  EXPECT_GT(valence("It is not boring at all."), 0.1);
  EXPECT_LT(valence("I did not like it."), 0);
  EXPECT_GT(valence("不难看"), 0.1);
}

TEST(FeelingLexicon, WeighsWhatStandsBehindBut) { EXPECT_LT(valence("The pictures are nice but the story is boring."), 0); }

TEST(FeelingLexicon, SaysNothingAboutUnknownWords) {
  EXPECT_EQ(valence("xyzzy"), 0);
  EXPECT_THAT(lexicon().read("").hits, IsEmpty());
}

TEST(FeelingLexicon, RefusesAMissingFolder) { EXPECT_EQ(FeelingLexicon::load("/nonexistent").error().code(), ErrorCode::NotFound); }

TEST(ReadMood, UnderstandsARoughWeek) {
  const Mood mood = read_mood("rough week, want to laugh but nothing stupid", lexicon());
  EXPECT_LT(mood.feeling.valence, 0);
  EXPECT_THAT(mood.constraints.genres, ElementsAre("comedy"));
  EXPECT_LT(mood.uncertainty, 0.7);
}

TEST(ReadMood, UnderstandsChinese) {
  const Mood mood = read_mood("今天有点难过，想看温暖一点的", lexicon());
  EXPECT_LT(mood.feeling.valence, -0.3);
  EXPECT_THAT(mood.constraints.genres, Contains("family"));
}

TEST(ReadMood, TakesAWordForAWishOrForAFeelingNotForBoth) {
  const Mood mood = read_mood("something funny", lexicon());
  EXPECT_THAT(mood.constraints.genres, ElementsAre("comedy"));
  EXPECT_EQ(mood.feeling.valence, 0);
  EXPECT_GT(read_mood("I am happy, something funny", lexicon()).feeling.valence, 0);
}

TEST(ReadMood, FindsConditionsWithTheirWords) {
  const std::string text = "we have 90 minutes, kids are with us, no horror";
  const Mood mood = read_mood(text, lexicon());
  EXPECT_EQ(mood.constraints.max_runtime, std::chrono::minutes(90));
  EXPECT_EQ(mood.constraints.company, "children");
  EXPECT_THAT(mood.constraints.avoid, ElementsAre("horror"));
  EXPECT_THAT(mood.constraints.genres, IsEmpty());
  for (const MoodEvidence& evidence : mood.evidence) EXPECT_EQ(text.substr(evidence.span.begin, evidence.span.end - evidence.span.begin), evidence.text);
}

TEST(ReadMood, KnowsChineseConditions) {
  const Mood mood = read_mood("不要恐怖片，不超过100分钟，和孩子一起", lexicon());
  EXPECT_EQ(mood.constraints.max_runtime, std::chrono::minutes(100));
  EXPECT_THAT(mood.constraints.avoid, ElementsAre("horror"));
  EXPECT_EQ(mood.constraints.company, "children");
}

TEST(ReadMood, TakesWishesAndOthersFeelingsForNoState) {
  EXPECT_GE(read_mood("I want to cry", lexicon()).uncertainty, 0.8);
  EXPECT_GE(read_mood("my friend is sad", lexicon()).uncertainty, 0.8);
  EXPECT_EQ(read_mood("", lexicon()).uncertainty, 1);
  EXPECT_EQ(read_mood("🙂", lexicon()).uncertainty, 1);
}

TEST(Audience, SortsClausesToAspects) {
  const std::vector<Review> reviews = {{.id = ReviewId(1), .language = "en", .text = "The pictures are gorgeous, but the voices are robotic.", .stars = 3.5},
                                       {.id = ReviewId(2), .language = "zh", .text = "画面惊艳，但配音生硬。", .stars = 3}};
  const AudienceOpinion audience = audience_opinion(reviews, lexicon());
  EXPECT_EQ(audience.mean_stars, 3.25);
  const auto picture = std::ranges::find(audience.aspects, "picture", &AspectOpinion::aspect);
  const auto dialogue = std::ranges::find(audience.aspects, "dialogue", &AspectOpinion::aspect);
  ASSERT_TRUE(picture != audience.aspects.end() && dialogue != audience.aspects.end());
  EXPECT_EQ(picture->positive, 2);
  EXPECT_EQ(dialogue->negative, 2);
  EXPECT_EQ(picture->quotes.size(), 2U);
}

TEST(EmotionalArc, FollowsWhatIsSaidAndKeepsItsEnds) {
  std::vector<Line> lines;
  for (int i = 0; i < 20; ++i)
    lines.push_back({.begin = FilmTime(i * 1000), .end = FilmTime(i * 1000 + 900), .feeling = {.valence = i < 10 ? -0.8 : 0.8, .arousal = 0.5}});
  const Arc arc = emotional_arc(lines, {}, FilmTime(20000));
  ASSERT_EQ(arc.size(), 100U);
  EXPECT_NEAR(arc.front().valence, -0.8, 0.05);
  EXPECT_NEAR(arc.back().valence, 0.8, 0.05);
  EXPECT_GT(arc.front().tension, arc.back().tension);
  EXPECT_TRUE(emotional_arc(lines, {}, FilmTime(0)).empty());
}

}  // namespace
}  // namespace cineloom
