#include "cli/story_game.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cineloom::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// start -> (left | right); left -> bridge -> (good | bad); right -> bad.
Story small_story() {
  const auto choice = [](const char* to) { return StoryChoice{.id = to, .label = {std::string("go ") + to, std::string("去") + to}, .to = to}; };
  Story story{.request = {.language = "en"}, .title = {"Small", "小"}};
  story.graph.start = "start";
  story.graph.nodes = {{.id = "start", .choices = {choice("left"), choice("right")}, .default_choice = "left"},
                       {.id = "left", .choices = {choice("bridge")}, .default_choice = "bridge"},
                       {.id = "bridge", .choices = {choice("good"), choice("bad")}, .default_choice = "good"},
                       {.id = "right", .choices = {choice("bad")}, .default_choice = "bad"},
                       {.id = "good", .ending = LocalText{"Good", "好"}},
                       {.id = "bad", .ending = LocalText{"Bad", "坏"}}};
  return story;
}

TEST(StoryGame, GoesWhereItIsToldAndCountsEndings) {
  const Story story = small_story();
  StoryGame game(story);
  EXPECT_FALSE(game.choose(2));
  EXPECT_TRUE(game.choose(0));
  EXPECT_TRUE(game.choose(0));
  EXPECT_TRUE(game.choose(1));
  EXPECT_TRUE(game.is_over());
  EXPECT_EQ(game.endings(), 2U);
  EXPECT_EQ(game.endings_seen(), 1U);
}

TEST(StoryGame, GoesBackToTheLastDecision) {
  const Story story = small_story();
  StoryGame game(story);
  EXPECT_FALSE(game.undo());
  game.choose(0);
  game.choose(0);
  game.choose(1);
  EXPECT_TRUE(game.undo());
  EXPECT_EQ(game.node().id, "bridge");
  EXPECT_TRUE(game.undo());  // past the node with one way on
  EXPECT_EQ(game.node().id, "start");
  EXPECT_EQ(game.endings_seen(), 1U);  // what was seen stays so
}

TEST(StoryGame, DrawsWhatWasSeenAndNoMore) {
  const Story story = small_story();
  StoryGame game(story);
  EXPECT_EQ(game.map(), "◆ Small\n├─ ? go left\n└─ ? go right\n");
  game.choose(1);
  game.choose(0);
  game.restart();
  game.choose(0);
  EXPECT_EQ(game.map(), "● Small\n├─ ◆ go left\n│  └─ ? go bridge\n└─ ● go right\n   └─ ■ go bad — Bad —\n");
  game.choose(0);
  game.choose(1);
  // A node two ways lead to is drawn once.
  EXPECT_THAT(game.map(), HasSubstr("↑"));
}

TEST(StoryGame, IsSavedAndGoesOn) {
  const Story story = small_story();
  StoryGame game(story);
  game.choose(0);
  game.choose(0);
  StoryGame later(story);
  ASSERT_TRUE(later.load(game.save()));
  EXPECT_EQ(later.node().id, "bridge");
  EXPECT_TRUE(later.undo());
  EXPECT_EQ(later.node().id, "start");
}

TEST(StoryGame, RefusesAnotherStorysGame) {
  const Story story = small_story();
  Story other = small_story();
  other.title.english = "Another";
  StoryGame game(story);
  game.choose(1);
  EXPECT_FALSE(game.load(StoryGame(other).save()));
  EXPECT_FALSE(game.load("[]"));
  EXPECT_FALSE(game.load(R"({"story":"start/6/Small/小","choices":["left","nowhere"]})"));
  EXPECT_EQ(game.node().id, "right");
}

TEST(StoryGame, SpeaksTheStorysLanguage) {
  Story story = small_story();
  story.request.language = "zh";
  EXPECT_THAT(StoryGame(story).map(), HasSubstr("去left"));
  EXPECT_THAT(StoryGame(story).map(), Not(HasSubstr("go left")));
}

}  // namespace
}  // namespace cineloom::cli
