#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "base/json.h"
#include "domain/json.h"
#include "story/story_engine.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const SchemaLibrary& library() {
  static const auto loaded = SchemaLibrary::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story");
  return *loaded;
}

Story write(StoryRequest request) {
  Progress progress;
  auto story = write_story(request, library(), progress, CancelToken());
  EXPECT_TRUE(story) << story.error().describe();
  return *std::move(story);
}

Story write(ArcShape arc, Seed seed, std::string language = "en") { return write({.arc = arc, .language = std::move(language), .seed = seed}); }

constexpr std::array kArcs = {ArcShape::RagsToRiches, ArcShape::Tragedy, ArcShape::ManInAHole, ArcShape::Icarus, ArcShape::Cinderella, ArcShape::Oedipus};

TEST(WriteStory, IsSoundAndFollowsTheArcForEveryArcAndSeed) {
  double sum = 0;
  double least = 1;
  int count = 0;
  for (const ArcShape arc : kArcs) {
    for (Seed seed = 1; seed <= 8; ++seed) {
      const Story story = write(arc, seed);
      EXPECT_THAT(story.findings, IsEmpty());
      sum += story.arc_correlation;
      least = std::min(least, story.arc_correlation);
      ++count;
    }
  }
  std::cout << "arc r: mean " << sum / count << ", least " << least << "\n";
  EXPECT_GT(sum / count, 0.93);
  EXPECT_GT(least, 0.8);
}

std::vector<std::vector<StoryDemand>> relaxations(const StoryRequest& request) {
  const auto found = story_relaxations(request, library());
  EXPECT_TRUE(found) << found.error().describe();
  std::vector<std::vector<StoryDemand>> without;
  for (const StoryRelaxation& relaxation : *found) without.push_back(relaxation.without);
  return without;
}

TEST(StoryRelaxations, NameEveryDemandThatIsEnoughToGiveUpAndEachLeavesAStory) {
  StoryRequest request{.language = "en", .seed = 5, .must = {"capture"}, .never = {"theft"}, .protects = {"hero"}};
  const StoryDemand must{.kind = "must", .name = "capture"};
  const StoryDemand protection{.kind = "protects", .name = "hero"};
  EXPECT_EQ(relaxations(request), (std::vector<std::vector<StoryDemand>>{{must}, {protection}}));
  request.protects.clear();
  EXPECT_THAT(relaxations(request), IsEmpty());
  EXPECT_THAT(write(request).findings, IsEmpty());
}

TEST(StoryRelaxations, NameTwoTogetherWhereNoneIsEnoughAlone) {
  const StoryRequest request{.language = "en", .seed = 5, .max_age_rating = 0, .must = {"capture", "ambush"}};
  for (const auto& without : relaxations(request)) EXPECT_EQ(without.size(), 1U);  // the age stands in the way of both
  const StoryRequest harder{.language = "en", .seed = 5, .max_age_rating = 0, .must = {"capture", "ambush"}, .protects = {"hero"}};
  const auto pairs = relaxations(harder);
  ASSERT_FALSE(pairs.empty());
  for (const auto& without : pairs) EXPECT_EQ(without.size(), 2U);
}

TEST(StoryOffers, NameAllThatARequestCanAskFor) {
  const StoryOffers offers = story_offers(library());
  EXPECT_EQ(offers.structures.size(), library().structures.size());
  ASSERT_EQ(offers.events.size(), library().schemas.size());
  for (const OfferedEvent& event : offers.events) EXPECT_FALSE(event.label.english.empty() || event.label.chinese.empty()) << event.name;
}

TEST(WriteStory, GivesTheSameBytesForTheSameSeedAndOthersForAnother) {
  EXPECT_EQ(to_json(write(ArcShape::Icarus, 4)), to_json(write(ArcShape::Icarus, 4)));
  EXPECT_NE(to_json(write(ArcShape::Icarus, 4)), to_json(write(ArcShape::Icarus, 5)));
}

TEST(WriteStory, HasSeveralEndingsAndRealChoices) {
  const Story story = write(ArcShape::ManInAHole, 2);
  int endings = 0;
  int decisions = 0;
  for (const StoryNode& node : story.graph.nodes) {
    endings += node.choices.empty() ? 1 : 0;
    decisions += node.choices.size() > 1 ? 1 : 0;
    EXPECT_FALSE(node.text.empty() && node.events.size() > 0);
    EXPECT_THAT(node.text, Not(HasSubstr("{")));
  }
  EXPECT_GE(endings, 3);
  EXPECT_GE(decisions, 3);
}

TEST(WriteStory, TellsInChineseWithNamesOfItsOwn) {
  const Story story = write(ArcShape::Cinderella, 3, "zh");
  EXPECT_THAT(story.graph.nodes.front().text, HasSubstr("。"));
  // The names are known in both languages, so the title is too.
  EXPECT_TRUE(std::ranges::all_of(story.title.english, [](unsigned char letter) { return letter < 0x80; })) << story.title.english;
}

TEST(WriteStory, UsesTheNamesOfThePremise) { EXPECT_EQ(write({.premise = "When Odetta meets Bram", .language = "en"}).bible.characters.at(0).name, "Odetta"); }

TEST(WriteStory, APromiseThatIsMadeAgainIsKeptAgain) {
  // On one way here the hero owes, works it off, and borrows once more.
  EXPECT_THAT(write({.arc = ArcShape::Cinderella, .genre = "fantasy", .language = "en", .seed = 1149}).findings, IsEmpty());
}

TEST(WriteStory, KeepsTheAgeOnEveryPath) {
  Progress progress;
  const auto story = write_story({.arc = ArcShape::Tragedy, .language = "en", .max_age_rating = 0}, library(), progress, CancelToken());
  for (const StoryNode& node : story->graph.nodes) {
    for (const StoryEvent& event : node.events) { EXPECT_EQ(std::ranges::find(library().schemas, event.schema, &EventSchema::name)->age, 0); }
  }
}

TEST(WriteStory, RefusesWhatItCannotTell) {
  Progress progress;
  EXPECT_EQ(write_story({.language = "fr"}, library(), progress, CancelToken()).error().code(), ErrorCode::InvalidArgument);
  EXPECT_FALSE(write_story({.language = "en", .decisions = 16}, library(), progress, CancelToken()));
}

TEST(RetellNode, ChangesWordsAndKeepsWhatHappens) {
  const Story story = write(ArcShape::ManInAHole, 2);
  bool has_changed = false;
  for (Seed seed = 1; seed < 6; ++seed) {
    const auto retold = retell_node(story, story.graph.start, seed, library());
    ASSERT_TRUE(retold);
    EXPECT_EQ(retold->graph.nodes.front().events.size(), story.graph.nodes.front().events.size());
    has_changed = has_changed || retold->graph.nodes.front().text != story.graph.nodes.front().text;
  }
  EXPECT_TRUE(has_changed);
  EXPECT_EQ(retell_node(story, "nowhere", 1, library()).error().code(), ErrorCode::NotFound);
}

/// A way through a story that takes the n-th choice, or the last there is.
std::vector<std::string> way_through(const Story& story, std::size_t choice) {
  std::vector<std::string> way = {story.graph.start};
  for (;;) {
    const StoryNode& node = *std::ranges::find(story.graph.nodes, way.back(), &StoryNode::id);
    if (node.choices.empty()) return way;
    way.push_back(node.choices[std::min(choice, node.choices.size() - 1)].to);
  }
}

const StoryNode& node_of(const Story& story, const std::string& id) { return *std::ranges::find(story.graph.nodes, id, &StoryNode::id); }

TEST(WriteStory, KeepsPromisesAndLetsPeopleActForWhatTheyWant) {
  for (Seed seed = 1; seed <= 6; ++seed) {
    const Story story = write(ArcShape::Cinderella, seed);
    for (const std::size_t choice : {0U, 1U}) {
      std::set<Fact> open;
      for (const std::string& id : way_through(story, choice)) {
        for (const StoryEvent& event : node_of(story, id).events) {
          for (const Fact& fact : event.preconditions) open.erase(fact);
          for (const Fact& fact : event.added) {
            if (std::ranges::find(library().setups, fact.predicate) != library().setups.end()) open.insert(fact);
          }
        }
      }
      EXPECT_THAT(open, IsEmpty()) << "seed " << seed;
    }
  }
}

TEST(WriteStory, LetsWaysComeTogetherInALargeGraph) {
  Progress progress;
  const StoryRequest request{.arc = ArcShape::ManInAHole, .language = "en", .seed = 5, .decisions = 15, .nodes = 560};
  const auto story = write_story(request, library(), progress, CancelToken());
  ASSERT_TRUE(story) << story.error().describe();
  EXPECT_THAT(story->findings, IsEmpty());
  std::map<std::string, int> parents;
  int decisions = 0;
  for (const StoryNode& node : story->graph.nodes) {
    decisions += node.choices.size() > 1 ? 1 : 0;
    for (const StoryChoice& choice : node.choices) ++parents[choice.to];
  }
  const auto joins = std::ranges::count_if(parents, [](const auto& entry) { return entry.second > 1; });
  const auto endings = std::ranges::count_if(story->graph.nodes, [](const StoryNode& node) { return node.choices.empty(); });
  std::cout << story->graph.nodes.size() << " nodes, " << decisions << " decisions, " << joins << " joins, " << endings << " endings\n";
  EXPECT_GE(decisions, 180);
  EXPECT_GE(story->graph.nodes.size(), 250U);
  EXPECT_GE(endings, 7);
  EXPECT_GE(joins, 20);
}

TEST(WriteStory, TellsWhatItMustAndNeverWhatItMayNotOnAnyWay) {
  Progress progress;
  StoryRequest request{.arc = ArcShape::ManInAHole, .language = "en", .seed = 3, .must = {"storm"}, .never = {"theft"}, .protects = {"ally"}};
  const auto story = write_story(request, library(), progress, CancelToken());
  ASSERT_TRUE(story) << story.error().describe();
  for (const std::size_t choice : {0U, 1U}) {
    std::set<std::string> told;
    for (const std::string& id : way_through(*story, choice)) {
      for (const StoryEvent& event : node_of(*story, id).events) {
        told.insert(event.schema);
        for (const Fact& fact : event.added) EXPECT_FALSE(fact.predicate == "held" && fact.object == "ally");
      }
    }
    EXPECT_TRUE(told.contains("storm"));
    EXPECT_FALSE(told.contains("theft"));
  }
}

TEST(WriteStory, SaysWhatWouldHaveToGiveWay) {
  Progress progress;
  const StoryRequest torn{.language = "en", .must = {"capture", "storm"}, .protects = {"hero"}};
  const auto refused = write_story(torn, library(), progress, CancelToken());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::Unavailable);
  EXPECT_THAT(refused.error().describe(), ::testing::AnyOf(HasSubstr("'capture'"), HasSubstr("'hero'")));
  EXPECT_THAT(write_story({.language = "en", .must = {"storm"}, .never = {"storm"}}, library(), progress, CancelToken()).error().describe(),
              HasSubstr("must be told and never"));
  EXPECT_FALSE(write_story({.genre = "opera", .language = "en"}, library(), progress, CancelToken()));
  EXPECT_FALSE(write_story({.language = "en", .must = {"nonsense"}}, library(), progress, CancelToken()));
  EXPECT_FALSE(write_story({.language = "en", .taste = {{"love", 3.0}}}, library(), progress, CancelToken()));
}

TEST(WriteStory, TellsMoreOfWhatTheViewerLikes) {
  const auto liked = [](const std::map<std::string, double>& taste) {
    int count = 0;
    for (Seed seed = 1; seed <= 6; ++seed) {
      Progress progress;
      const auto story = write_story({.language = "en", .seed = seed, .taste = taste}, library(), progress, CancelToken());
      for (const std::string& id : way_through(*story, 0)) {
        for (const StoryEvent& event : node_of(*story, id).events) count += std::ranges::find(event.themes, "friendship") != event.themes.end() ? 1 : 0;
      }
    }
    return count;
  };
  EXPECT_GT(liked({{"friendship", 1.0}}), 1.2 * liked({}));
}

TEST(ContinueStory, BeginsWhereTheOtherEndedAndTellsNothingTwice) {
  const Story before = write(ArcShape::Icarus, 2);
  const auto way = way_through(before, 1);
  Progress progress;
  const auto after = continue_story(before, way, {.arc = ArcShape::RagsToRiches, .language = "en", .seed = 9}, library(), progress, CancelToken());
  ASSERT_TRUE(after) << after.error().describe();
  EXPECT_THAT(after->findings, IsEmpty());
  EXPECT_EQ(after->bible.characters.front().name, before.bible.characters.front().name);
  std::set<std::string> told;
  for (const std::string& id : way) {
    for (const StoryEvent& event : node_of(before, id).events) told.insert(event.schema);
  }
  for (const StoryNode& node : after->graph.nodes) {
    for (const StoryEvent& event : node.events) EXPECT_FALSE(told.contains(event.schema)) << event.schema;
  }
  EXPECT_FALSE(continue_story(before, {before.graph.start}, {.language = "en"}, library(), progress, CancelToken()));
  EXPECT_FALSE(continue_story(before, {"nowhere"}, {.language = "en"}, library(), progress, CancelToken()));
}

TEST(ReplanUnseen, KeepsWhatWasSeenByteByByte) {
  const Story story = write(ArcShape::ManInAHole, 4);
  auto seen = way_through(story, 0);
  seen.resize(2);
  StoryRequest changed = story.request;
  changed.taste = {{"betrayal", 1.0}, {"friendship", -1.0}};
  const auto anew = replan_unseen(story, seen, changed, library(), CancelToken());
  ASSERT_TRUE(anew) << anew.error().describe();
  EXPECT_THAT(anew->findings, IsEmpty());
  EXPECT_EQ(json::write(node_of(story, seen[0])), json::write(node_of(*anew, seen[0])));
  StoryNode last = node_of(*anew, seen[1]);
  EXPECT_NE(json::write(last), json::write(node_of(story, seen[1])));
  last.choices = node_of(story, seen[1]).choices;
  last.default_choice = node_of(story, seen[1]).default_choice;
  last.question = node_of(story, seen[1]).question;
  EXPECT_EQ(json::write(last), json::write(node_of(story, seen[1])));
  EXPECT_FALSE(replan_unseen(story, way_through(story, 0), changed, library(), CancelToken()));
}

}  // namespace
}  // namespace cineloom
