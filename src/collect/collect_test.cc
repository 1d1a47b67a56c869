#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "base/files.h"
#include "collect/csv.h"
#include "collect/film_key.h"
#include "collect/import.h"
#include "collect/match.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Expected<ImportBatch> import(const std::filesystem::path& path, std::span<const Film> catalogue = {}) {
  Progress progress;
  return read_import(path, {.viewer = "me", .catalogue = catalogue}, progress, CancelToken());
}

/// A folder with these files.
TemporaryFolder folder_of(const std::map<std::string, std::string>& files) {
  auto folder = *TemporaryFolder::create("cineloom-collect");
  for (const auto& [name, content] : files) {
    std::filesystem::create_directories((folder.path() / name).parent_path());
    EXPECT_TRUE(write_file(folder.path() / name, content));
  }
  return folder;
}

void write_zip(const std::filesystem::path& path, const std::map<std::string, std::string>& files) {
  archive* out = archive_write_new();
  archive_write_set_format_zip(out);
  ASSERT_EQ(archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
  for (const auto& [name, content] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(out, entry);
    archive_write_data(out, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(out);
  archive_write_free(out);
}

TEST(FilmKey, TurnsArticlesAndAccentsIntoOneForm) {
  EXPECT_EQ(split_title("Matrix, The (1999)").title, "The Matrix");
  EXPECT_EQ(split_title("Matrix, The (1999)").year, 1999);
  EXPECT_EQ(split_title("Shanghai Triad (Yao a yao yao dao waipo qiao) (1995)").title, "Shanghai Triad");
  EXPECT_EQ(split_title("2001").year, 0);
  EXPECT_EQ(film_key("Amélie", 2001), "amelie-2001");
  EXPECT_EQ(film_key("Ocean's Eleven", 2001), "oceans-eleven-2001");
  EXPECT_EQ(film_key("千与千寻", 2001), "千与千寻-2001");
  EXPECT_EQ(comparable_title("The Third Man"), comparable_title("third man"));
}

TEST(Csv, KeepsQuotesCommasAndLineEndsInsideFields) {
  CsvReader reader(
      "\xEF\xBB\xBF"
      "a,\"b, \"\"c\"\"\nd\",e\r\nf,,g");
  EXPECT_THAT(**reader.next(), ElementsAre("a", "b, \"c\"\nd", "e"));
  EXPECT_THAT(**reader.next(), ElementsAre("f", "", "g"));
  EXPECT_EQ(reader.line(), 3);
  EXPECT_FALSE(reader.next()->has_value());
}

TEST(Csv, RefusesAQuoteThatIsNeverClosed) {
  CsvReader reader("a,\"b");
  EXPECT_EQ(reader.next().error().code(), ErrorCode::InvalidArgument);
}

TEST(Import, ReadsMovieLensCsv) {
  const auto folder = folder_of({{"movies.csv", "movieId,title,genres\n1,\"Matrix, The (1999)\",Action|Sci-Fi\n"},
                                 {"ratings.csv", "userId,movieId,rating,timestamp\n7,1,4.5,964982703\n"},
                                 {"links.csv", "movieId,imdbId,tmdbId\n1,0133093,603\n"}});
  const auto batch = import(folder.path());
  ASSERT_TRUE(batch) << batch.error().describe();
  ASSERT_THAT(batch->films, SizeIs(1));
  EXPECT_EQ(batch->films[0].key, "the-matrix-1999");
  EXPECT_EQ(batch->films[0].external.imdb, "tt0133093");
  EXPECT_THAT(batch->films[0].genres, ElementsAre("action", "science fiction"));
  EXPECT_EQ(batch->events.at(0).event.value, 4.5);
  EXPECT_EQ(batch->events.at(0).viewer, "me");
}

TEST(Import, PacksTheRatingsOfManyPeople) {
  const auto folder = folder_of({{"movies.csv", "movieId,title,genres\n1,Ran (1985),Drama\n2,Ikiru (1952),Drama\n"},
                                 {"ratings.csv", "userId,movieId,rating,timestamp\n7,2,4.5,964982703\n9,1,3.0,964982704\r\n"}});
  const auto batch = import(folder.path());
  ASSERT_TRUE(batch) << batch.error().describe();
  ASSERT_THAT(batch->tables, SizeIs(1));
  EXPECT_THAT(batch->tables[0].viewers, ElementsAre("MovieLens viewer 7", "MovieLens viewer 9"));
  EXPECT_THAT(batch->tables[0].film_keys, ElementsAre("ran-1985", "ikiru-1952"));
  EXPECT_EQ(batch->tables[0].ratings.at(0).film, 1);
  EXPECT_EQ(batch->tables[0].ratings.at(1).stars, 3.0F);
  EXPECT_THAT(batch->viewers, SizeIs(2));
}

TEST(Import, ReadsMovieLens1MInLatin1FromAZip) {
  const auto folder = *TemporaryFolder::create();
  write_zip(folder.path() / "any name", {{"ml-1m/movies.dat", "1::Mis\xE9rables, Les (1995)::Drama\n"}, {"ml-1m/ratings.dat", "1::1::5::978300760\n"}});
  const auto batch = import(folder.path() / "any name");
  ASSERT_TRUE(batch) << batch.error().describe();
  EXPECT_EQ(batch->films.at(0).key, "les-miserables-1995");
}

TEST(Import, ReadsMovieLens100K) {
  const auto folder =
      folder_of({{"u.item", "1|Toy Story (1995)|01-Jan-1995||http://x|0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n"}, {"u.data", "196\t1\t3\t881250949\n"}});
  const auto batch = import(folder.path());
  ASSERT_TRUE(batch) << batch.error().describe();
  EXPECT_THAT(batch->films.at(0).genres, ElementsAre("animation", "family", "comedy"));
  EXPECT_EQ(batch->events.at(0).event.value, 3);
}

TEST(Import, ReadsLetterboxdWithoutCountingAViewingTwice) {
  const auto folder = folder_of(
      {{"ratings.csv", "Date,Name,Year,Letterboxd URI,Rating\n2024-02-01,Ran,1985,https://boxd.it/1,4.5\n"},
       {"diary.csv", "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n2024-02-02,Ran,1985,https://boxd.it/2,4.5,,,2024-01-31\n"},
       {"watched.csv", "Date,Name,Year,Letterboxd URI\n2024-02-02,Ran,1985,https://boxd.it/1\n2024-02-03,Ikiru,1952,https://boxd.it/3\n"},
       {"likes/films.csv", "Date,Name,Year,Letterboxd URI\n2024-02-02,Ran,1985,https://boxd.it/1\n"},
       {"deleted/diary.csv", "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n2020-01-01,Gone,2000,x,,,,2020-01-01\n"},
       {"reviews.csv", "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date\n2024-02-02,Ran,1985,u,4.5,,\"Rain, \nfire.\",,2024-01-31\n"}});
  const auto batch = import(folder.path());
  ASSERT_TRUE(batch) << batch.error().describe();
  EXPECT_THAT(batch->films, SizeIs(2));
  EXPECT_THAT(batch->events, SizeIs(4));
  EXPECT_THAT(batch->reviews, SizeIs(1));
  EXPECT_EQ(batch->reviews[0].review.text, "Rain, \nfire.");
}

TEST(Import, ReadsImdbRatingsAndPassesSeriesOver) {
  const auto folder =
      folder_of({{"export.csv",
                  "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n"
                  "tt0089881,9,2024-03-01,Ran,乱,https://x,Movie,8.2,162,1985,\"Action, Drama\",1,1985-06-01,Akira Kurosawa\n"
                  "tt0903747,10,2024-03-01,Breaking Bad,,https://x,TV Series,9.5,49,2008,Crime,1,2008-01-20,\n"}});
  const auto batch = import(folder.path() / "export.csv");
  ASSERT_TRUE(batch) << batch.error().describe();
  ASSERT_THAT(batch->events, SizeIs(1));
  EXPECT_EQ(batch->events[0].event.value, 4.5);
  EXPECT_EQ(batch->films[0].runtime, std::chrono::minutes(162));
  EXPECT_THAT(batch->warnings.at(0).english, HasSubstr("1 rows are not of films"));
}

TEST(Import, ReadsALibraryFolder) {
  const auto folder = folder_of(
      {{"catalogue/a.jsonl",
        R"({"key":"ran-1985","title":{"original":"乱","en":"Ran","zh":"乱"},"year":1985,"runtime_minutes":162,"genres":["drama"],"external":{"imdb":"tt0089881","tmdb":null}})"},
       {"viewers.jsonl",
        R"({"viewer":"Simulated viewer 001","simulated":true,"events":[{"film":"ran-1985","kind":"rate","value":4.5,"at":"2023-05-01T20:15:00Z","mood":{"valence":0.2,"arousal":0.4}}]})"},
       {"reviews.jsonl", R"({"film":"ran-1985","author":"A","language":"zh","stars":4,"text":"好","at":"2024-01-01"})"}});
  const auto batch = import(folder.path());
  ASSERT_TRUE(batch) << batch.error().describe();
  EXPECT_EQ(batch->films.at(0).title.chinese, "乱");
  EXPECT_TRUE(batch->viewers.at(0).is_simulated);
  EXPECT_EQ(batch->events.at(0).event.mood->arousal, 0.4);
  EXPECT_EQ(batch->reviews.at(0).review.language, "zh");
}

TEST(Import, RefusesALibraryWithValuesThatAreNone) {
  const std::string film = R"({"key":"ran-1985","title":{"en":"Ran"}})";
  const auto told = [](const std::string& kind, const std::string& value) {
    return R"({"viewer":"A","events":[{"film":"ran-1985","kind":")" + kind + R"(","at":"2023-05-01T20:15:00Z","value":)" + value + "}]}";
  };
  EXPECT_TRUE(import(folder_of({{"a.jsonl", film}, {"b.jsonl", told("rate", "4.5")}}).path()));
  for (const auto& [kind, value] : {std::pair("rate", "1e300"), {"rate", "null"}, {"rate", "0"}, {"abandon", "7"}}) {
    EXPECT_THAT(import(folder_of({{"a.jsonl", film}, {"b.jsonl", told(kind, value)}}).path()).error().describe(), HasSubstr("0.5 to 5 stars")) << kind << value;
  }
  const std::string odd_mood = told("rate", R"(4,"mood":{"valence":1e300,"arousal":0})");
  EXPECT_THAT(import(folder_of({{"a.jsonl", film}, {"b.jsonl", odd_mood}}).path()).error().describe(), HasSubstr("a mood"));
  for (const std::string wrong : {R"("year":99999)", R"("year":-1)", R"("runtime_minutes":9000000000000000000)", R"("runtime_minutes":-5)"}) {
    EXPECT_FALSE(import(folder_of({{"a.jsonl", R"({"key":"k","title":{"en":"Ran"},)" + wrong + "}"}}).path())) << wrong;
  }
  const std::string review = R"({"film":"ran-1985","author":"A","text":"good","at":"2024-01-01","stars":-3})";
  EXPECT_THAT(import(folder_of({{"a.jsonl", film}, {"c.jsonl", review}}).path()).error().describe(), HasSubstr("0.5 to 5 stars"));
}

TEST(Import, NamesTheFileAndLineOfAMistake) {
  const auto folder = folder_of(
      {{"movies.csv", "movieId,title,genres\n1,Ran (1985),Drama\n"}, {"ratings.csv", "userId,movieId,rating,timestamp\n7,1,4.5,964982703\n7,1,many,1\n"}});
  const auto batch = import(folder.path());
  ASSERT_FALSE(batch);
  EXPECT_THAT(batch.error().describe(), HasSubstr("ratings.csv: line 3"));
}

TEST(Import, RefusesWhatItDoesNotKnowAndSaysWhatItKnows) {
  const auto folder = folder_of({{"notes.csv", "a,b\n1,2\n"}});
  EXPECT_EQ(import(folder.path() / "none.zip").error().code(), ErrorCode::NotFound);
  EXPECT_THAT(import(folder.path()).error().next_step(), HasSubstr("Letterboxd"));
  ASSERT_TRUE(write_file(folder.path() / "empty.csv", ""));
  EXPECT_THAT(import(folder.path() / "empty.csv").error().describe(), HasSubstr("is empty"));
}

TEST(Import, RefusesTextThatIsNotUtf8AndNamesTheLine) {
  const auto letterboxd = folder_of({{"ratings.csv", "Date,Name,Year,Letterboxd URI,Rating\n2024-03-09,Am\xE9lie,2001,https://boxd.it/x,4\n"}});
  const auto batch = import(letterboxd.path());
  ASSERT_FALSE(batch);
  EXPECT_THAT(batch.error().describe(), HasSubstr("ratings.csv: line 2: expected UTF-8"));
  EXPECT_THAT(batch.error().next_step(), HasSubstr("UTF-8"));
  const auto library = folder_of({{"catalogue/a.jsonl", "{\"key\":\"a\",\"title\":{\"en\":\"A\"},\"year\":1}\n{\"key\":\"\xFF\"}\n"}, {"reviews.jsonl", ""}});
  EXPECT_THAT(import(library.path()).error().describe(), HasSubstr("a.jsonl: line 2: expected UTF-8"));
}

TEST(Import, RefusesATruncatedZip) {
  const auto folder = *TemporaryFolder::create();
  write_zip(folder.path() / "a.zip", {{"movies.csv", std::string(50000, 'x')}, {"ratings.csv", "userId,movieId,rating,timestamp\n"}});
  const std::string whole = *read_file(folder.path() / "a.zip");
  ASSERT_TRUE(write_file(folder.path() / "a.zip", std::string_view(whole).substr(0, 60)));
  EXPECT_EQ(import(folder.path() / "a.zip").error().code(), ErrorCode::DataLoss);
}

TEST(Match, FindsFilmsByNumberTitleAndNearYear) {
  const std::vector<Film> catalogue = {{.key = "seven-samurai-1954",
                                        .title = {.original = "七人の侍", .english = "Seven Samurai", .chinese = "七武士"},
                                        .year = 1954,
                                        .external = {.imdb = "tt0047478"}},
                                       {.key = "twins-1988", .title = {.english = "Twins"}, .year = 1988},
                                       {.key = "twins-1989", .title = {.english = "Twins"}, .year = 1989}};
  ImportBatch batch;
  batch.films = {{.key = "the-seven-samurai-1955", .title = {.english = "The Seven Samurai"}, .year = 1955},
                 {.key = "shichinin", .title = {.english = "Shichinin"}, .external = {.imdb = "tt0047478"}},
                 {.key = "seven-samurai-2016", .title = {.english = "Seven Samurai"}, .year = 2016},
                 {.key = "twins", .title = {.english = "Twins"}, .year = 1988},
                 {.key = "twins-1990", .title = {.english = "Twins"}, .year = 0}};
  batch.events.push_back({.viewer = "me", .film_key = "the-seven-samurai-1955"});
  EXPECT_EQ(match_films(batch, catalogue), 3);
  EXPECT_EQ(batch.films[0].key, "seven-samurai-1954");
  EXPECT_EQ(batch.films[1].key, "seven-samurai-1954");
  EXPECT_EQ(batch.films[2].key, "seven-samurai-2016");
  EXPECT_EQ(batch.films[3].key, "twins-1988");
  EXPECT_EQ(batch.films[4].key, "twins-1990");
  EXPECT_EQ(batch.events[0].film_key, "seven-samurai-1954");
}

TEST(Import, ReadsTheMovieLensFilesOfTheSharedData) {
  const std::filesystem::path data = std::filesystem::path(CINELOOM_SOURCE_DIR) / "../shared/data/ratings";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "../shared/data is not here";
  const auto small = import(data / "ml-latest-small.zip");
  ASSERT_TRUE(small) << small.error().describe();
  EXPECT_THAT(small->films, SizeIs(9742));
  ASSERT_THAT(small->tables, SizeIs(1));
  EXPECT_THAT(small->tables[0].ratings, SizeIs(100836));
  EXPECT_THAT(small->tables[0].viewers, SizeIs(610));
  const auto hundred = import(data / "ml-100k.zip");
  ASSERT_TRUE(hundred) << hundred.error().describe();
  ASSERT_THAT(hundred->tables, SizeIs(1));
  EXPECT_THAT(hundred->tables[0].ratings, SizeIs(100000));
}

}  // namespace
}  // namespace cineloom
