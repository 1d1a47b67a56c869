#include "plot/told_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kText =
    "In Paris, Anna Reed meets Ben. Anna steals the silver key because Ben betrayed Clara. After Clara left Ben, Anna follows Clara. "
    "Everything burns. As a result, Ben hates Anna Reed. Old letters arrive. Anna forgives Ben.";

std::string_view cut(Span span) { return std::string_view(kText).substr(span.begin, span.end - span.begin); }

TEST(ToldPlot, NamesPeopleWithTheirForms) {
  const ToldPlot told = read_told_plot(kText, nullptr);
  ASSERT_GE(told.people.size(), 3U);
  EXPECT_EQ(told.people[0].name, "Anna Reed");
  EXPECT_THAT(told.people[0].aliases, ElementsAre("Anna"));
  EXPECT_EQ(told.people[0].mentions.size(), 5U);
  EXPECT_EQ(cut(told.people[0].mentions[1]), "Anna");
  EXPECT_TRUE(std::ranges::none_of(told.people, [](const ToldPerson& person) { return person.name == "Everything" || person.name == "Old"; }));
}

TEST(ToldPlot, CountsWhoStandsTogether) {
  const ToldPlot told = read_told_plot(kText, nullptr);
  const auto found = std::ranges::find_if(told.relations, [](const ToldRelation& relation) { return relation.a == "Anna Reed" && relation.b == "Ben"; });
  ASSERT_NE(found, told.relations.end());
  EXPECT_EQ(found->sentences, 5);
  EXPECT_TRUE(cut(found->first).starts_with("In Paris"));
}

TEST(ToldPlot, TellsWhoDidWhatAndWhy) {
  const ToldPlot told = read_told_plot(kText, nullptr);
  const auto find = [&](std::string_view subject, std::string_view verb) {
    return std::ranges::find_if(told.events, [&](const ToldEvent& event) { return event.subject == subject && event.verb == verb; });
  };
  const auto stole = find("Anna Reed", "steals");
  const auto betrayed = find("Ben", "betrayed");
  const auto followed = find("Anna Reed", "follows");
  ASSERT_TRUE(stole != told.events.end() && betrayed != told.events.end() && followed != told.events.end());
  EXPECT_EQ(stole->object, "the silver key");
  EXPECT_EQ(cut(stole->span), "Anna steals the silver key");
  EXPECT_EQ(betrayed->object, "Clara");
  ASSERT_TRUE(stole->cause && followed->cause);
  EXPECT_EQ(told.events[static_cast<std::size_t>(*stole->cause)].verb, "betrayed");
  EXPECT_EQ(told.events[static_cast<std::size_t>(*followed->cause)].verb, "left");
  EXPECT_EQ(told.events[static_cast<std::size_t>(*find("Ben", "hates")->cause)].verb, "follows");
}

TEST(ToldPlot, PicksSentencesThatOthersSpeakOf) {
  const ToldPlot told = read_told_plot(kText, nullptr);
  EXPECT_EQ(told.key_sentences.size(), 5U);
  EXPECT_TRUE(std::ranges::none_of(told.key_sentences, [](Span span) { return cut(span).starts_with("Everything"); }));
}

TEST(ToldPlot, HasTurningPointsOnlyByAModel) {
  const auto model = *SynopsisTurnModel::load(SynopsisTurnModel::pack({}));
  EXPECT_THAT(read_told_plot(kText, nullptr).turning_points, IsEmpty());
  EXPECT_EQ(read_told_plot(kText, &model).turning_points.size(), 5U);
}

TEST(ToldPlot, StaysInsideAnyBytes) {
  Random random(5);
  constexpr std::string_view kPieces[] = {"Anna ", "meets ", ". ", "\xFF", "。", "Ben's ", "because ", "\n", "Mr. ", "\xE4\xBA", ", "};
  for (int run = 0; run < 200; ++run) {
    std::string text;
    for (std::uint64_t i = random.below(60); i > 0; --i) text += kPieces[random.below(std::size(kPieces))];
    const ToldPlot told = read_told_plot(text, nullptr);
    for (const ToldEvent& event : told.events) {
      EXPECT_LE(event.span.end, text.size());
      if (event.cause) { EXPECT_LT(static_cast<std::size_t>(*event.cause), told.events.size()); }
    }
  }
  EXPECT_TRUE(read_told_plot("", nullptr).people.empty());
}

}  // namespace
}  // namespace cineloom
