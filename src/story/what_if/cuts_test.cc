#include "story/what_if/cuts.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "story/what_if/testing/small_film.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using what_if::film_of_the_key;
using what_if::SmallFilm;

Expected<FilmCut> made(SmallFilm& film, const CutWish& wish) {
  return cut_film({.knowledge = film.knowledge(), .order = &film.order(), .title = {"The Key", "钥匙"}, .file = "key.mp4"}, wish, {});
}

FilmTime begin_of(SmallFilm& film, int scene) { return film.knowledge().timeline.scenes[static_cast<std::size_t>(scene)].begin; }

bool shows(const FilmCut& cut, FilmTime at) {
  return std::ranges::any_of(cut.stretches, [&](const CutStretch& one) { return one.card.english.empty() && one.footage.begin <= at && at < one.footage.end; });
}

TEST(Recap, ShowsWhatTheRestStandsOnAndNothingOfWhatComes) {
  SmallFilm film = film_of_the_key();
  const auto cut = made(film, {.recap_to = begin_of(film, 2), .most = FilmTime(60'000)});
  ASSERT_TRUE(cut) << cut.error().describe();
  EXPECT_TRUE(shows(*cut, FilmTime(0)));  // the key is found
  EXPECT_THAT(cut->summary.english, HasSubstr("Ada finds a brass key"));
  for (const CutStretch& one : cut->stretches) EXPECT_LE(one.footage.end, begin_of(film, 2));
  EXPECT_THAT(cut->summary.english, Not(HasSubstr("opens the gate")));
}

TEST(Recap, KeepsToItsLength) {
  SmallFilm film = film_of_the_key();
  const auto cut = made(film, {.recap_to = begin_of(film, 2), .most = FilmTime(2000)});
  ASSERT_TRUE(cut);
  EXPECT_LE(cut->length, FilmTime(2000));
}

TEST(Summary, IsTheSameWhateverComesBehind) {
  SmallFilm film = film_of_the_key();
  const auto before = made(film, {.summary_to = begin_of(film, 2)});
  film.knowledge().timeline.lines.back().text = "Ben finds the brass key of the market.";
  const auto after = made(film, {.summary_to = begin_of(film, 2)});
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->summary, after->summary);
  EXPECT_THAT(before->summary.english, Not(HasSubstr("gate with")));
}

TEST(ShortestCut, KeepsTheChainToTheEnding) {
  SmallFilm film = film_of_the_key();
  const auto cut = made(film, {.is_shortest = true});
  ASSERT_TRUE(cut);
  EXPECT_TRUE(shows(*cut, FilmTime(0)));  // "the key" of the last scene comes from here
  EXPECT_TRUE(shows(*cut, begin_of(film, 4)));
  EXPECT_FALSE(shows(*cut, begin_of(film, 3)));
  EXPECT_LT(cut->length, cut->film_length / 2);
}

TEST(Skip, PutsACardWhereTheRestNeedsWhatIsSkipped) {
  SmallFilm film({"Ada", "Ben"});
  film.scene("INT. CELLAR - NIGHT", "Cellar")
      .does("Ada stabs the dragon. She takes a silver ring from its claw.")
      .event("Ada takes a silver ring", "Ada", "Ada has the silver ring");
  film.scene("INT. HALL - DAY", "Hall").does("Ada shows the ring to Ben.").says("Ben", "That ring is hers.");
  film.shot();
  const auto cut = made(film, {.skip = {"violence"}});
  ASSERT_TRUE(cut) << cut.error().describe();
  ASSERT_FALSE(cut->stretches.empty());
  EXPECT_EQ(cut->stretches.front().card.english, "Meanwhile: Ada takes a silver ring.");
  EXPECT_FALSE(shows(*cut, FilmTime(0)));
  EXPECT_THAT(cut->stretches.front().card.english, Not(HasSubstr("stab")));
}

TEST(Skip, NothingUnwantedChangesNothing) {
  SmallFilm film = film_of_the_key();
  const auto cut = made(film, {.skip = {"drugs"}});
  ASSERT_TRUE(cut);
  ASSERT_EQ(cut->stretches.size(), 1U);
  EXPECT_EQ(cut->length, cut->film_length);
  EXPECT_THAT(cut->title.chinese, HasSubstr("跳过毒品与酒"));
}

TEST(CharacterCut, ShowsWhereTheyActOrAreSpokenTo) {
  SmallFilm film = film_of_the_key();
  const auto cut = made(film, {.character = "dora"});
  ASSERT_TRUE(cut);
  EXPECT_TRUE(shows(*cut, begin_of(film, 1)));
  EXPECT_FALSE(shows(*cut, FilmTime(0)));
}

TEST(Cut, BadWishesGetAClearAnswer) {
  SmallFilm film = film_of_the_key();
  EXPECT_THAT(made(film, {}).error().message(), HasSubstr("one kind of cut, found 0"));
  EXPECT_THAT(made(film, {.is_shortest = true, .character = "Ada"}).error().message(), HasSubstr("found 2"));
  EXPECT_THAT(made(film, {.recap_to = FilmTime(10'000'000)}).error().next_step(), HasSubstr("between 0:01 and"));
  EXPECT_THAT(made(film, {.skip = {"boredom"}}).error().next_step(), HasSubstr("fear, violence"));
  EXPECT_THAT(made(film, {.character = "Adda"}).error().next_step(), HasSubstr("'Ada'"));
}

TEST(Cut, AFilmOnPaperHasNoFootageAndSaysSo) {
  SmallFilm film = film_of_the_key();
  film.knowledge().video = {};
  const auto cut = cut_film({.knowledge = film.knowledge(), .order = &film.order(), .title = {"The Key", ""}, .file = {}}, {.is_shortest = true}, {});
  ASSERT_TRUE(cut);
  EXPECT_THAT(cut->stretches, IsEmpty());
  EXPECT_THAT(cut->notes.front().english, HasSubstr("no footage"));
}

}  // namespace
}  // namespace cineloom
