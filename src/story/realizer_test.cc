#include "story/realizer.h"

#include <gmock/gmock.h>

#include <set>

#include "story/story_engine.h"

namespace cineloom::story {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::filesystem::path kFolder = std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story";

/// Two events: the foe captures the hero; the ally frees the hero, who thanks for it.
Story two_events() {
  Story story{.request = {.language = "en", .seed = 5}};
  story.bible = {.characters = {{.name = "Mira", .role = "hero"},
                                {.name = "Pip", .role = "ally"},
                                {.name = "the Grey Duke", .role = "foe"},
                                {.name = "old Edda", .role = "mentor"}},
                 .places = {"the harbour", "the road", "the glass tower"},
                 .items = {"lantern"}};
  StoryEvent capture{.schema = "capture"};
  capture.preconditions = {{"at", "hero", "road"}};
  capture.added = {{"held", "foe", "hero"}};
  capture.removed = {{"at", "hero", "road"}};
  StoryEvent rescue{.schema = "rescue"};
  rescue.preconditions = {{"held", "foe", "hero"}, {"friends", "hero", "ally"}};
  rescue.added = {{"at", "hero", "road"}, {"indebted", "hero", "ally"}};
  rescue.removed = {{"held", "foe", "hero"}};
  story.graph = {.start = "n0", .nodes = {{.id = "n0", .text = "old words", .events = {capture, rescue}}}};
  return story;
}

class RealizerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto library = SchemaLibrary::load(kFolder);
    auto sayings = Sayings::load(kFolder);
    ASSERT_TRUE(library && sayings);
    library_ = std::move(*library);
    sayings_ = std::move(*sayings);
  }

  Expected<Retelling> retell(const std::vector<Teller>& ladder) {
    Progress progress;
    return retell_story(two_events(), ladder, library_, sayings_, progress, CancelToken());
  }

  SchemaLibrary library_;
  Sayings sayings_;
};

Teller teller(std::function<Expected<Told>(const TellingTask&)> tell, int attempts = 2) {
  return {.name = "a model", .languages = {"en"}, .attempts = attempts, .tell = std::move(tell)};
}

/// Says every new fact, and names everybody who has to be named.
Told honest(const TellingTask& task) {
  std::string text = "So it is:";
  for (const std::string& name : task.must_name) text += " " + name;
  return {.text = text + ".", .claims = task.added};
}

TEST_F(RealizerTest, WhatHoldsAgainstTheFactsIsTakenAndTheStoryNamesWhoToldIt) {
  const auto retelling = retell({teller([](const TellingTask& task) -> Expected<Told> { return honest(task); })});
  ASSERT_TRUE(retelling) << retelling.error().describe();
  EXPECT_EQ(retelling->story.realizer, "a model");
  EXPECT_EQ(retelling->told_by.at("a model"), 2);
  EXPECT_THAT(retelling->story.graph.nodes[0].text, AllOf(StartsWith("So it is: Mira the Grey Duke."), EndsWith("So it is: Mira Pip.")));
  EXPECT_EQ(retelling->story.graph.nodes[0].events.size(), 2U) << "what happens stays";
}

TEST_F(RealizerTest, WithoutARungTheTemplatesTell) {
  const auto retelling = retell({});
  ASSERT_TRUE(retelling);
  EXPECT_EQ(retelling->story.realizer, "templates");
  EXPECT_EQ(retelling->told_by.at("templates"), 2);
  EXPECT_THAT(retelling->story.graph.nodes[0].text, HasSubstr("Mira"));
}

TEST_F(RealizerTest, ATellingThatIsRefusedIsTriedAgainWithTheFaultAndThenTheTemplateTells) {
  std::vector<std::string> faults;
  std::set<Seed> seeds;
  const auto retelling = retell({teller(
      [&](const TellingTask& task) -> Expected<Told> {
        faults.push_back(task.fault);
        seeds.insert(task.seed);
        Told told = honest(task);
        told.claims.clear();
        return told;
      },
      3)});
  ASSERT_TRUE(retelling);
  EXPECT_EQ(retelling->told_by.at("templates"), 2);
  EXPECT_EQ(retelling->story.realizer, "templates");
  ASSERT_EQ(faults.size(), 6U);
  EXPECT_THAT(faults[0], IsEmpty());
  EXPECT_THAT(faults[1], StartsWith("does not say held(the Grey Duke, Mira)"));
  EXPECT_THAT(faults[3], IsEmpty()) << "each event begins anew";
  EXPECT_EQ(seeds.size(), 6U);
}

TEST_F(RealizerTest, AModelThatDoesNotAnswerIsLeftOutAfterThreeTimes) {
  int asked = 0;
  const auto retelling = retell({teller(
      [&](const TellingTask&) -> Expected<Told> {
        ++asked;
        return fail(ErrorCode::Unavailable, "gone");
      },
      2)});
  ASSERT_TRUE(retelling);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(retelling->told_by.at("templates"), 2);
}

TEST_F(RealizerTest, ANarratorIsNamedByIAndOthersAreNot) {
  const std::vector<std::string> everybody = {"Mira", "Pip"};
  TellingTask task{.language = "en", .must_name = {"Mira", "Pip"}, .may_name = {"Mira", "Pip"}, .narrator = "Mira"};
  EXPECT_THAT(fault_of({.text = "I thanked Pip.", .claims = {}}, task, everybody, sayings_), IsEmpty());
  EXPECT_THAT(fault_of({.text = "Pip was thanked.", .claims = {}}, task, everybody, sayings_), HasSubstr("does not name: Mira"));
  task.must_name = task.may_name = {"Pip"};
  EXPECT_THAT(fault_of({.text = "I saw that Pip left.", .claims = {}}, task, everybody, sayings_), HasSubstr("no part"));
}

TEST_F(RealizerTest, AnotherLanguageIsLeftToTheNextRung) {
  Story story = two_events();
  story.request.language = "zh";
  Progress progress;
  const auto retelling =
      retell_story(story, {teller([](const TellingTask& task) -> Expected<Told> { return honest(task); })}, library_, sayings_, progress, CancelToken());
  ASSERT_TRUE(retelling);
  EXPECT_EQ(retelling->told_by.at("templates"), 2);
}

TEST_F(RealizerTest, FactsAreGivenAsSentencesWithNames) {
  std::vector<TellingTask> tasks;
  std::ignore = retell({teller([&](const TellingTask& task) -> Expected<Told> {
    tasks.push_back(task);
    return honest(task);
  })});
  ASSERT_EQ(tasks.size(), 2U);
  ASSERT_EQ(tasks[0].spoken.size(), 1U);
  EXPECT_EQ(tasks[0].spoken[0].verb, "capture");
  EXPECT_EQ(tasks[0].spoken[0].who, "the Grey Duke");
  EXPECT_EQ(tasks[0].spoken[0].whom, "Mira");
  EXPECT_EQ(tasks[1].spoken.size(), 2U);
  EXPECT_THAT(tasks[1].known, ::testing::Contains(Fact{"held", "the Grey Duke", "Mira"})) << "the event before";
}

TEST_F(RealizerTest, EveryKindOfFaultIsFound) {
  TellingTask task{.language = "en",
                   .added = {{"held", "Ilse", "Mira"}},
                   .known = {{"at", "Mira", "the road"}},
                   .must_name = {"Ilse", "Mira"},
                   .may_name = {"Ilse", "Mira", "the road"}};
  const std::vector<std::string> everybody = {"Ilse", "Mira", "Pip", "the road"};
  const auto fault = [&](const std::string& text, std::vector<Fact> claims) { return fault_of({text, std::move(claims)}, task, everybody, sayings_); };
  const std::vector<Fact> all = task.added;
  EXPECT_EQ(fault("Ilse captures Mira on the road.", all), "");
  EXPECT_EQ(fault("On the road, Ilse captures Mira and says that she is in prison.", all), "");
  EXPECT_THAT(fault("", all), StartsWith("empty"));
  EXPECT_THAT(fault("Ilse captures Mira.", {}), StartsWith("does not say"));
  EXPECT_THAT(fault("Ilse captures Mira.", {task.added[0], {"has", "Mira", "lantern"}}), StartsWith("claims what is not so"));
  EXPECT_THAT(fault("Ilse captures her.", all), StartsWith("does not name"));
  EXPECT_THAT(fault("Ilse captures Mira and Pip.", all), StartsWith("names who has no part"));
  EXPECT_THAT(fault("Ilse captures Mira in Boston.", all), StartsWith("names somebody unknown: Boston"));
  EXPECT_THAT(fault("Ilse captures Mira, who dies.", all), StartsWith("says what is not so: dies"));
  EXPECT_THAT(fault("Ilse captures Mira and banishes her.", all), StartsWith("says what is not so: banishes"));
}

TEST_F(RealizerTest, SayingsSpeakOfFactsThatSchemasKnow) {
  std::set<std::string> predicates;
  for (const EventSchema& schema : library_.schemas) {
    for (const std::string& text : schema.adds) predicates.insert(parse_fact(text).predicate);
  }
  for (const Saying& saying : sayings_.facts) EXPECT_TRUE(predicates.contains(saying.predicate)) << saying.predicate;
}

}  // namespace
}  // namespace cineloom::story
