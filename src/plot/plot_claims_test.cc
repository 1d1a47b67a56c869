#include "plot/plot_claims.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

namespace cineloom {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kText = "Anna Reed meets Ben in Paris. Anna steals the key because Ben betrayed Clara. Annabel waits. 王明爱上了小红。";

std::string_view cut(Span span) { return kText.substr(span.begin, span.end - span.begin); }

constexpr std::string_view kPeople = R"("people":[{"name":"Ben","aliases":[]},{"name":"Anna Reed","aliases":["Anna"]},{"name":"Clara"},{"name":"王明"}])";

Expected<ToldPlot> check(std::string_view events, std::string_view more = "") {
  return check_plot_claims("{" + std::string(kPeople) + ",\"events\":[" + std::string(events) + "]" + std::string(more) + "}", kText);
}

constexpr std::string_view kSteals = R"({"subject":"Anna Reed","verb":"steals","object":"the key","quote":"Anna steals the key","cause":2})";
constexpr std::string_view kBetrays = R"({"subject":"Ben","verb":"betrayed","object":"Clara","quote":"Ben betrayed Clara"})";

TEST(PlotClaims, AreTakenWithTheirPlacesInTheText) {
  const auto told = check(
      std::string(kSteals) + "," + std::string(kBetrays) + R"(,{"subject":"王明","verb":"爱上","object":"小红","quote":"王明爱上了小红"})",
      R"(,"key_sentences":["Annabel waits."],"turning_points":[{"kind":"opportunity","quote":"Anna Reed meets Ben"},{"kind":"climax","quote":"Annabel waits"}])");
  ASSERT_TRUE(told) << told.error().describe();
  EXPECT_EQ(told->people[0].mentions.size(), 2U);
  const auto anna = std::ranges::find(told->people, "Anna Reed", &ToldPerson::name);
  ASSERT_NE(anna, told->people.end());
  EXPECT_EQ(anna->mentions.size(), 2U) << "Annabel is somebody else, and Anna Reed is counted once";
  ASSERT_EQ(told->events.size(), 3U);
  EXPECT_EQ(cut(told->events[0].span), "Anna steals the key");
  EXPECT_EQ(told->events[0].cause, 1);
  EXPECT_EQ(told->events[2].object, "小红");
  EXPECT_EQ(told->turning_points.size(), 2U);
  ASSERT_FALSE(told->relations.empty());
  EXPECT_EQ(told->relations[0].sentences, 2) << "Anna Reed and Ben, counted in the text";
}

TEST(PlotClaims, OneLieMakesTheWholeAnswerWorthless) {
  for (const std::string_view lie : {R"({"subject":"Anna Reed","verb":"kills","object":"Ben","quote":"Anna kills Ben"})",
                                     R"({"subject":"Dora","verb":"betrayed","object":"Clara","quote":"Ben betrayed Clara"})",
                                     R"({"subject":"Ben","verb":"saved","object":"Clara","quote":"Ben betrayed Clara"})",
                                     R"({"subject":"Ben","verb":"betrayed","object":"the Pope","quote":"Ben betrayed Clara"})",
                                     R"({"subject":"Ben","verb":"betrayed","object":"Clara","quote":"Ben betrayed Clara","cause":9})",
                                     R"({"subject":"Ben","verb":"betrayed","object":"Clara","quote":"Ben betrayed Clara","cause":2})",
                                     R"({"subject":"Ben","verb":"betrayed","object":"Clara","quote":"Ben betrayed Clara","cause":-1})",
                                     R"({"subject":"Ben","verb":"","object":"","quote":"."})", "7"}) {
    EXPECT_EQ(check(std::string(kBetrays) + "," + std::string(lie)).error().code(), ErrorCode::InvalidArgument) << lie;
  }
  EXPECT_TRUE(check(kBetrays));
}

TEST(PlotClaims, OfManyPeopleInEverySentenceAreHeldAgainstALongTextInAMoment) {
  constexpr std::string_view kLetters = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收";
  constexpr std::size_t kNames = 250;
  constexpr std::size_t kSentences = 850;
  std::string text;
  for (std::size_t i = 0; i < kSentences; ++i) text += std::string(kLetters) + "。";
  std::string people;
  std::size_t named = 0;
  for (std::size_t begin = 0; begin < kLetters.size(); begin += 3) {
    for (std::size_t end = begin + 3; end <= kLetters.size() && named < kNames; end += 3, ++named)
      people += fmt::format(R"({}{{"name":"{}"}})", people.empty() ? "" : ",", kLetters.substr(begin, end - begin));
  }
  const std::clock_t before = std::clock();
  const auto told = check_plot_claims(R"({"people":[)" + people + R"(],"events":[]})", text);
  EXPECT_LT(std::clock() - before, 3 * CLOCKS_PER_SEC);
  ASSERT_TRUE(told) << told.error().describe();
  EXPECT_EQ(told->relations.size(), kNames * (kNames - 1) / 2);
  EXPECT_EQ(told->relations.back().sentences, static_cast<int>(kSentences));
}

TEST(PlotClaims, ReasonsDoNotGoInACircle) {
  EXPECT_FALSE(check(R"({"subject":"Ben","verb":"betrayed","object":"","quote":"Ben betrayed Clara","cause":2},
                        {"subject":"Anna Reed","verb":"steals","object":"","quote":"Anna steals the key","cause":1})"));
}

TEST(PlotClaims, PeopleAndTurningPointsMustBeThere) {
  for (const std::string_view people :
       {R"({"name":"Godot"})", R"({"name":"Ann"})", R"({"name":""})", R"({"name":"Ben","aliases":["Benny"]})", R"({"name":"Ben"},{"name":"Ben"})"}) {
    EXPECT_FALSE(check_plot_claims(R"({"people":[)" + std::string(people) + R"(],"events":[]})", kText)) << people;
  }
  EXPECT_FALSE(check("", R"(,"turning_points":[{"kind":"climax","quote":"Anna"},{"kind":"opportunity","quote":"Anna"}])"));
  EXPECT_FALSE(check("", R"(,"turning_points":[{"kind":"happy_end","quote":"Anna"}])"));
  EXPECT_FALSE(check("", R"(,"key_sentences":["They live happily ever after."])"));
  for (const std::string_view other : {"", "{}", "[]", R"({"people":[]})", R"({"people":7,"events":[]})"})
    EXPECT_FALSE(check_plot_claims(other, kText)) << other;
  EXPECT_THAT(check("")->events, ElementsAre());
}

}  // namespace
}  // namespace cineloom
