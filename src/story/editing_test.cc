#include "story/editing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "story/testing/hostile_story.h"

namespace cineloom {
namespace {

using ::testing::IsEmpty;

Story small_story() {
  Story story{.request = {.language = "en"}, .title = {"Ada and the lamp", "阿达与灯"}};
  story.bible = {.characters = {{.name = "Ada", .role = "hero"}, {.name = "Bo", .role = "ally"}}, .places = {"Mill"}, .items = {"lamp"}};
  story.bible.facts = {{.predicate = "at", .subject = "hero", .object = "Mill"}};
  story.graph.start = "a";
  story.graph.nodes = {{.id = "a", .text = "Ada took the lamp. Adamant, she left the Mill."}};
  story.graph.nodes[0].ending = LocalText{"End", "终"};
  story.graph.nodes[0].events = {{.schema = "leave", .actors = {"hero"}, .preconditions = {{"at", "hero", "Mill"}}, .removed = {{"at", "hero", "Mill"}}}};
  return story;
}

StoryEdit rewrite(std::string text) { return {.kind = StoryEditKind::Rewrite, .node = "a", .text = std::move(text)}; }
StoryEdit of_kind(StoryEditKind kind) { return {.kind = kind, .node = "a"}; }
StoryEdit rename(std::string from, std::string to) { return {.kind = StoryEditKind::Rename, .from = std::move(from), .to = std::move(to)}; }
StoryEdit choose(int version) { return {.kind = StoryEditKind::Choose, .node = "a", .version = version}; }

std::string text_of(const Expected<EditedStory>& edited) { return edited ? edited->story.graph.nodes[0].text : edited.error().describe(); }

TEST(Editing, TakesBackAndDoesAgainAtAnyDepth) {
  StoryLog log{.first = small_story()};
  for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(add_edit(log, rewrite(text)));
  EXPECT_EQ(text_of(undo_edit(log)), "two");
  EXPECT_EQ(text_of(undo_edit(log)), "one");
  EXPECT_EQ(text_of(undo_edit(log)), log.first.graph.nodes[0].text);
  EXPECT_EQ(undo_edit(log).error().code(), ErrorCode::Conflict);
  EXPECT_EQ(text_of(redo_edit(log)), "one");
  EXPECT_EQ(text_of(redo_edit(log)), "two");
  EXPECT_EQ(text_of(add_edit(log, rewrite("other"))), "other");
  EXPECT_EQ(redo_edit(log).error().code(), ErrorCode::Conflict);  // what was taken back is forgotten
}

TEST(Editing, KeepsEveryVersionToChooseFrom) {
  StoryLog log{.first = small_story()};
  ASSERT_TRUE(add_edit(log, rewrite("one")));
  ASSERT_TRUE(add_edit(log, {.kind = StoryEditKind::Retell, .node = "a", .text = "two", .seed = 7}));
  const auto first = add_edit(log, choose(0));
  ASSERT_TRUE(first);
  EXPECT_EQ(text_of(first), log.first.graph.nodes[0].text);
  EXPECT_EQ(first->nodes[0].versions.size(), 3U);
  EXPECT_EQ(first->nodes[0].versions[2].seed, 7U);
  EXPECT_EQ(text_of(add_edit(log, choose(2))), "two");
  EXPECT_EQ(add_edit(log, choose(3)).error().code(), ErrorCode::NotFound);
}

TEST(Editing, LeavesLockedNodesAsTheyAre) {
  StoryLog log{.first = small_story()};
  ASSERT_TRUE(add_edit(log, of_kind(StoryEditKind::Lock)));
  EXPECT_EQ(add_edit(log, rewrite("one")).error().code(), ErrorCode::Conflict);
  EXPECT_EQ(log.edits.size(), 1U);  // what failed is not in the log
  ASSERT_TRUE(add_edit(log, of_kind(StoryEditKind::Unlock)));
  EXPECT_EQ(text_of(add_edit(log, rewrite("one"))), "one");
}

TEST(Editing, RenamesWholeNamesEverywhereAndStaysSound) {
  StoryLog log{.first = small_story()};
  ASSERT_TRUE(add_edit(log, rewrite("Ada sang in Mill.")));
  ASSERT_TRUE(add_edit(log, rename("Ada", "李雷")));
  const auto edited = add_edit(log, rename("Mill", "the old Mill"));
  ASSERT_TRUE(edited) << edited.error().describe();
  EXPECT_EQ(text_of(edited), "李雷 sang in the old Mill.");
  EXPECT_EQ(edited->nodes[0].versions[0].text, "李雷 took the lamp. Adamant, she left the the old Mill.");
  EXPECT_EQ(edited->story.title.english, "李雷 and the lamp");
  EXPECT_EQ(edited->story.bible.facts[0].object, "the old Mill");
  EXPECT_THAT(edited->story.findings, IsEmpty());
  EXPECT_EQ(add_edit(log, rename("lamp", "Bo")).error().code(), ErrorCode::Conflict);
  EXPECT_EQ(add_edit(log, rename("nobody", "x")).error().code(), ErrorCode::NotFound);
}

TEST(Editing, RemembersNotes) {
  StoryLog log{.first = small_story()};
  ASSERT_TRUE(add_edit(log, {.kind = StoryEditKind::Note, .text = "darker"}));
  const auto edited = add_edit(log, {.kind = StoryEditKind::Note, .node = "a", .text = "rain"});
  EXPECT_EQ(edited->note, "darker");
  EXPECT_EQ(edited->nodes[0].note, "rain");
}

TEST(Editing, RefusesNoWordsAndTooMany) {
  StoryLog log{.first = small_story()};
  EXPECT_EQ(add_edit(log, rewrite(" \n")).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(add_edit(log, rewrite(std::string(kMostEditBytes + 1, 'x'))).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(add_edit(log, {.kind = StoryEditKind::Rewrite, .node = "nowhere", .text = "x"}).error().code(), ErrorCode::NotFound);
  EXPECT_THAT(log.edits, IsEmpty());
}

TEST(Editing, TakesHostileWordsAndGivesTheSameStoryAgain) {
  for (Seed seed = 1; seed < 30; ++seed) {
    Random random(seed);
    StoryLog log{.first = testing::hostile_story(seed, 6)};
    for (int i = 0; i < 20; ++i) {
      const std::string node = log.first.graph.nodes[random.below(6)].id;
      std::ignore = add_edit(log, {.kind = static_cast<StoryEditKind>(random.below(7)),
                                   .node = node,
                                   .text = testing::hostile_text(random, true),
                                   .version = static_cast<int>(random.below(4)),
                                   .from = testing::hostile_text(random, true),
                                   .to = testing::hostile_text(random, true)});
    }
    const auto once = replay(log);
    const auto twice = replay(log);
    ASSERT_TRUE(once && twice);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(once->story.graph.nodes[i].text, twice->story.graph.nodes[i].text);
  }
}

}  // namespace
}  // namespace cineloom
