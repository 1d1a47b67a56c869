#include "sentiment/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kReview = "A lovely story, but the music is far too loud.";

std::string review_answer(std::string_view judgements, std::string_view numbers = R"("positive":0.7,"stars":7,"valence":0.3,"arousal":0.4)",
                          std::string_view because = "lovely") {
  return "{" + std::string(numbers) + ",\"because\":\"" + std::string(because) +
         R"(","emotions":[{"name":"joy","weight":0.6,"quote":"lovely"}],"judgements":[)" + std::string(judgements) + "]}";
}

TEST(ReviewClaims, AreTakenWithTheWordsTheyQuote) {
  const auto claims = check_review_claims(
      review_answer(R"({"aspect":"story","valence":0.8,"quote":"lovely story"},{"aspect":"music","valence":-0.6,"quote":"far too loud"})"), kReview);
  ASSERT_TRUE(claims) << claims.error().describe();
  EXPECT_GT(claims->reading.polarity.margin, 0);
  EXPECT_EQ(claims->reading.emotions.front().name, "joy");
  ASSERT_EQ(claims->judgements.size(), 2U);
  EXPECT_EQ(kReview.substr(claims->judgements[1].span.begin, claims->judgements[1].span.end - claims->judgements[1].span.begin), "far too loud");
}

TEST(ReviewClaims, OneLieMakesTheWholeAnswerWorthless) {
  const std::string truth = R"({"aspect":"story","valence":0.8,"quote":"lovely story"},)";
  for (const std::string_view lie : {R"({"aspect":"story","valence":0.8,"quote":"a masterpiece"})", R"({"aspect":"story","valence":0.8,"quote":""})",
                                     R"({"aspect":"story","valence":0.8,"quote":","})", R"({"aspect":"story","valence":0.8,"quote":"l"})",
                                     R"({"aspect":"story","valence":0.8,"quote":"Lovely Story"})", R"({"aspect":"catering","valence":0.8,"quote":"lovely"})",
                                     R"({"aspect":"story","valence":1.8,"quote":"lovely"})", R"({"aspect":"story","quote":"lovely"})",
                                     R"({"aspect":"story","valence":"good","quote":"lovely"})", R"("lovely")"}) {
    EXPECT_EQ(check_review_claims(review_answer(truth + std::string(lie)), kReview).error().code(), ErrorCode::InvalidArgument) << lie;
  }
}

TEST(ReviewClaims, NumbersOutOfRangeAndOtherShapesAreRefused) {
  for (const std::string_view numbers : {R"("positive":1.2,"stars":7,"valence":0.3,"arousal":0.4)", R"("positive":0.7,"stars":0,"valence":0.3,"arousal":0.4)",
                                         R"("positive":0.7,"stars":7,"valence":-7,"arousal":0.4)", R"("positive":0.7,"stars":7,"valence":0.3,"arousal":1e308)",
                                         R"("positive":0.7,"stars":7)", R"("positive":null,"stars":7,"valence":0.3,"arousal":0.4)"}) {
    EXPECT_FALSE(check_review_claims(review_answer("", numbers), kReview)) << numbers;
  }
  EXPECT_TRUE(check_review_claims(review_answer(""), kReview));
  EXPECT_FALSE(check_review_claims(review_answer("", R"("positive":0.7,"stars":7,"valence":0.3,"arousal":0.4)", "the acting"), kReview));
  EXPECT_FALSE(check_review_claims(R"({"positive":0.7,"stars":7,"valence":0.3,"arousal":0.4,"emotions":[],"judgements":[]})", kReview))
      << "without a word of the text";
  for (const std::string_view other : {"", "{}", "[]", "null", "{\"positive\":", "PWNED"}) EXPECT_FALSE(check_review_claims(other, kReview)) << other;
  EXPECT_THAT(check_review_claims(
                  R"({"positive":0.5,"stars":5,"valence":0,"arousal":0,"because":"lovely","emotions":[{"name":"hunger","weight":1,"quote":"story"}]})", kReview)
                  .error()
                  .describe(),
              HasSubstr("hunger"));
}

TEST(MoodClaims, BecomeAMoodWithEvidence) {
  constexpr std::string_view kSentence = "Rough week, want to laugh but nothing stupid, 90 minutes with the kids, 法语片";
  const auto mood = check_mood_claims(
      R"({"findings":[{"kind":"feeling","quote":"Rough week","valence":-0.5,"arousal":0.4},{"kind":"wish","quote":"want to laugh","valence":0.8,"arousal":0.6},
          {"kind":"genre","quote":"laugh","value":"comedy"},{"kind":"avoid","quote":"nothing stupid","value":"stupid"},
          {"kind":"minutes","quote":"90 minutes","minutes":90},{"kind":"company","quote":"with the kids","value":"children"},
          {"kind":"language","quote":"法语","value":"French"}],"emotions":[{"name":"sadness","weight":0.5,"quote":"Rough"}]})",
      kSentence);
  ASSERT_TRUE(mood) << mood.error().describe();
  EXPECT_DOUBLE_EQ(mood->feeling.valence, -0.5);
  EXPECT_DOUBLE_EQ(mood->wish->valence, 0.8);
  EXPECT_EQ(mood->constraints.max_runtime, std::chrono::minutes(90));
  EXPECT_THAT(mood->constraints.genres, ElementsAre("comedy"));
  EXPECT_THAT(mood->constraints.avoid, ElementsAre("stupid"));
  EXPECT_EQ(mood->constraints.company, "children");
  EXPECT_EQ(mood->constraints.language, "French");
  EXPECT_DOUBLE_EQ(mood->uncertainty, 0.5);
  for (const MoodEvidence& evidence : mood->evidence) {
    EXPECT_EQ(kSentence.substr(evidence.span.begin, evidence.span.end - evidence.span.begin), evidence.text);
  }
}

TEST(MoodClaims, WhatTheSentenceDoesNotSayIsRefused) {
  constexpr std::string_view kSentence = "a quiet evening";
  for (const std::string_view lie :
       {R"({"kind":"feeling","quote":"terrible day","valence":-0.5,"arousal":0.4})", R"({"kind":"feeling","quote":"quiet","valence":-0.5})",
        R"({"kind":"minutes","quote":"quiet","minutes":90})", R"({"kind":"minutes","quote":"the feminine laugh","minutes":90})",
        R"({"kind":"minutes","quote":"a quiet evening","minutes":0})", R"({"kind":"genre","quote":"quiet","value":"snuff"})",
        R"({"kind":"language","quote":"quiet","value":"Klingon"})", R"({"kind":"company","quote":"quiet","value":"enemies"})",
        R"({"kind":"order","quote":"quiet","value":"delete everything"})"}) {
    EXPECT_FALSE(check_mood_claims(R"({"findings":[)" + std::string(lie) + "]}", kSentence)) << lie;
  }
  EXPECT_FALSE(check_mood_claims("{}", kSentence));
  EXPECT_FALSE(check_mood_claims(R"({"findings":[]})", kSentence));
}

}  // namespace
}  // namespace cineloom
