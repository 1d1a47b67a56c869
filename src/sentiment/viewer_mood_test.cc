#include "sentiment/viewer_mood.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace cineloom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const std::filesystem::path kModels = std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "text";

Mood mood_of(std::string_view sentence) {
  static const auto lexicon = FeelingLexicon::load(kModels);
  static const auto english = TextFeelings::load(kModels, "en");
  static const auto chinese = TextFeelings::load(kModels, "zh");
  return read_mood(sentence, {.lexicon = *lexicon, .english = &*english, .chinese = &*chinese});
}

bool points_to_its_words(std::string_view sentence) {
  const Mood mood = mood_of(sentence);
  return std::ranges::all_of(mood.evidence,
                             [&](const auto& found) { return sentence.substr(found.span.begin, found.span.end - found.span.begin) == found.text; });
}

TEST(ReadMood, UnderstandsARoughWeek) {
  const Mood mood = mood_of("rough week, want to laugh but nothing stupid");
  EXPECT_LT(mood.feeling.valence, -0.1);
  EXPECT_THAT(mood.constraints.genres, ElementsAre("comedy"));
  EXPECT_THAT(mood.constraints.avoid, ElementsAre("stupid"));
  EXPECT_LT(mood.uncertainty, 0.7);
}

TEST(ReadMood, UnderstandsChinese) {
  const Mood mood = mood_of("今天有点难过，想看温暖一点的");
  EXPECT_LT(mood.feeling.valence, -0.3);
  EXPECT_THAT(mood.constraints.genres, Contains("family"));
  ASSERT_TRUE(mood.wish);
  EXPECT_GT(mood.wish->valence, 0.3);
}

TEST(ReadMood, TakesAWordForAWishOrForAFeelingNotForBoth) {
  const Mood mood = mood_of("something funny");
  EXPECT_THAT(mood.constraints.genres, ElementsAre("comedy"));
  EXPECT_EQ(mood.feeling.valence, 0);
  EXPECT_GT(mood_of("I am happy, something funny").feeling.valence, 0);
}

TEST(ReadMood, FindsConditionsWithTheirWords) {
  const Mood mood = mood_of("we have 90 minutes, kids are with us, no horror");
  EXPECT_EQ(mood.constraints.max_runtime, std::chrono::minutes(90));
  EXPECT_EQ(mood.constraints.company, "children");
  EXPECT_THAT(mood.constraints.avoid, ElementsAre("horror"));
  EXPECT_THAT(mood.constraints.genres, IsEmpty());
}

TEST(ReadMood, KnowsChineseConditions) {
  const Mood mood = mood_of("不要恐怖片，不超过100分钟，和孩子一起");
  EXPECT_EQ(mood.constraints.max_runtime, std::chrono::minutes(100));
  EXPECT_THAT(mood.constraints.avoid, ElementsAre("horror"));
  EXPECT_EQ(mood.constraints.company, "children");
  EXPECT_EQ(mood_of("1.5小时以内的法国电影").constraints.max_runtime, std::chrono::minutes(90));
  EXPECT_EQ(mood_of("1.5小时以内的法国电影").constraints.language, "French");
}

TEST(ReadMood, PointsToItsWordsInEverySentence) {
  for (const std::string_view sentence : {"rough week, want to laugh but nothing stupid", "I’m so tired 😩 of it all, give me a calm Japanese film",
                                          "今天有点难过，想看温暖一点的，不要太吵", "她很开心，但我不高兴", "", "\xF0\x9F\x99\x82", "\xFF\xFEsad\xE4"}) {
    EXPECT_TRUE(points_to_its_words(sentence)) << sentence;
  }
}

struct SaidValence {
  std::string_view sentence;
  int sign;  ///< of the viewer's valence; 0 = nothing is said of them
};

class ViewersValence : public ::testing::TestWithParam<SaidValence> {};

TEST_P(ViewersValence, IsReadWithItsSign) {
  const Mood mood = mood_of(GetParam().sentence);
  if (GetParam().sign == 0) {
    EXPECT_GE(mood.uncertainty, 0.8) << mood.feeling.valence;
    return;
  }
  EXPECT_GT(GetParam().sign * mood.feeling.valence, 0) << mood.feeling.valence;
  EXPECT_LT(mood.uncertainty, 0.8);
}

INSTANTIATE_TEST_SUITE_P(Plain, ViewersValence,
                         ::testing::Values(SaidValence{"I am sad", -1}, SaidValence{"I feel great tonight", 1}, SaidValence{"tired and stressed", -1},
                                           SaidValence{"I'm heartbroken", -1}, SaidValence{"so happy, we won!", 1}, SaidValence{"feeling lonely", -1},
                                           SaidValence{"I am so angry at everything", -1}, SaidValence{"今天很开心", 1}, SaidValence{"我好累", -1},
                                           SaidValence{"压力很大，有点焦虑", -1}, SaidValence{"心情郁闷", -1}, SaidValence{"我感到很幸福", 1}));
INSTANTIATE_TEST_SUITE_P(Denied, ViewersValence,
                         ::testing::Values(SaidValence{"I am not happy", -1}, SaidValence{"I'm not sad", 1}, SaidValence{"not bad at all", 1},
                                           SaidValence{"I don't feel good", -1}, SaidValence{"I was never worried", 1}, SaidValence{"no problems today", 1},
                                           SaidValence{"我不开心", -1}, SaidValence{"我不难过", 1}, SaidValence{"没有压力", 1}, SaidValence{"今天不高兴", -1}));
INSTANTIATE_TEST_SUITE_P(OthersFeelings, ViewersValence,
                         ::testing::Values(SaidValence{"it made her cry", 0}, SaidValence{"my friend is sad", 0}, SaidValence{"他很难过", 0},
                                           SaidValence{"she is happy", 0}, SaidValence{"my wife is angry", 0}, SaidValence{"我朋友很难过", 0},
                                           SaidValence{"孩子很开心", 0}, SaidValence{"it made me cry", -1}, SaidValence{"he left and I feel awful", -1},
                                           SaidValence{"他走了，我很难过", -1}, SaidValence{"my wife and I are exhausted", -1}, SaidValence{"他让我很生气", -1},
                                           SaidValence{"I think he is sad", 0}, SaidValence{"我和朋友都很高兴", 1}));
INSTANTIATE_TEST_SUITE_P(Wished, ViewersValence,
                         ::testing::Values(SaidValence{"I want to cry", 0}, SaidValence{"give me something sad", 0}, SaidValence{"想哭一场", 0},
                                           SaidValence{"nothing stupid", 0}, SaidValence{"不要太吵", 0}, SaidValence{"in the mood for something dark", 0},
                                           SaidValence{"I am sad but want to laugh", -1}, SaidValence{"", 0}, SaidValence{"\xF0\x9F\x99\x82", 0}));

struct Wished {
  std::string_view sentence;
  double valence_sign;
  double arousal_above_half;
};

TEST(ReadMood, KnowsWhatTheViewerWantsToFeel) {
  for (const Wished& said : {Wished{"I want to cry", -1, 0}, Wished{"something calm please", 1, -1}, Wished{"想看感人的", 1, 0},
                             Wished{"give me something intense", -1, 1}, Wished{"来点轻松的", 1, -1}, Wished{"something uplifting", 1, 0}}) {
    const Mood mood = mood_of(said.sentence);
    ASSERT_TRUE(mood.wish) << said.sentence;
    EXPECT_GT(said.valence_sign * mood.wish->valence, 0) << said.sentence;
    if (said.arousal_above_half != 0) { EXPECT_GT(said.arousal_above_half * (mood.wish->arousal - 0.5), 0) << said.sentence; }
  }
  EXPECT_FALSE(mood_of("I am calm").wish);
}

TEST(ReadMood, TurnsADeniedWishRound) {
  const Mood mood = mood_of("想看电影，不要太吵");
  EXPECT_THAT(mood.constraints.avoid, ElementsAre("loud"));
  ASSERT_TRUE(mood.wish);
  EXPECT_LT(mood.wish->arousal, 0.3);
  EXPECT_THAT(mood_of("a comedy, nothing sad").constraints.avoid, Contains("heavy"));
  EXPECT_THAT(mood_of("no war films, no romance").constraints.avoid, ElementsAre("romance", "war"));
  EXPECT_THAT(mood_of("anything but horror").constraints.genres, Not(Contains("horror")));
}

TEST(ReadMood, DoesNotAskForWhatWasSeen) { EXPECT_THAT(mood_of("we watched a comedy yesterday").constraints.genres, IsEmpty()); }

TEST(ReadMood, DoesNotTakeAFriendWhoIsSadForCompany) {
  EXPECT_EQ(mood_of("my friend is sad").constraints.company, "");
  EXPECT_EQ(mood_of("with my girlfriend tonight").constraints.company, "partner");
}

TEST(ReadMood, NamesEmotionsOnlyIfTheyAreTheViewers) {
  const auto has = [](const Mood& mood, std::string_view name) { return std::ranges::find(mood.emotions, name, &EmotionWeight::name) != mood.emotions.end(); };
  EXPECT_TRUE(has(mood_of("I am so sad today"), "sadness"));
  EXPECT_FALSE(has(mood_of("I am not sad"), "sadness"));
  EXPECT_FALSE(has(mood_of("she is so sad today"), "sadness"));
  EXPECT_FALSE(has(mood_of("rough week, want to laugh but nothing stupid"), "amusement"));
}

TEST(ReadMood, IsQuickOnEndlessSentences) {
  const std::string endless(50'000'000, 'a');
  EXPECT_EQ(mood_of(endless).uncertainty, 1);
  std::string words;
  for (int i = 0; i < 100'000; ++i) words += "I am not sad, ";
  EXPECT_GT(mood_of(words).feeling.valence, 0);
}

TEST(MoodMemory, FadesWithTimeAndFillsWhatIsLeftOpen) {
  const PastFeeling sad{.feeling = {.valence = -0.8, .arousal = 0.3}, .age = std::chrono::minutes(1)};
  PastFeeling old = sad;
  old.age = std::chrono::hours(5);
  const Mood fresh = with_memory(Mood{}, std::span(&sad, 1));
  const Mood faded = with_memory(Mood{}, std::span(&old, 1));
  EXPECT_NEAR(fresh.feeling.valence, -0.8, 1e-9);
  EXPECT_LT(fresh.uncertainty, 0.55);
  EXPECT_GE(fresh.uncertainty, kSurestMemory);
  EXPECT_GT(faded.uncertainty, 0.98);
}

TEST(MoodMemory, GivesWayToWhatIsSaidNow) {
  const PastFeeling sad{.feeling = {.valence = -0.8, .arousal = 0.3}};
  const Mood said{.feeling = {.valence = 0.8, .arousal = 0.6}, .uncertainty = 0};
  EXPECT_EQ(with_memory(said, std::span(&sad, 1)).feeling, said.feeling);
  const Mood unsure{.feeling = {.valence = 0.8, .arousal = 0.6}, .uncertainty = 0.5};
  const Mood both = with_memory(unsure, std::span(&sad, 1));
  EXPECT_GT(both.feeling.valence, 0);
  EXPECT_LT(both.feeling.valence, 0.8);
  EXPECT_LT(both.uncertainty, 0.5);
}

}  // namespace
}  // namespace cineloom
