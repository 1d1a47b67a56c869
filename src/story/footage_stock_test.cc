#include "story/internal/footage_stock.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "story/exports/exports.h"
#include "story/story_engine.h"

namespace cineloom {
namespace {

using story::FootageStock;

BibleScene scene(std::vector<std::string> people, int at, double valence = 0, double tension = 0.5) {
  return {.people = std::move(people),
          .piece = {.file = "film.mp4", .begin = std::chrono::seconds(at), .end = std::chrono::seconds(at + 10)},
          .valence = valence,
          .tension = tension};
}

Bible bible_with(std::vector<BibleScene> scenes) {
  Bible bible;
  bible.characters = {{.name = "Mira", .role = "hero"}, {.name = "Pip", .role = "ally"}, {.name = "Duke", .role = "foe"}, {.name = "Tam", .role = "mentor"}};
  bible.scenes = std::move(scenes);
  return bible;
}

StoryEvent meeting(double valence, double tension) {
  return {.actors = {"hero"}, .added = {{"friends", "hero", "ally"}}, .valence = valence, .tension = tension};
}

FilmTime begin_of(const StoryNode& node, std::size_t piece) { return node.footage.at(piece).begin; }

TEST(FootageStock, ShowsAnEventWithAllItsPeopleAndFewOthers) {
  const Bible bible = bible_with({scene({"Mira"}, 0), scene({"Mira", "Pip", "Duke", "Tam"}, 100), scene({"Mira", "Pip"}, 200)});
  const FootageStock stock(bible);
  StoryGraph graph{.start = "a", .nodes = {{.id = "a", .events = {meeting(0, 0.5)}}}};
  stock.dress(graph);
  ASSERT_EQ(graph.nodes[0].footage.size(), 1U);
  EXPECT_EQ(begin_of(graph.nodes[0], 0), std::chrono::seconds(200));
}

TEST(FootageStock, PrefersWhatFeelsAlikeAndWasNotShownYet) {
  const Bible bible = bible_with({scene({"Mira", "Pip"}, 0, 0, 0.5), scene({"Mira", "Pip"}, 100, 0.5, 0.1)});
  const FootageStock stock(bible);
  StoryGraph graph{.start = "a", .nodes = {{.id = "a", .events = {meeting(0.4, 0.2), meeting(0.4, 0.2)}}}};
  stock.dress(graph);
  ASSERT_EQ(graph.nodes[0].footage.size(), 2U);
  EXPECT_EQ(begin_of(graph.nodes[0], 0), std::chrono::seconds(100));
  EXPECT_EQ(begin_of(graph.nodes[0], 1), std::chrono::seconds(0)) << "the other was shown a moment ago";
}

TEST(FootageStock, LeavesWhatNoSceneShowsToTheText) {
  const Bible bible = bible_with({scene({"Mira"}, 0), scene({"Nobody of the bible"}, 100)});
  const FootageStock stock(bible);
  StoryGraph graph{.start = "a", .nodes = {{.id = "a", .events = {meeting(0, 0.5)}}, {.id = "b", .events = {StoryEvent{.actors = {"foe"}}}}}};
  stock.dress(graph);
  EXPECT_TRUE(graph.nodes[0].footage.empty());
  EXPECT_TRUE(graph.nodes[1].footage.empty());
  const Bible empty;
  EXPECT_TRUE(FootageStock(empty).is_empty());
}

/// Share of events on the default ways of several stories that footage shows, with the footage known to the planner or added behind it.
double shown_share(bool is_known_to_planner) {
  static const auto library = SchemaLibrary::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story");
  const Bible with = bible_with({scene({"Mira", "Pip"}, 0), scene({"Pip"}, 100)});
  Bible without = with;
  without.scenes.clear();
  int shown = 0;
  int all = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Progress progress;
    const auto story = write_story({.language = "en", .seed = seed, .bible = is_known_to_planner ? with : without}, *library, progress, {});
    if (!story) return -1;
    StoryGraph graph = story->graph;
    FootageStock(with).dress(graph);
    const auto way = take_way(graph, {});
    if (!way) return -1;
    for (const StoryNode* node : *way) {
      shown += static_cast<int>(node->footage.size());
      all += static_cast<int>(node->events.size());
    }
  }
  return static_cast<double>(shown) / all;
}

TEST(FootageStock, MakesThePlannerTellMoreOfWhatCanBeShown) { EXPECT_GT(shown_share(true), shown_share(false) + 0.05); }

}  // namespace
}  // namespace cineloom
