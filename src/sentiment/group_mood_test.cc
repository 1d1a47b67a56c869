#include "sentiment/group_mood.h"

#include <gtest/gtest.h>

namespace cineloom {
namespace {

using std::chrono::minutes;

TEST(GroupMoodTest, NobodyWhoSaidNothingCounts) {
  EXPECT_EQ(mood_of_all({}).uncertainty, 1);
  const std::vector<Mood> moods = {{.feeling = {.valence = -0.8, .arousal = 0.2}, .uncertainty = 0.4}, {}, {}};
  const Mood all = mood_of_all(moods);
  EXPECT_NEAR(all.feeling.valence, -0.8, 1e-12);
  EXPECT_NEAR(all.uncertainty, 0.4, 1e-12);
  EXPECT_FALSE(all.wish);
}

TEST(GroupMoodTest, WhoIsSurerCountsForMoreAndWishesMeetInTheMiddle) {
  const std::vector<Mood> moods = {{.feeling = {.valence = 1, .arousal = 1}, .wish = Feeling{.valence = 0.6, .arousal = 0.2}, .uncertainty = 0.25},
                                   {.feeling = {.valence = -1, .arousal = 0}, .wish = Feeling{.valence = 0, .arousal = 1}, .uncertainty = 0.75}};
  const Mood all = mood_of_all(moods);
  EXPECT_NEAR(all.feeling.valence, 0.5, 1e-12);
  EXPECT_NEAR(all.wish->valence, 0.3, 1e-12);
  EXPECT_NEAR(all.wish->arousal, 0.6, 1e-12);
  EXPECT_NEAR(all.uncertainty, 0.5, 1e-12);
}

TEST(GroupMoodTest, WhatOneWillNotSeeNobodySeesAndTheShortestTimeHolds) {
  std::vector<Mood> moods(3);
  moods[0].constraints = {.max_runtime = minutes(120), .genres = {"comedy", "drama"}, .avoid = {"horror"}, .company = "friends", .language = "French"};
  moods[1].constraints = {.max_runtime = minutes(95), .genres = {"drama", "western"}, .avoid = {"war", "horror"}, .company = "children", .language = "Korean"};
  const MoodConstraints all = mood_of_all(moods).constraints;
  EXPECT_EQ(all.max_runtime, minutes(95));
  EXPECT_EQ(all.avoid, (std::vector<std::string>{"horror", "war"}));
  EXPECT_EQ(all.genres, (std::vector<std::string>{"drama"}));
  EXPECT_EQ(all.company, "children");
  EXPECT_EQ(all.language, "") << "they do not agree";
}

TEST(GroupMoodTest, AGenreThatSomebodyWillNotSeeIsNoCondition) {
  std::vector<Mood> moods(2);
  moods[0].constraints.genres = {"horror"};
  moods[1].constraints.avoid = {"horror"};
  EXPECT_TRUE(mood_of_all(moods).constraints.genres.empty());
}

}  // namespace
}  // namespace cineloom
