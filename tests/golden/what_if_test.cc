#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "demo_cinema.h"
#include "pipeline/bent_films.h"

namespace cineloom {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PlotFate fate_of(const WhatIf& result, std::string_view words) {
  const auto found = std::ranges::find_if(result.plot, [&](const PlotChange& one) { return one.was.contains(words) || one.now.english.contains(words); });
  EXPECT_NE(found, result.plot.end()) << words;
  return found == result.plot.end() ? PlotFate::Kept : found->fate;
}

TEST(BentDemoFilm, WithoutTheHeronTheMoonStillRisesAndMiraGetsHomeAlone) {
  DemoCinema& demo = DemoCinema::get();
  const auto result = bend(demo.cinema(), {.film = demo.film().id, .changes = {"without Quill"}}, {});
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(fate_of(*result, "You are standing on my supper"), PlotFate::Removed);
  EXPECT_EQ(fate_of(*result, "Did he catch you?"), PlotFate::Removed);
  EXPECT_EQ(fate_of(*result, "She blows it out."), PlotFate::Kept);
  EXPECT_EQ(fate_of(*result, "The Moon lifts herself out of the reeds"), PlotFate::Kept);
  EXPECT_EQ(fate_of(*result, "Without Quill, Mira finds another way from Sandbar to Quay"), PlotFate::New);
  EXPECT_THAT(result->story.findings, IsEmpty());
  EXPECT_EQ(demo.cinema().story(result->story.id)->title.english, "The Moon in the Reeds: what if Quill is not in the story?");
  EXPECT_FALSE(demo.cinema().retell(result->story.id, result->story.graph.start, 1));
}

TEST(BentDemoFilm, TheFlameThatIsNotBlownOutIsNotConfessed) {
  DemoCinema& demo = DemoCinema::get();
  const auto film = known_film(demo.cinema(), demo.film().id);
  ASSERT_TRUE(film);
  const auto result = bend(*film, {.film = {}, .changes = {"Mira does not blow the flame out"}}, {});
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(fate_of(*result, "She blows it out."), PlotFate::Removed);
  EXPECT_EQ(fate_of(*result, "Mira does not blow the first flame out."), PlotFate::New);
  EXPECT_EQ(fate_of(*result, "Tobin, the flame is out. I blew it out myself."), PlotFate::Removed);
  EXPECT_EQ(fate_of(*result, "This is the first flame"), PlotFate::Kept);
}

TEST(BentDemoFilm, ItsCutsAreWrittenForOtherPrograms) {
  DemoCinema& demo = DemoCinema::get();
  const auto film = known_film(demo.cinema(), demo.film().id);
  ASSERT_TRUE(film);
  const auto made = cut(*film, {.skip = {"fear"}}, {});
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_LT(made->length, made->film_length);
  const auto edl = write_cut(*film, *made, "edl");
  ASSERT_TRUE(edl);
  EXPECT_THAT(*edl, HasSubstr("* FROM CLIP NAME: the-moon-in-the-reeds.mp4"));
}

TEST(FilmOnPaper, IsBentWithoutAFilm) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "paper.fountain";
  std::ofstream(path) << "Title: The Bridge\n\nEXT. BRIDGE - DAY\n\nAnna waits on the bridge.\n\nANNA\nNobody comes.\n\nEXT. TOWN - NIGHT\n\nBruno walks into "
                         "the town.\n\nBRUNO\nI came "
                         "too late, and Anna was gone.\n";
  const auto film = film_on_paper(path, CINELOOM_SOURCE_DIR, {});
  ASSERT_TRUE(film) << film.error().describe();
  EXPECT_EQ(film->title.english, "The Bridge");
  const auto choices = what_can_change(*film, {});
  ASSERT_TRUE(choices);
  EXPECT_THAT(choices->characters, Contains("Bruno"));
  const auto result = bend(*film, {.film = {}, .changes = {"没有Bruno"}, .language = "zh"}, {});
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(fate_of(*result, "Nobody comes."), PlotFate::Kept);
  EXPECT_EQ(fate_of(*result, "I came too late"), PlotFate::Removed);
  EXPECT_FALSE(write_cut(*film, result->cut, "m3u"));
  std::filesystem::remove(path);
}

TEST(FilmOnPaper, RefusesWhatIsNoScreenplay) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "none.fountain";
  std::ofstream(path) << "Nothing but a letter to a friend, with no scene in it.\n";
  EXPECT_FALSE(film_on_paper(path, CINELOOM_SOURCE_DIR, {}));
  EXPECT_FALSE(film_on_paper("/nowhere/at.all", CINELOOM_SOURCE_DIR, {}));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace cineloom
