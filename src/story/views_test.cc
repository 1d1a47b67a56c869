#include "story/views.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "story/exports/exports.h"
#include "story/story_engine.h"

namespace cineloom {
namespace {

SchemaLibrary small_library() {
  SchemaLibrary library;
  library.views["gift"] = {.synopsis = {.english = "{mentor} {mentor:gives} {hero:me} the {item}.", .chinese = "{mentor}把{item}交给{hero}。"},
                           .dialogue = {.english = {{.role = "mentor", .terse = "Here.", .talkative = "Here, {hero}, and never say where you had it from."},
                                                    {.role = "voice", .terse = "Well.", .talkative = "Well, well, well."}},
                                        .chinese = {{.role = "mentor", .terse = "拿着。", .talkative = "拿着，{hero}，别说是谁给的。"}}}};
  library.views["rest"] = {.synopsis = {.english = "{hero} {hero:rests}.", .chinese = "{hero}歇下了。"},
                           .dialogue = {.english = {{.role = "hero", .terse = "Enough.", .talkative = "That was quite enough for one day."}},
                                        .chinese = {{.role = "hero", .terse = "够了。", .talkative = "今天真是够了。"}}}};
  return library;
}

Story small_story(const std::string& language = "en") {
  Story story;
  story.request.language = language;
  story.bible.characters = {{.name = "Mira", .role = "hero", .voice = "talkative"}, {.name = "old Tam", .role = "mentor", .voice = "terse"}};
  story.bible.items = {"lamp"};
  story.bible.places = {"the harbour", "the road", "the tower"};
  StoryNode start{.id = "a",
                  .text = "Told once.\nTold twice.",
                  .events = {StoryEvent{.schema = "gift", .preconditions = {{"at", "hero", "road"}}}, StoryEvent{.schema = "rest"}}};
  start.choices = {{.id = "go", .to = "b"}};
  start.default_choice = "go";
  StoryNode end{.id = "b", .text = "Of the film.", .events = {StoryEvent{.schema = "of a film"}}, .ending = LocalText{.english = "Home", .chinese = "回家"}};
  story.graph = {.start = "a", .nodes = {start, end}};
  return story;
}

TEST(StoryViews, TellWhatHappensInPlainSentences) {
  const auto lines = see_story(small_story(), StoryView::Synopsis, small_library());
  EXPECT_EQ(lines.at("a"), (std::vector<StoryLine>{{.speaker = "", .text = "Old Tam gives Mira the lamp. Mira rests."}}));
  EXPECT_EQ(see_story(small_story("zh"), StoryView::Synopsis, small_library()).at("a").front().text, "Old Tam把lamp交给Mira。Mira歇下了。");
}

TEST(StoryViews, LetEverybodySpeakInTheirVoice) {
  const auto lines = see_story(small_story(), StoryView::Dialogue, small_library()).at("a");
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[1], (StoryLine{.speaker = "old Tam", .text = "Here."}));
  EXPECT_EQ(lines[2].speaker, "Somebody");
  EXPECT_EQ(lines[4], (StoryLine{.speaker = "Mira", .text = "That was quite enough for one day."}));
}

TEST(StoryViews, KeepThePointOfViewInWhatHappensAndNamesInWhatIsSaid) {
  Story story = small_story();
  story.request.point_of_view = "hero";
  story.bible.characters.back().voice = "talkative";
  const auto lines = see_story(story, StoryView::Dialogue, small_library()).at("a");
  EXPECT_EQ(lines[0].text, "Old Tam gives me the lamp.");
  EXPECT_EQ(lines[1].text, "Here, Mira, and never say where you had it from.");
  EXPECT_EQ(lines[3].text, "I rest.");
}

TEST(StoryViews, LeaveScenesAndWhatTheyDoNotKnowAsTold) {
  const Story story = small_story();
  const StoryLines scenes = see_story(story, StoryView::Scene, small_library());
  EXPECT_EQ(scenes.at("a").size(), 2U);
  EXPECT_EQ(with_lines(story, scenes).graph.nodes.front().text, story.graph.nodes.front().text);
  EXPECT_EQ(see_story(story, StoryView::Dialogue, small_library()).at("b").front().text, "Of the film.");
}

TEST(StoryViews, BecomeTextThatAnyFormatReads) {
  const Story story = small_story();
  const Story seen = with_lines(story, see_story(story, StoryView::Dialogue, small_library()));
  EXPECT_TRUE(seen.graph.nodes.front().text.starts_with("Old Tam gives Mira the lamp.\nold Tam: Here.\n")) << seen.graph.nodes.front().text;
  EXPECT_TRUE(write_markdown(seen).contains("old Tam: Here."));
}

TEST(StoryViews, BecomeDialogueInAScreenplay) {
  const Story story = small_story();
  const Screenplay screenplay = screenplay_of(story, see_story(story, StoryView::Dialogue, small_library()));
  const auto cue = std::ranges::find(screenplay.elements, ElementKind::CharacterCue, &ScreenplayElement::kind);
  ASSERT_NE(cue, screenplay.elements.end());
  EXPECT_EQ(cue->text, "old Tam");
  EXPECT_EQ(std::next(cue)->kind, ElementKind::Dialogue);
  EXPECT_TRUE(std::ranges::any_of(screenplay.elements, [](const ScreenplayElement& each) { return each.text == "INT./EXT. the road"; })) << "where the hero is";
}

TEST(StoryViews, AreNamed) {
  EXPECT_EQ(*find_story_view(""), StoryView::Scene);
  EXPECT_EQ(*find_story_view("synopsis"), StoryView::Synopsis);
  const auto unknown = find_story_view("opera");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), ErrorCode::InvalidArgument);
}

class ShippedViews : public testing::TestWithParam<std::string> {};

/// Many stories: what is said is of this story, names whoever there is, and nobody says the same twice on a way.
TEST_P(ShippedViews, FillAllTheirSlotsAndRepeatNothing) {
  const auto library = SchemaLibrary::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story");
  ASSERT_TRUE(library) << library.error().describe();
  Progress progress;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto written = write_story(
        {.arc = static_cast<ArcShape>(seed % 6), .language = GetParam(), .seed = seed, .decisions = 4, .point_of_view = seed % 2 == 0 ? "hero" : ""}, *library,
        progress, CancelToken());
    ASSERT_TRUE(written) << written.error().describe();
    const StoryLines lines = see_story(*written, StoryView::Dialogue, *library);
    const auto way = take_way(written->graph, {});
    ASSERT_TRUE(way);
    std::set<std::string> said;
    for (const StoryNode* node : *way) {
      EXPECT_GT(lines.at(node->id).size(), node->events.size());
      for (const StoryLine& line : lines.at(node->id)) {
        EXPECT_FALSE(line.text.contains('{')) << line.text;
        EXPECT_TRUE(line.speaker.empty() || said.insert(line.text).second) << line.text;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Languages, ShippedViews, testing::Values("en", "zh"));

}  // namespace
}  // namespace cineloom
