#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/complete_film.h"
#include "domain/film.h"
#include "domain/json.h"
#include "domain/knowledge.h"
#include "domain/story.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;

TEST(DomainJson, NamesUnitsInKeysAndWritesIdentitiesAsStrings) {
  Film film{.id = FilmId(12), .key = "metropolis-1927", .year = 1927, .runtime = std::chrono::minutes(153)};
  const std::string text = to_json(film);
  EXPECT_THAT(text, HasSubstr(R"("id":"12")"));
  EXPECT_THAT(text, HasSubstr(R"("runtime_minutes":153)"));
}

TEST(DomainJson, ReadsBackWhatItWrote) {
  FilmKnowledge knowledge{.film = FilmId(3)};
  knowledge.video.shots.push_back({.first = {.pts = 512, .ordinal = 1}, .transition_in = TransitionKind::FadeIn});
  knowledge.plot.turning_points.push_back({.kind = TurningPointKind::PointOfNoReturn, .at = FilmTime(1500)});
  const auto read = from_json<FilmKnowledge>(to_json(knowledge));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->video.shots.at(0).first.pts, 512);
  EXPECT_EQ(read->video.shots.at(0).transition_in, TransitionKind::FadeIn);
  EXPECT_EQ(read->plot.turning_points.at(0).at, FilmTime(1500));
  EXPECT_EQ(to_json(*read), to_json(knowledge));
}

TEST(DomainJson, IgnoresUnknownKeysAndKeepsDefaults) {
  const auto film = from_json<Film>(R"({"key":"a","colour":"blue"})");
  ASSERT_TRUE(film);
  EXPECT_EQ(film->key, "a");
  EXPECT_EQ(film->year, 0);
}

TEST(DomainJson, SaysWhichFieldIsWrong) {
  const auto story = from_json<Story>(R"({"graph":{"nodes":[{"id":7}]}})");
  ASSERT_FALSE(story);
  EXPECT_EQ(story.error().describe(), "field graph: field nodes: element 0: field id: expected a string");
}

TEST(DomainJson, RefusesTextThatIsNotJson) {
  EXPECT_THAT(from_json<Film>("{").error().describe(), HasSubstr("JSON"));
  EXPECT_FALSE(from_json<Film>("{} x"));
  EXPECT_FALSE(from_json<Film>(std::string(200, '[')));
}

TEST(FilmTime, IsExactForLargeTicksAndRoundsDownBelowZero) {
  EXPECT_EQ(to_film_time(90000LL * 3600 * 30, {.numerator = 1, .denominator = 90000}), FilmTime(30LL * 3600 * 1000));
  EXPECT_EQ(to_film_time(1001, {.numerator = 1, .denominator = 24000}), FilmTime(41));
  EXPECT_EQ(to_film_time(-1, {.numerator = 1, .denominator = 90000}), FilmTime(-1));
}

TEST(CompleteFilm, FillsWhatIsNotKnownAndKeepsTheRest) {
  Film known{.title = {.english = "Metropolis"}, .year = 1927};
  complete_film(known, {.title = {.original = "Metropolis", .english = "Other", .chinese = "大都会"}, .year = 1930, .genres = {"drama"}, .ending = "hope"});
  EXPECT_EQ(known.title.english, "Metropolis");
  EXPECT_EQ(known.title.chinese, "大都会");
  EXPECT_EQ(known.year, 1927);
  EXPECT_EQ(known.genres.size(), 1U);
  EXPECT_EQ(known.ending, "hope");
}

}  // namespace
}  // namespace cineloom
