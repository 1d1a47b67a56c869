#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "sentiment/arc.h"
#include "sentiment/audience.h"
#include "sentiment/feeling_sources.h"
#include "sentiment/lexicon.h"
#include "sentiment/text_feelings.h"

namespace cineloom {
namespace {

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

TEST(Audience, SortsClausesToAspects) {
  const std::vector<Review> reviews = {{.id = ReviewId(1), .language = "en", .text = "The pictures are gorgeous, but the voices are robotic.", .stars = 3.5},
                                       {.id = ReviewId(2), .language = "zh", .text = "画面惊艳，但配音生硬。", .stars = 3}};
  const AudienceOpinion audience = audience_opinion(reviews, {.lexicon = lexicon()});
  EXPECT_EQ(audience.mean_stars, 3.25);
  const auto picture = std::ranges::find(audience.aspects, "picture", &AspectOpinion::aspect);
  const auto dialogue = std::ranges::find(audience.aspects, "dialogue", &AspectOpinion::aspect);
  ASSERT_TRUE(picture != audience.aspects.end() && dialogue != audience.aspects.end());
  EXPECT_EQ(picture->positive, 2);
  EXPECT_EQ(dialogue->negative, 2);
  EXPECT_EQ(picture->quotes.size(), 2U);
}

TEST(Audience, PointsToTheClauseAndTheWordsThatJudge) {
  const std::vector<Review> reviews = {{.id = ReviewId(4), .language = "en", .text = "Nice idea, but the story is not good at all.", .stars = 2}};
  const AudienceOpinion audience = audience_opinion(reviews, {.lexicon = lexicon()});
  ASSERT_EQ(audience.aspects.size(), 1U);
  const AspectQuote& quote = audience.aspects[0].quotes[0];
  EXPECT_EQ(audience.aspects[0].negative, 1);
  EXPECT_EQ(reviews[0].text.substr(quote.span.begin, quote.span.end - quote.span.begin), quote.text);
  ASSERT_EQ(quote.because.size(), 1U);
  EXPECT_EQ(reviews[0].text.substr(quote.because[0].begin, quote.because[0].end - quote.because[0].begin), "not good");
}

TEST(Audience, KnowsWhatAFilmIsWorth) {
  const std::vector<Review> reviews = {{.id = ReviewId(1), .language = "en", .text = "A waste of money."},
                                       {.id = ReviewId(2), .language = "zh", .text = "票价浪费了"}};
  const AudienceOpinion audience = audience_opinion(reviews, {.lexicon = lexicon()});
  const auto value = std::ranges::find(audience.aspects, "value", &AspectOpinion::aspect);
  ASSERT_NE(value, audience.aspects.end());
  EXPECT_EQ(value->negative, 2);
}

TEST(JudgeClause, AsksTheModelOnlyWhereNoWordIsKnown) {
  const auto models = TextFeelings::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "text", "en");
  const FeelingSources sources{.lexicon = lexicon(), .english = &*models};
  const std::string_view clause = "the acting is a laughable mishmash, avoid at all costs";
  const Judgement judgement = judge_clause(clause, "en", sources);
  EXPECT_LT(judgement.valence, 0);
  EXPECT_FALSE(judgement.because.empty());
  EXPECT_EQ(judge_clause("it is a film of two hours", "de", sources).valence, 0);
  EXPECT_GT(judge_clause("the music is not bad", "en", sources).valence, 0);
}

TEST(FeelText, LetsWordsWinOverTheModel) {
  const auto models = TextFeelings::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "text", "en");
  const FeelingSources sources{.lexicon = lexicon(), .english = &*models};
  EXPECT_GT(feel_text("I am not sad.", "en", sources).valence, 0);
  EXPECT_LT(feel_text("They murdered him.", "en", sources).valence, 0);
  EXPECT_EQ(feel_text("Mir geht es gut.", "de", sources).valence, 0);
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

Line line_at(int second, double valence) {
  return {.begin = FilmTime(second * 1000), .end = FilmTime(second * 1000 + 500), .feeling = {.valence = valence, .arousal = 0.5}};
}

TEST(EmotionalArc, HasABandThatIsNarrowWhereLinesAgree) {
  std::vector<Line> lines;
  for (int i = 0; i < 200; ++i) lines.push_back(line_at(i, i < 100 ? 0.3 : i % 2 == 0 ? 0.9 : -0.3));
  const Arc arc = emotional_arc(lines, {}, FilmTime(200'000));
  for (const ArcPoint& point : arc) {
    EXPECT_LE(point.low, point.valence + 1e-9);
    EXPECT_GE(point.high, point.valence - 1e-9);
  }
  EXPECT_LT(arc[20].high - arc[20].low, 0.02);
  EXPECT_GT(arc[80].high - arc[80].low, 0.1);
}

TEST(EmotionalArc, DoesNotOvershootWhereNobodySpeaks) {
  std::vector<Line> lines;
  for (int i = 50; i < 60; ++i) lines.push_back(line_at(i, (i - 55) / 10.0));
  for (const ArcPoint& point : emotional_arc(lines, {}, FilmTime(200'000))) EXPECT_LE(std::abs(point.valence), 0.5);
}

Arc wave(double turns) {
  Arc arc;
  for (int i = 0; i < 100; ++i) {
    const double valence = 0.5 * std::sin(i / 100.0 * turns * 2 * 3.14159265);
    arc.push_back({.at = FilmTime(i * 1000), .valence = valence, .low = valence - 0.02, .high = valence + 0.02});
  }
  return arc;
}

TEST(ArcTurns, ArePeaksAndValleysThatStandOut) {
  const auto turns = arc_turns(wave(1.5));
  ASSERT_EQ(turns.size(), 3U);
  EXPECT_TRUE(turns[0].is_peak);
  EXPECT_FALSE(turns[1].is_peak);
  EXPECT_NEAR(static_cast<double>(turns[1].at.count()), 50'000, 1000);
  Arc unsure = wave(1.5);
  for (ArcPoint& point : unsure) {
    point.low = -3;
    point.high = 3;
  }
  EXPECT_TRUE(arc_turns(unsure).empty());
  EXPECT_TRUE(arc_turns({}).empty());
}

TEST(ArcLikeness, FindsTheDrawnShape) {
  const std::vector<double> drawn = {0, 1, 0, -1, 0};
  EXPECT_GT(arc_likeness(drawn, wave(1)), 0.95);
  EXPECT_LT(arc_likeness(drawn, wave(-1)), -0.8);
  EXPECT_GT(arc_likeness(drawn, wave(1)), arc_likeness(drawn, wave(2)));
  EXPECT_EQ(arc_likeness(drawn, {}), 0);
  EXPECT_EQ(arc_likeness(std::vector<double>{1, 1}, wave(1)), 0);
}

TEST(TextFeelings, HearsHowATextIsWritten) {
  const auto models = TextFeelings::load(std::string(CINELOOM_SOURCE_DIR) + "/models/text", "en");
  ASSERT_TRUE(models) << models.error().describe();
  EXPECT_GT(models->read("They are at the door! Get out! Get out!").feeling.arousal, models->read("They are at the door. Get out. Get out.").feeling.arousal);
}

}  // namespace
}  // namespace cineloom
