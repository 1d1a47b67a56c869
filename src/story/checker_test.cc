#include "story/checker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <iostream>

#include "story/story_engine.h"
#include "story/testing/hostile_story.h"
#include "story/testing/mutations.h"

namespace cineloom {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

/// Sound stories of every arc in both languages.
const std::vector<Story>& sound_stories() {
  static const std::vector<Story> stories = [] {
    const auto library = SchemaLibrary::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story");
    constexpr std::array kArcs = {ArcShape::RagsToRiches, ArcShape::Tragedy, ArcShape::ManInAHole, ArcShape::Icarus, ArcShape::Cinderella, ArcShape::Oedipus};
    std::vector<Story> written;
    for (std::size_t i = 0; i < 2 * kArcs.size(); ++i) {
      Progress progress;
      auto story = write_story({.arc = kArcs[i % kArcs.size()], .language = i % 2 == 0 ? "en" : "zh", .seed = i + 1}, *library, progress, {});
      EXPECT_TRUE(story) << story.error().describe();
      if (story) written.push_back(*std::move(story));
    }
    return written;
  }();
  return stories;
}

StoryNode node(std::string id, std::vector<std::string> ways) {
  StoryNode made{.id = std::move(id)};
  for (const std::string& way : ways) made.choices.push_back({.id = "to_" + way, .label = {"to " + way, "去" + way}, .to = way});
  if (ways.empty()) made.ending = LocalText{"End", "终"};
  if (!ways.empty()) made.default_choice = made.choices[0].id;
  return made;
}

Fact fact(std::string predicate, std::string subject, std::string object = "") {
  return {.predicate = std::move(predicate), .subject = std::move(subject), .object = std::move(object)};
}

/// left and right both lead to the last node.
StoryGraph diamond() {
  return {.start = "first", .nodes = {node("first", {"left", "right"}), node("left", {"last"}), node("right", {"last"}), node("last", {})}};
}

std::vector<std::string> kinds_of(const StoryGraph& graph, const std::set<Fact>& beginning = {}) {
  std::vector<std::string> kinds;
  for (const StoryFinding& finding : check_story(graph, beginning)) kinds.push_back(finding.kind);
  return kinds;
}

TEST(Checker, FindsNothingInSoundStories) {
  for (const Story& story : sound_stories()) EXPECT_THAT(faults_of(story), IsEmpty());
}

TEST(Checker, CatchesEveryMutant) {
  for (const testing::Mutation& mutation : testing::mutations()) {
    const auto count = testing::count_caught(mutation, sound_stories(), 100, 20000, [](const Story& story) { return check_story(story); });
    EXPECT_EQ(count.made, 100) << mutation.name;
    EXPECT_EQ(count.caught, count.made) << mutation.name;
  }
}

TEST(Checker, TellsWhatIsTrueOnSomePathsFromWhatIsTrueOnNone) {
  StoryGraph graph = diamond();
  graph.nodes[1].events = {{.schema = "find", .added = {fact("has", "hero", "key")}}};
  graph.nodes[2].events = {{.schema = "rest", .added = {fact("rested", "hero")}}};
  graph.nodes[3].events = {{.schema = "open", .preconditions = {fact("has", "hero", "key")}}};
  EXPECT_THAT(kinds_of(graph), ::testing::ElementsAre("contradiction"));
  graph.nodes[2].events[0].added.push_back(fact("has", "hero", "key"));
  EXPECT_THAT(kinds_of(graph), IsEmpty());
  for (StoryNode& one : graph.nodes) {
    for (StoryEvent& event : one.events) std::erase(event.added, fact("has", "hero", "key"));
  }
  EXPECT_THAT(kinds_of(graph), Contains("never_enabled"));
}

TEST(Checker, FollowsFactsRoundLoops) {
  // The second time round the key is gone.
  StoryGraph graph{.start = "room", .nodes = {node("room", {"door"}), node("door", {"out", "room"}), node("out", {})}};
  graph.nodes[0].events = {{.schema = "drop", .preconditions = {fact("has", "hero", "key")}, .removed = {fact("has", "hero", "key")}}};
  EXPECT_THAT(kinds_of(graph, {fact("has", "hero", "key")}), ::testing::UnorderedElementsAre("loop", "contradiction"));
}

TEST(Checker, KnowsPromisesThatOnlySomePathsKeep) {
  Story story{.title = {"x", "x"}};
  story.request.language = "en";
  story.bible.setups = {"owes"};
  story.graph = diamond();
  for (StoryNode& one : story.graph.nodes) one.text = "Words.";
  story.graph.nodes[0].events = {{.schema = "borrow", .added = {fact("owes", "hero", "foe")}}};
  story.graph.nodes[1].events = {{.schema = "repay", .preconditions = {fact("owes", "hero", "foe")}, .removed = {fact("owes", "hero", "foe")}}};
  story.graph.nodes[2].events = {{.schema = "rest", .added = {fact("rested", "hero")}}};
  EXPECT_THAT(check_story(story), ::testing::ElementsAre(Field(&StoryFinding::kind, "unpaid")));
  story.graph.nodes[3].events = {{.schema = "remember", .preconditions = {}, .removed = {fact("owes", "hero", "foe")}}};
  EXPECT_THAT(check_story(story), IsEmpty());
}

TEST(Checker, MeasuresHowFarChoicesAreApart) {
  StoryGraph graph = diamond();
  graph.nodes[1].events = {{.schema = "a", .added = {fact("wise", "hero"), fact("brave", "hero")}}};
  graph.nodes[2].events = {{.schema = "b", .added = {fact("wise", "hero"), fact("lost", "hero")}}};
  EXPECT_NEAR(least_salience(graph, {}), 1 - 1.0 / 3, 1e-9);
  // Wise already: that changes nothing.
  EXPECT_NEAR(least_salience(graph, {fact("wise", "hero")}), 1, 1e-9);
}

TEST(Checker, IsThroughWithTenThousandNodesInWellUnderASecond) {
  // A ladder of 3,333 decisions whose sides meet again: 2^3333 paths.
  constexpr int kRungs = 3333;
  StoryGraph graph{.start = "d0", .nodes = {}};
  for (int i = 0; i < kRungs; ++i) {
    graph.nodes.push_back(node(fmt::format("d{}", i), {fmt::format("a{}", i), fmt::format("b{}", i)}));
    for (const char* side : {"a", "b"}) {
      StoryNode rung = node(fmt::format("{}{}", side, i), {fmt::format("d{}", i + 1)});
      for (int event = 0; event < 4; ++event) {
        rung.events.push_back({.schema = "step",
                               .preconditions = {fact("at", "hero", fmt::format("d{}", i))},
                               .added = {fact(fmt::format("seen_{}_{}", side, event), fmt::format("place{}", i))}});
      }
      rung.events.back().removed = {fact("at", "hero", fmt::format("d{}", i))};
      rung.events.back().added.push_back(fact("at", "hero", fmt::format("d{}", i + 1)));
      graph.nodes.push_back(std::move(rung));
    }
  }
  graph.nodes.push_back(node(fmt::format("d{}", kRungs), {}));
  const std::clock_t begin = std::clock();
  const auto findings = check_story(graph, {fact("at", "hero", "d0")});
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  EXPECT_THAT(findings, IsEmpty());
  EXPECT_LT(seconds, 5);  // far more than it takes, for slow machines and sanitizers
  std::cout << "processor time: " << seconds << " s\n";
}

TEST(Checker, TakesAnyStoryWhateverItsWords) {
  for (Seed seed = 0; seed < 50; ++seed) std::ignore = check_story(testing::hostile_story(seed, 1 + seed));
  EXPECT_THAT(check_story(Story{}), Contains(Field(&StoryFinding::kind, "no_start")));
}

}  // namespace
}  // namespace cineloom
