#include "collect/film_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FilmName, ReadsTheTagsOfMediaServers) {
  EXPECT_EQ(parse_film_name("2001 A Space Odyssey (1968) [imdbid-tt0062622]/2001 A Space Odyssey (1968).mkv").external.imdb, "tt0062622");
  EXPECT_EQ(parse_film_name("Film (1986) [imdbid=tt0090605] - Directors Cut.mkv").external.imdb, "tt0090605");
  const FilmName tagged = parse_film_name("Blade Runner (1982) {edition-Final Cut} {tmdb-78}.mkv");
  EXPECT_EQ(tagged.title, "Blade Runner");
  EXPECT_EQ(tagged.year, 1982);
  EXPECT_EQ(tagged.external.tmdb, 78);
  EXPECT_THAT(tagged.editions, ElementsAre("Final Cut"));
  EXPECT_FALSE(tagged.is_episode);
}

TEST(FilmName, FindsTheTitleBeforeWhatAGroupSays) {
  const FilmName name = parse_film_name("The.Third.Man.1949.4K.REMASTERED.1080p.UHD.BluRay.x265-GROUP.mkv");
  EXPECT_EQ(name.title, "The Third Man");
  EXPECT_EQ(name.year, 1949);
  EXPECT_EQ(name.source, "Ultra HD Blu-ray");
  EXPECT_THAT(name.editions, ElementsAre("Remastered"));
}

TEST(FilmName, TakesTheRightOneOfSeveralYears) {
  EXPECT_EQ(parse_film_name("2012.2009.720p.BluRay.x264.mkv").title, "2012");
  EXPECT_EQ(parse_film_name("2012.2009.720p.BluRay.x264.mkv").year, 2009);
  EXPECT_EQ(parse_film_name("Blade Runner 2049 (2017).mkv").title, "Blade Runner 2049");
  EXPECT_EQ(parse_film_name("1917 (2019).mkv").year, 2019);
  EXPECT_EQ(parse_film_name("2046.mkv").title, "2046");
  EXPECT_EQ(parse_film_name("[1952] Ikiru [DVDRip].avi").title, "Ikiru");
  EXPECT_EQ(parse_film_name("[1952] Ikiru [DVDRip].avi").year, 1952);
}

TEST(FilmName, KeepsWordsOfTitlesThatLookLikeMarks) {
  EXPECT_EQ(parse_film_name("The.Girl.in.the.Spiders.Web.2018.1080p.WEB-DL.mkv").title, "The Girl in the Spiders Web");
  EXPECT_EQ(parse_film_name("Some Film (2001).mkv").title, "Some Film");
  EXPECT_EQ(parse_film_name("The.French.Dispatch.2021.mkv").title, "The French Dispatch");
  EXPECT_EQ(parse_film_name("X-Men.2000.DVDRip.avi").title, "X-Men");
}

TEST(FilmName, ReadsTitlesInTwoScripts) {
  const FilmName matrix = parse_film_name("黑客帝国.The.Matrix.1999.1080p.BluRay.mkv");
  EXPECT_EQ(matrix.title, "The Matrix");
  EXPECT_EQ(matrix.alternative, "黑客帝国");
  EXPECT_EQ(parse_film_name("[千与千寻].Spirited.Away.2001.mkv").alternative, "千与千寻");
  EXPECT_EQ(parse_film_name("千与千寻 (2001).mkv").title, "千与千寻");
}

TEST(FilmName, BelievesTheFolderWhereTheFileIsAbbreviated) {
  EXPECT_EQ(parse_film_name("films/Some.Story.2010.DVDRip.XviD-GRP/grp-smstry.avi").title, "Some Story");
  EXPECT_EQ(parse_film_name("films/Some.Story.2010.DVDRip.XviD-GRP/grp-smstry.avi").year, 2010);
  EXPECT_EQ(parse_film_name("Ran (1985)/Ran.mkv").year, 1985);
}

TEST(FilmName, KnowsExtrasAndEpisodes) {
  EXPECT_TRUE(parse_film_name("Ran (1985)/Ran (1985)-trailer.mp4").is_extra);
  EXPECT_TRUE(parse_film_name("Moon_(2009)-x02-Making_Of.mkv").is_extra);
  EXPECT_TRUE(parse_film_name("The Show S01E02.mkv").is_episode);
  EXPECT_FALSE(parse_film_name("Ran (1985).mkv").is_extra);
}

TEST(FilmName, GivesAPartByItself) {
  const FilmName name = parse_film_name("The Godfather Part II.mkv");
  EXPECT_EQ(name.title, "The Godfather");
  EXPECT_EQ(name.part, 2);
}

TEST(FilmName, TakesOffAGroupWhoseNameHasAccents) { EXPECT_EQ(parse_film_name("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9-a.story.1080p.x264.ac3").title, "a story"); }

TEST(FilmName, FindsNothingInNothing) {
  EXPECT_THAT(parse_film_name("").title, IsEmpty());
  EXPECT_THAT(parse_film_name("/").title, IsEmpty());
}

}  // namespace
}  // namespace cineloom
