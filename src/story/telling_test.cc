#include "story/internal/telling.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "story/checker.h"
#include "story/story_engine.h"

namespace cineloom::story {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Cast kCast = {{"hero", "Mira"}, {"ally", "Pip"}, {"foe", "the Grey Duke"}, {"item", "lamp"}};

std::string as_hero(const std::string& text) { return fill_as("hero", text, kCast, "en"); }

TEST(Telling, PutsNamesIntoSlots) {
  EXPECT_EQ(fill("{foe} gave {hero:me} the {item}. {hero+ally:They} left; it was {hero:mine}.", kCast),
            "The Grey Duke gave Mira the lamp. They left; it was Mira's.");
  EXPECT_EQ(fill("\"Is it far?\" asked {ally}. {nobody} stays.", kCast), "\"Is it far?\" asked Pip. {nobody} stays.");
}

TEST(Telling, ANarratorIsIMeMyMineAndWe) {
  EXPECT_EQ(as_hero("{foe} gave {hero:me} the {item}."), "The Grey Duke gave me the lamp.");
  EXPECT_EQ(as_hero("{hero}'s name was on {ally}'s list, and it was {hero:mine}."), "My name was on Pip's list, and it was mine.");
  EXPECT_EQ(as_hero("{hero+ally:They} kept {hero+ally:their} hats on. {ally+foe:They} did not."), "We kept our hats on. They did not.");
  EXPECT_EQ(as_hero("{hero} and {ally} left. {hero} still {hero:has} the {item}."), "Pip and I left. I still have the lamp.");
  EXPECT_EQ(as_hero("{hero} and {ally}'s dog left."), "I and Pip's dog left.");
}

TEST(Telling, WhatOthersSayAloudKeepsTheName) {
  EXPECT_EQ(as_hero("\"To {hero},\" said {foe}, and {hero} drank."), "\"To Mira,\" said the Grey Duke, and I drank.");
  EXPECT_EQ(fill_as("hero", "“{hero}呢？”{ally}问，{hero}没有回答，{hero+ally:他们}走了。", kCast, "zh"), "“Mira呢？”Pip问，我没有回答，我们走了。");
}

TEST(Telling, TheNarratorsOwnSpeechIsTurned) {
  EXPECT_EQ(as_hero("\"Go,\" said {hero}, and {ally} went."), "\"Go,\" I said, and Pip went.");
  EXPECT_EQ(as_hero("\"Go,\" said {hero}, who had time."), "\"Go,\" said I, who had time.");
}

TEST(Telling, AnyOfThePeopleCanTellAStoryAndItStaysSound) {
  const auto library = SchemaLibrary::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story");
  ASSERT_TRUE(library);
  for (const char* who : {"hero", "ally", "foe", "mentor"}) {
    for (const char* language : {"en", "zh"}) {
      Progress progress;
      const auto story = write_story({.language = language, .seed = 11, .point_of_view = who}, *library, progress, CancelToken());
      ASSERT_TRUE(story) << story.error().describe();
      EXPECT_THAT(story->findings, IsEmpty());
      std::string text;
      for (const StoryNode& node : story->graph.nodes) text += node.text;
      EXPECT_THAT(text, Not(HasSubstr("{")));
      if (std::string_view(who) == "hero") { EXPECT_THAT(text, HasSubstr(std::string_view(language) == "zh" ? "我" : " I ")); }
    }
  }
}

TEST(Telling, AStyleChoosesAmongTellings) {
  EventSchema schema{.name = "x"};
  schema.text.english = {"{hero} went a long way round and came to the door at last.", "{hero} came.", "\"Here,\" said {hero}, at the door."};
  for (Seed seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(tell(schema, kCast, {.language = "en", .style = "terse"}, seed), "Mira came.");
    EXPECT_EQ(tell(schema, kCast, {.language = "en", .style = "talkative"}, seed), "\"Here,\" said Mira, at the door.");
  }
}

}  // namespace
}  // namespace cineloom::story
