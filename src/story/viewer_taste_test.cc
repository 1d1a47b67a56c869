#include "story/viewer_taste.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace cineloom {
namespace {

const SchemaLibrary& library() {
  static const auto loaded = SchemaLibrary::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story");
  return *loaded;
}

Film film(int id, std::vector<std::string> genres, std::vector<std::string> themes) {
  return {.id = FilmId(id), .genres = std::move(genres), .themes = std::move(themes)};
}

std::map<FilmId, Film> films() {
  return {{FilmId(1), film(1, {"romance"}, {"first love"})},
          {FilmId(2), film(2, {"crime"}, {"corruption", "revenge"})},
          {FilmId(3), film(3, {"comedy"}, {"friendship"})}};
}

Event rated(int film, double stars) { return {.film = FilmId(film), .kind = EventKind::Rate, .value = stars}; }

TEST(TasteFromFilms, LikesWhatTheBetterRatedFilmsAreAbout) {
  const auto known = films();
  const auto taste = taste_from_films(likings_of({rated(1, 5), rated(2, 1), rated(3, 3)}, known), library());
  EXPECT_DOUBLE_EQ(taste.at("love"), 1);
  EXPECT_LT(taste.at("revenge"), -0.5);
  EXPECT_NEAR(taste.at("friendship"), 0, 1e-9);
}

TEST(TasteFromFilms, JudgesStarsAgainstTheViewersOwnMean) {
  const auto known = films();
  const auto taste = taste_from_films(likings_of({rated(1, 5), rated(2, 4.5), rated(3, 4)}, known), library());
  EXPECT_GT(taste.at("love"), 0);
  EXPECT_LT(taste.at("humour"), 0);
}

TEST(TasteFromFilms, SaysNothingWithoutEventsOrOfFilmsThatAreUnknown) {
  const auto known = films();
  EXPECT_TRUE(taste_from_films(likings_of({}, known), library()).empty());
  EXPECT_TRUE(likings_of({rated(9, 5), {.film = FilmId(1), .kind = EventKind::Watch}}, known).empty());
}

TEST(TasteFromFilms, KnowsOnlyThemesThatEventsHave) {
  std::set<std::string> told;
  for (const EventSchema& schema : library().schemas) told.insert(schema.themes.begin(), schema.themes.end());
  for (const auto& [word, themes] : library().film_themes) {
    for (const std::string& theme : themes) EXPECT_TRUE(told.contains(theme)) << word << " -> " << theme;
  }
}

TEST(TasteAfter, MovesTowardsWhatWasHeardAndForgetsSlowly) {
  const StoryGraph graph{.start = "a", .nodes = {{.id = "a", .events = {{.themes = {"love"}}}}, {.id = "b", .events = {{.themes = {"revenge", "love"}}}}}};
  const ThemeTaste once = taste_after({{"love", 0.5}}, graph, {{"a", StorySignal::Skip}});
  EXPECT_LT(once.at("love"), 0.5);
  const ThemeTaste often = taste_after({}, graph, std::vector<HeardSignal>(40, {"b", StorySignal::Like}));
  EXPECT_NEAR(often.at("revenge"), 1, 0.01);
  EXPECT_LE(often.at("revenge"), 1);
  EXPECT_EQ(taste_after({{"love", 0.5}}, graph, {{"nowhere", StorySignal::Skip}}), (ThemeTaste{{"love", 0.5}}));
}

TEST(ArcFor, LiftsMatchesOrGoesThroughAMood) {
  const Feeling low{.valence = -0.6, .arousal = 0.2};
  EXPECT_EQ(arc_for(low, MoodPolicy::Lift), ArcShape::RagsToRiches);
  EXPECT_EQ(arc_for(low, MoodPolicy::Match), ArcShape::Tragedy);
  EXPECT_EQ(arc_for(low, MoodPolicy::Catharsis), ArcShape::ManInAHole);
}

}  // namespace
}  // namespace cineloom
