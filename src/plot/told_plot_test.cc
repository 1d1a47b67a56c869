#include "plot/told_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/utf8.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

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

TEST(ToldPlot, TakesPlacesForPlaces) {
  const ToldPlot told = read_told_plot(
      "In Ravenmoor, Anna Reed meets Ben. Anna works at Holloway House near Ravenmoor. Ben leaves London for Berlin. Anna follows Ben to Ravenmoor. "
      "Paris loves Anna. Paris leaves. Mr. Holloway hires Ben.",
      nullptr);
  const auto is_person = [&](std::string_view name) { return std::ranges::find(told.people, name, &ToldPerson::name) != told.people.end(); };
  for (const char* place : {"Ravenmoor", "Holloway House", "London", "Berlin"}) EXPECT_FALSE(is_person(place)) << place;
  for (const char* person : {"Anna Reed", "Ben", "Paris", "Mr Holloway"}) EXPECT_TRUE(is_person(person)) << person;
}

const std::string kChinese =
    "少年王小明和母亲住在海边小镇。一天，王小明遇见了女孩李雪。因为李雪失去了父亲，小明决定帮助李雪。老警察赵铁柱怀疑王小明偷走了钥匙，于是赵铁柱逮捕了王小明！"
    "李雪找到了真正的小偷杰克·罗森。杰克背叛了赵铁柱。后来，王小明原谅了赵铁柱。小镇的时间仿佛停住，人们非常高兴。";

std::string_view cut_chinese(Span span) { return std::string_view(kChinese).substr(span.begin, span.end - span.begin); }

TEST(ToldPlot, NamesPeopleOfChineseTexts) {
  const ToldPlot told = read_told_plot(kChinese, nullptr);
  std::vector<std::string> names;
  for (const ToldPerson& person : told.people) names.push_back(person.name);
  EXPECT_THAT(names, UnorderedElementsAre("王小明", "李雪", "赵铁柱", "杰克·罗森"));
  const auto& ming = *std::ranges::find(told.people, "王小明", &ToldPerson::name);
  EXPECT_THAT(ming.aliases, ElementsAre("小明"));
  EXPECT_EQ(ming.mentions.size(), 6U);
  for (const Span& mention : ming.mentions) EXPECT_TRUE(cut_chinese(mention) == "王小明" || cut_chinese(mention) == "小明");
  EXPECT_THAT(std::ranges::find(told.people, "杰克·罗森", &ToldPerson::name)->aliases, ElementsAre("杰克"));
}

TEST(ToldPlot, NamesPeopleOfASingleChineseSentenceByTheirDeeds) {
  const ToldPlot told = read_told_plot("林晓偷走公爵的地图，老周帮助林晓，高兴地离开古城。", nullptr);
  std::vector<std::string> names;
  for (const ToldPerson& person : told.people) names.push_back(person.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("林晓", "公爵", "老周"));
  ASSERT_GE(told.events.size(), 2U);
  EXPECT_EQ(told.events[0].object, "公爵");
  EXPECT_EQ(told.events[1].subject, "老周");
  EXPECT_EQ(told.events[1].object, "林晓");
}

TEST(ToldPlot, TellsWhoDidWhatInChineseTexts) {
  const ToldPlot told = read_told_plot(kChinese, nullptr);
  const auto find = [&](std::string_view subject, std::string_view verb) {
    return std::ranges::find_if(told.events, [&](const ToldEvent& event) { return event.subject == subject && event.verb == verb; });
  };
  const auto met = find("王小明", "遇见");
  const auto lost = find("李雪", "失去");
  const auto decided = find("王小明", "决定帮助");
  const auto arrested = find("赵铁柱", "逮捕");
  const auto betrayed = find("杰克·罗森", "背叛");
  ASSERT_TRUE(met != told.events.end() && lost != told.events.end() && decided != told.events.end() && arrested != told.events.end() &&
              betrayed != told.events.end());
  EXPECT_EQ(lost->object, "父亲");
  EXPECT_EQ(arrested->object, "王小明");
  EXPECT_EQ(cut_chinese(arrested->span), "赵铁柱逮捕了王小明");
  EXPECT_EQ(betrayed->object, "赵铁柱");
  ASSERT_TRUE(decided->cause && arrested->cause);
  EXPECT_EQ(told.events[static_cast<std::size_t>(*decided->cause)].verb, "失去");
  EXPECT_FALSE(told.key_sentences.empty());
}

TEST(ToldPlot, SufferingIsNoDeedOfTheSufferer) {
  const ToldPlot told = read_told_plot("张伟被李强杀死。李强逃走。张伟的妹妹张敏追查李强。", nullptr);
  ASSERT_FALSE(told.events.empty());
  EXPECT_EQ(told.events[0].subject, "李强");
  EXPECT_EQ(told.events[0].verb, "杀死");
  EXPECT_EQ(told.events[0].object, "张伟");
}

TEST(ToldPlot, ReadsLongChineseTextsInLinearTime) {
  std::string text;
  Random random(9);
  while (text.size() < 1'500'000) {
    for (const std::string_view piece : {"王", "李", "小", "爱上", "杰克", "·"}) text += random.below(2) == 0 ? piece : "明";
    append_utf8(text, U'一' + static_cast<char32_t>(random.below(2000)));
  }
  EXPECT_LE(read_told_plot(text, nullptr).people.size(), 300U);
}

TEST(ToldPlot, StaysInsideAnyBytes) {
  Random random(5);
  constexpr std::string_view kPieces[] = {"Anna ", "meets ", ". ",   "\xFF", "。", "Ben's ",   "because ", "\n",
                                          "Mr. ",  "王小明", "爱上", "因为", "·",  "\xE4\xBA", ", "};
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
