#include "plot/synopsis_turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "base/random.h"
#include "plot/internal/synopsis_features.h"
#include "plot/learning/turning_point_training.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::array<std::string_view, 5> kDeeds = {"A stranger arrives with a letter.", "She decides to leave the village.", "They swear to go on together.",
                                                    "He betrays them and all seems lost.", "They defeat the duke in a duel."};

/// Stories of plain sentences in which five deeds stand where they turn, at places that differ.
std::vector<MarkedSynopsis> stories(int count) {
  Random random(3);
  std::vector<MarkedSynopsis> stories;
  for (int film = 0; film < count; ++film) {
    MarkedSynopsis story{.film = std::to_string(film), .sentences = {}, .turns = {}};
    for (std::size_t k = 0; k < kDeeds.size(); ++k) {
      for (std::uint64_t i = 2 + random.below(5); i > 0; --i) story.sentences.emplace_back("Then the days pass by the river and nothing is said.");
      story.turns[k] = {story.sentences.size()};
      story.sentences.emplace_back(kDeeds[k]);
    }
    for (std::uint64_t i = 1 + random.below(4); i > 0; --i) story.sentences.emplace_back("Then the days pass by the river and nothing is said.");
    stories.push_back(std::move(story));
  }
  return stories;
}

SynopsisTurnModel trained() {
  const auto bytes = train_turning_points(stories(30), {.shape_penalty = 1, .word_penalty = 0.001}, CancelToken());
  return *SynopsisTurnModel::load(*bytes);
}

TEST(SynopsisTurns, FindsDeedsWhereverTheyStand) {
  const SynopsisTurnModel model = trained();
  const std::string text =
      "It rains. It rains on. A stranger arrives with a letter. It rains. She decides to leave the village. They swear to go on together. It "
      "rains. It rains on and on. He betrays them and all seems lost. It rains. They defeat the duke in a duel. It rains. It rains still.";
  const auto turns = model.find(text);
  ASSERT_EQ(turns.size(), 5U);
  for (std::size_t k = 0; k < turns.size(); ++k) {
    EXPECT_EQ(text.substr(turns[k].span.begin, turns[k].span.end - turns[k].span.begin), kDeeds[k]);
    EXPECT_EQ(turns[k].kind, static_cast<TurningPointKind>(k));
    EXPECT_GT(turns[k].confidence, 0.5);
  }
}

TEST(SynopsisTurns, KeepTheirOrder) {
  const SynopsisTurnModel model = trained();
  std::vector<std::string_view> backwards(kDeeds.rbegin(), kDeeds.rend());
  for (int i = 0; i < 5; ++i) backwards.emplace_back("Nothing is said.");
  const auto turns = model.find(backwards);
  for (std::size_t k = 1; k < turns.size(); ++k) EXPECT_GT(turns[k].sentence, turns[k - 1].sentence);
}

TEST(SynopsisTurns, HasNoneWithoutFiveSentences) { EXPECT_THAT(trained().find("One. Two. Three."), IsEmpty()); }

TEST(SynopsisTurns, ReadsALongTextInTimeThatGrowsWithIt) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "Anna meets Ben at the river.\n";
  EXPECT_EQ(trained().find(text).size(), 5U);
}

TEST(SynopsisTurns, BeliefsSumToOneAndFollowTheScores) {
  std::vector<std::array<double, 5>> scores(9);
  for (std::size_t k = 0; k < 5; ++k) scores[2 * k][k] = 30;
  const auto beliefs = plot::ordered_beliefs(scores);
  for (std::size_t k = 0; k < 5; ++k) {
    double sum = 0;
    for (const double belief : beliefs[k]) sum += belief;
    EXPECT_NEAR(sum, 1, 1e-9);
    EXPECT_EQ(plot::middle_of(beliefs[k]), 2 * k);
  }
}

TEST(SynopsisTurns, RefusesModelsThatAreNone) {
  const std::string bytes = SynopsisTurnModel::pack({{.feature = 1, .weights = {}}});
  EXPECT_TRUE(SynopsisTurnModel::load(bytes));
  EXPECT_THAT(SynopsisTurnModel::load(bytes.substr(0, bytes.size() - 9)).error().describe(), HasSubstr("checksum"));
  EXPECT_THAT(SynopsisTurnModel::load("").error().describe(), HasSubstr("too few"));
  std::string other = bytes;
  other[4] = 9;
  EXPECT_THAT(SynopsisTurnModel::load(other).error().describe(), HasSubstr("version 9"));
}

TEST(TurningPointTraining, RefusesMarksOutsideTheText) {
  auto marked = stories(1);
  marked[0].turns[2] = {marked[0].sentences.size()};
  EXPECT_EQ(train_turning_points(marked, {}, CancelToken()).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(train_turning_points({}, {}, CancelToken()).error().code(), ErrorCode::InvalidArgument);
}

TEST(TurningPointTraining, MakesTheSameBytesAgain) {
  EXPECT_EQ(*train_turning_points(stories(5), {}, CancelToken()), *train_turning_points(stories(5), {}, CancelToken()));
}

TEST(TurningPointDistance, IsTheShareOfTheTextBetween) {
  const auto marked = stories(2);
  EXPECT_EQ(turning_point_distance(marked,
                                   [](const MarkedSynopsis& synopsis) {
                                     std::array<std::size_t, 5> found{};
                                     for (std::size_t k = 0; k < 5; ++k) found[k] = synopsis.turns[k].front();
                                     return found;
                                   }),
            0);
  EXPECT_GT(turning_point_distance(marked, [](const MarkedSynopsis&) { return std::array<std::size_t, 5>{}; }), 30);
}

}  // namespace
}  // namespace cineloom
