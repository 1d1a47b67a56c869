#include "plot/plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "plot/internal/sentences.h"

namespace cineloom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Line line(int seconds, std::string speaker, std::string text, int scene, double valence = 0) {
  return {.begin = FilmTime(seconds * 1000),
          .end = FilmTime(seconds * 1000 + 900),
          .speaker = std::move(speaker),
          .text = std::move(text),
          .scene = scene,
          .confidence = 1,
          .feeling = {.valence = valence}};
}

Scene scene(int begin, int end, std::vector<std::string> characters, std::string action, std::string place = "Quay") {
  return {.begin = FilmTime(begin * 1000),
          .end = FilmTime(end * 1000),
          .place = std::move(place),
          .characters = std::move(characters),
          .action = std::move(action)};
}

Timeline small_film() {
  return {
      .scenes = {scene(0, 20, {"Mira", "Tobin"}, "MIRA, twelve, a scarf as long as she is, lights a lamp. Tobin sleeps."),
                 scene(20, 40, {"Mira"}, "Mira walks over the mud. She finds the moon in the reeds.", "Reeds"),
                 scene(40, 60, {"Mira", "Heron"}, "The Heron takes her scarf. Mira gives the lantern away.", "Reeds"),
                 scene(60, 80, {"Heron"}, "The Heron flies up."), scene(80, 100, {"Mira", "Tobin"}, "Mira frees the moon. Tobin laughs loudly.")},
      .lines = {line(2, "Mira", "You are asleep", 0), line(4, "Tobin", "I am resting", 0, 0.5), line(6, "Mira", "There is no moon", 0, 0.1),
                line(45, "Heron", "What will you give me", 2, -0.6), line(47, "Mira", "Everything I have", 2, -0.2), line(90, "Tobin", "There it is", 4, 0.8)}};
}

Arc hole() {
  Arc arc;
  for (int i = 0; i <= 100; ++i) arc.push_back({.at = FilmTime(i * 1000), .valence = std::cos(i * 0.0628), .tension = i == 88 ? 1.0 : 0.3});
  return arc;
}

TEST(Plot, PutsTheCharacterWhoCarriesTheFilmFirst) {
  const auto plot = extract_plot(small_film(), hole(), FilmTime(100000), CancelToken());
  ASSERT_TRUE(plot);
  EXPECT_EQ(plot->characters.at(0).name, "Mira");
  EXPECT_EQ(plot->characters[0].lines, 3);
  EXPECT_THAT(plot->characters[0].description, HasSubstr("scarf"));
  double total = 0;
  for (const Character& character : plot->characters) total += character.importance;
  EXPECT_NEAR(total, 1, 1e-9);
}

TEST(Plot, MeasuresHowWarmlyPeopleSpeak) {
  const auto plot = extract_plot(small_film(), hole(), FilmTime(100000), CancelToken());
  const auto& first = plot->relations.at(0);
  EXPECT_EQ(first.a + first.b, "MiraTobin");
  EXPECT_EQ(first.lines_between, 2);
  EXPECT_NEAR(first.warmth, 0.3, 1e-9);
  EXPECT_LT(plot->relations.at(1).warmth, 0);
}

TEST(Plot, FindsWhatHappensAndWhatItChanges) {
  const auto plot = extract_plot(small_film(), hole(), FilmTime(100000), CancelToken());
  std::vector<std::string> effects;
  for (const PlotEvent& event : plot->events) effects.insert(effects.end(), event.effects.begin(), event.effects.end());
  EXPECT_THAT(effects, Contains("Mira knows where the moon is"));
  EXPECT_THAT(effects, Contains("Heron has the scarf"));
  EXPECT_THAT(effects, Contains("the moon is free"));
  EXPECT_THAT(plot->synopsis, HasSubstr("lights a lamp"));
}

std::vector<std::string> titles_of(const std::string& action) {
  Timeline timeline = small_film();
  timeline.scenes[0].action = "MIRA, twelve, ties her scarf. TOBIN, the old lamplighter, shuts his eyes. HERON, a grey bird with a long neck.";
  timeline.scenes.push_back(scene(100, 120, {"Mira", "Tobin"}, action, "Lamp House"));
  std::vector<std::string> titles;
  const auto plot = extract_plot(timeline, hole(), FilmTime(120000), CancelToken());
  for (const PlotEvent& event : plot->events) {
    if (event.scene == 5) titles.push_back(event.title);
  }
  return titles;
}

TEST(Plot, KnowsWhoSheAndHeAndItAre) {
  EXPECT_THAT(titles_of("He lights a small lantern and holds it out to her."),
              ElementsAre("Tobin lights a small lantern", "Tobin holds the small lantern out to her"));
  EXPECT_THAT(titles_of("Mira enters. The first flame, very small. She blows it out."), ElementsAre("Mira enters", "Mira blows the first flame out"));
  EXPECT_THAT(titles_of("Mira enters. The old man waits. He takes a match."), ElementsAre("Mira enters", "Tobin takes a match"));
  EXPECT_THAT(titles_of("The bird takes the scarf."), ElementsAre("Heron takes the scarf"));
}

TEST(Plot, LeavesOutWhatChangesNothing) {
  EXPECT_THAT(titles_of("Mira opens her eyes wide. She takes a seat. Tobin lifts his hat to himself."), ElementsAre());
  EXPECT_THAT(titles_of("A flame jumps into the glass. Somebody who takes a lamp is seen."), ElementsAre());
}

TEST(Plot, PlacesFiveTurningPointsInOrder) {
  const auto plot = extract_plot(small_film(), hole(), FilmTime(100000), CancelToken());
  ASSERT_THAT(plot->turning_points, SizeIs(5));
  for (std::size_t i = 1; i < 5; ++i) EXPECT_GT(plot->turning_points[i].at, plot->turning_points[i - 1].at);
  EXPECT_FALSE(plot->turning_points[4].why.empty());
}

TEST(Plot, WorksWithoutSpeakersAndRefusesAnEmptyTimeline) {
  Timeline silent = small_film();
  silent.lines.clear();
  for (Scene& each : silent.scenes) each.characters.clear();
  const auto plot = extract_plot(silent, hole(), FilmTime(100000), CancelToken());
  ASSERT_TRUE(plot);
  EXPECT_TRUE(plot->characters.empty());
  EXPECT_EQ(extract_plot({}, {}, FilmTime(0), CancelToken()).error().code(), ErrorCode::InvalidArgument);
}

TEST(Sentences, DoNotEndAtTitlesAndEndAtChineseStops) {
  EXPECT_THAT(plot::sentences_of("Dr. Bennett waits. He sighs!"), ElementsAre("Dr. Bennett waits.", "He sighs!"));
  EXPECT_THAT(plot::sentences_of("米拉走了。海退了。"), SizeIs(2));
  EXPECT_TRUE(plot::mentions("MIRA's lamp", "Mira"));
  EXPECT_FALSE(plot::mentions("Admirable", "Mira"));
}

}  // namespace
}  // namespace cineloom
