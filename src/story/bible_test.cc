#include "story/bible.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "story/checker.h"
#include "story/chronicle.h"
#include "story/story_engine.h"

namespace cineloom {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const SchemaLibrary& library() {
  static const auto loaded = SchemaLibrary::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story");
  return *loaded;
}

Bible small_bible() {
  return {.characters = {{.name = "Ines", .role = "hero", .traits = {"stubborn"}}, {.name = "Colonel Vane", .role = "foe"}, {.name = "Baptiste"}},
          .places = {"the mill"},
          .items = {"brass key"},
          .facts = {parse_fact("has hero item")}};
}

Expected<Story> write(Bible bible, Seed seed = 3) {
  Progress progress;
  return write_story({.language = "en", .seed = seed, .bible = std::move(bible)}, library(), progress, CancelToken());
}

std::string refusal(const std::function<void(Bible&)>& spoil) {
  Bible bible = small_bible();
  spoil(bible);
  const auto checked = check_bible(bible, library());
  return checked ? "accepted" : checked.error().describe();
}

TEST(StoryBible, GivesAStoryItsPeoplePlacesThingsAndBeginning) {
  const auto story = write(small_bible());
  ASSERT_TRUE(story) << story.error().describe();
  EXPECT_THAT(story->findings, IsEmpty());
  EXPECT_EQ(story->bible.characters.at(0).name, "Ines");
  EXPECT_THAT(story->bible.characters.at(0).traits, ElementsAre("stubborn"));
  EXPECT_FALSE(story->bible.characters.at(0).goals.empty()) << "what is left open is filled in";
  EXPECT_THAT(story->bible.characters, Contains(AllOf(::testing::Field(&BibleCharacter::name, "Baptiste"), ::testing::Field(&BibleCharacter::role, "mentor"))));
  EXPECT_EQ(story->bible.places.at(0), "the mill");
  EXPECT_THAT(story->bible.facts, Contains(parse_fact("has hero item")));
  std::string text;
  for (const StoryNode& node : story->graph.nodes) text += node.text;
  EXPECT_THAT(text, AllOf(HasSubstr("Ines"), HasSubstr("the mill"), HasSubstr("brass key")));
  EXPECT_EQ(write(small_bible())->graph.nodes.back().text, story->graph.nodes.back().text) << "same bible and seed, same story";
}

TEST(StoryBible, ThatIsEmptyLeavesEverythingOpen) {
  EXPECT_TRUE(is_empty({}));
  EXPECT_FALSE(is_empty(small_bible()));
  EXPECT_TRUE(check_bible({}, library()));
}

TEST(StoryBible, NamesWhatIsWrong) {
  EXPECT_EQ(refusal([](Bible&) {}), "accepted");
  EXPECT_THAT(refusal([](Bible& b) { b.characters[1].role = "hero"; }), HasSubstr("two for the role"));
  EXPECT_THAT(refusal([](Bible& b) { b.characters[1].role = "king"; }), HasSubstr("no role"));
  EXPECT_THAT(refusal([](Bible& b) { b.characters[0].name = "{hero}"; }), HasSubstr("no name"));
  EXPECT_THAT(refusal([](Bible& b) { b.places.push_back(""); }), HasSubstr("no name"));
  EXPECT_THAT(refusal([](Bible& b) { b.characters.assign(10'000, {.name = "Somebody"}); }), HasSubstr("10000"));
  EXPECT_THAT(refusal([](Bible& b) { b.facts.push_back(parse_fact("flies hero")); }), HasSubstr("flies hero"));
  EXPECT_THAT(refusal([](Bible& b) { b.facts.push_back(parse_fact("has foe item")); }), HasSubstr("cannot both be so"));
  EXPECT_THAT(refusal([](Bible& b) { b.characters[0].goals.push_back({.fact = parse_fact("rich hero")}); }), HasSubstr("nobody can want"));
}

TEST(StoryBible, OfAFilmCastsByWhoTalksToWhomAndHowWarmly) {
  FilmKnowledge film;
  for (const char* name : {"Mira", "Tobin", "Quill", "Vane"}) film.plot.characters.push_back({.name = name});
  film.plot.relations = {{.a = "Mira", .b = "Quill", .lines_between = 20, .warmth = 0.2},
                         {.a = "Mira", .b = "Vane", .lines_between = 6, .warmth = -0.4},
                         {.a = "Tobin", .b = "Mira", .lines_between = 9, .warmth = 0.1}};
  film.timeline.scenes = {{.setting = "INT", .place = "Lamp House"}, {.setting = "EXT", .place = "Marsh"}, {.setting = "INT", .place = "Vane's Tower"}};
  film.timeline.lines = {{.begin = FilmTime(4000), .speaker = "Mira", .text = "Who is there?"}};
  film.plot.events = {{.effects = {"Tobin has the small lantern"}, .evidence = "He takes the small lantern."}};
  const Bible bible = bible_of_film(film);
  const auto role = [&](const char* name) { return std::ranges::find(bible.characters, name, &BibleCharacter::name)->role; };
  EXPECT_EQ(role("Mira"), "hero");
  EXPECT_EQ(role("Quill"), "ally");
  EXPECT_EQ(role("Vane"), "foe");
  EXPECT_EQ(role("Tobin"), "mentor");
  EXPECT_THAT(bible.places, ElementsAre("the Lamp House", "the Marsh", "Vane's Tower"));
  EXPECT_THAT(bible.items, ElementsAre("small lantern"));
  EXPECT_EQ(bible.sources.at(0).quote, "Who is there?");
  EXPECT_EQ(bible.sources.at(0).at, FilmTime(4000));
  EXPECT_TRUE(check_bible(bible, library()));
}

TEST(StoryBible, OfAFilmHearsVoicesAndKnowsWhatItCanShow) {
  FilmKnowledge film;
  for (const char* name : {"Mira", "Tobin"}) film.plot.characters.push_back({.name = name});
  film.timeline.scenes = {{.begin = FilmTime(0), .end = FilmTime(90'000), .characters = {"Mira", "Tobin", "a passer-by"}},
                          {.begin = FilmTime(90'000), .end = FilmTime(100'000), .characters = {"a passer-by"}}};
  film.arc = {{.at = FilmTime(1000), .valence = 0.2, .tension = 0.4}, {.at = FilmTime(2000), .valence = 0.4, .tension = 0.6}};
  for (int i = 0; i < 5; ++i) {
    film.timeline.lines.push_back({.speaker = "Mira", .text = "No."});
    film.timeline.lines.push_back({.speaker = "Tobin", .text = "I have been meaning to tell you about the lamp."});
  }
  EXPECT_TRUE(bible_of_film(film).scenes.empty()) << "no file, no footage";
  const Bible bible = bible_of_film(film, "film.mp4");
  EXPECT_EQ(bible.characters[0].voice, "terse");
  EXPECT_EQ(bible.characters[1].voice, "talkative");
  ASSERT_EQ(bible.scenes.size(), 1U);
  EXPECT_THAT(bible.scenes[0].people, ElementsAre("Mira", "Tobin"));
  EXPECT_EQ(bible.scenes[0].piece.end, FilmTime(40'000)) << "as long as one looks at a picture beside a text";
  EXPECT_NEAR(bible.scenes[0].valence, 0.3, 1e-9);
  EXPECT_THAT(refusal([](Bible& b) { b.characters[0].voice = "loud"; }), HasSubstr("no voice"));
}

TEST(StoryBible, OfAChineseToldPlotCastsByWhatIsDone) {
  const ToldPlot plot{.people = {{.name = "老周"}, {.name = "林晓"}, {.name = "公爵"}},
                      .relations = {},
                      .events = {{.subject = "林晓", .verb = "偷了", .object = "公爵", .span = {0, 15}},
                                 {.subject = "老周", .verb = "帮助", .object = "林晓", .span = {18, 36}}},
                      .key_sentences = {},
                      .turning_points = {}};
  const Bible bible = bible_of_told_plot(plot, "林晓偷了公爵，老周帮助林晓。");
  const auto role = [&](const char* name) { return std::ranges::find(bible.characters, name, &BibleCharacter::name)->role; };
  EXPECT_EQ(role("林晓"), "hero");
  EXPECT_EQ(role("公爵"), "foe");
  EXPECT_EQ(role("老周"), "ally");
}

TEST(StoryBible, OfAToldPlotCastsByWhatIsDone) {
  const std::string text = "Mira hunts Kross. Anna helps Mira.";
  const ToldPlot plot{.people = {{.name = "Anna"}, {.name = "Mira"}, {.name = "Kross"}},
                      .relations = {},
                      .events = {{.subject = "Mira", .verb = "hunts", .object = "Kross", .span = {0, 16}},
                                 {.subject = "Anna", .verb = "helps", .object = "Mira", .span = {18, 33}}},
                      .key_sentences = {},
                      .turning_points = {}};
  const Bible bible = bible_of_told_plot(plot, text);
  const auto role = [&](const char* name) { return std::ranges::find(bible.characters, name, &BibleCharacter::name)->role; };
  EXPECT_EQ(role("Mira"), "hero");
  EXPECT_EQ(role("Kross"), "foe");
  EXPECT_EQ(role("Anna"), "ally");
  EXPECT_EQ(bible.sources.at(1).quote, "Mira hunts Kross");
}

TEST(Chronicle, FollowsEveryFactFromItsEventOverTheBranchesOnWhichItHolds) {
  const auto story = write(small_bible());
  ASSERT_TRUE(story);
  const auto facts = chronicle_of(*story);
  ASSERT_FALSE(facts.empty());
  EXPECT_TRUE(facts.front().since.empty());
  // A plain reference: every way is walked, and what is so at each node's end is noted.
  std::map<std::string, std::set<Fact>> expected;
  const std::function<void(const std::string&, std::set<Fact>)> walk = [&](const std::string& id, std::set<Fact> so) {
    const StoryNode& node = *std::ranges::find(story->graph.nodes, id, &StoryNode::id);
    for (const StoryEvent& event : node.events) {
      for (const Fact& fact : event.removed) so.erase(fact);
      so.insert(event.added.begin(), event.added.end());
    }
    expected[id].insert(so.begin(), so.end());
    for (const StoryChoice& choice : node.choices) walk(choice.to, so);
  };
  walk(story->graph.start, beginning_of(*story));
  std::map<std::string, std::set<Fact>> found;
  for (const FactSpan& span : facts) {
    for (const std::string& node : span.nodes) found[node].insert(span.fact);
  }
  EXPECT_EQ(found, expected);
}

TEST(Chronicle, KnowsWhoDoesNotKnow) {
  Story story{.bible = {.characters = {{.name = "A", .role = "hero"}, {.name = "B", .role = "foe"}}}};
  StoryEvent event{.schema = "hide", .hidden_from = {"foe"}};
  event.added = {parse_fact("has hero item")};
  story.graph = {.start = "n0", .nodes = {{.id = "n0", .events = {event}}}};
  const auto facts = chronicle_of(story);
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].since, "n0");
  EXPECT_THAT(facts[0].known_by, ElementsAre("hero"));
  story.graph.nodes[0].choices = {{.id = "again", .to = "n0"}};
  EXPECT_THAT(chronicle_of(story), IsEmpty()) << "no order without an end";
}

}  // namespace
}  // namespace cineloom
