// The traps of each format; the samples in tests/imports hold the others (golden_merge_test.cc).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "collect/export.h"
#include "collect/import.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Timestamp kNow = std::chrono::sys_days(std::chrono::days(20'000));

Expected<ImportBatch> read(std::string bytes, const std::string& name = "download.bin") {
  Progress progress;
  return read_import_bytes(name, std::move(bytes), {.viewer = "me", .now = kNow}, progress, CancelToken());
}

ImportBatch batch_of(std::string bytes, const std::string& name = "download.bin") {
  const auto batch = read(std::move(bytes), name);
  EXPECT_TRUE(batch) << batch.error().describe();
  return batch ? *batch : ImportBatch();
}

/// "watch tt0089881 2024-03-01" for every event.
std::vector<std::string> acts_of(const ImportBatch& batch) {
  std::vector<std::string> acts;
  for (const ImportedEvent& imported : batch.events) {
    static constexpr std::array kKinds = {"rate", "watch", "like", "hide", "unhide", "skip", "abandon", "wish"};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(imported.event.at)};
    acts.push_back(fmt::format("{} {} {}-{:02}-{:02}{}", kKinds[static_cast<std::size_t>(imported.event.kind)], imported.film_key, static_cast<int>(day.year()),
                               static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                               imported.event.value ? fmt::format(" {}", *imported.event.value) : ""));
  }
  return acts;
}

std::string zip_of(const std::vector<ExportedFile>& files) { return *pack_files(files); }

TEST(Formats, ReadsImdbWatchlists) {
  const auto batch = batch_of(
      "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release "
      "Date,Directors,Your Rating,Date Rated\n"
      "1,tt0089881,2024-03-01,2024-03-01,,Ran,Ran,u,Movie,8.2,162,1985,Drama,1,1985-06-01,Akira Kurosawa,,\n");
  EXPECT_THAT(acts_of(batch), ElementsAre("wish ran-1985 2024-03-01"));
}

TEST(Formats, ReadsYamtrack) {
  const auto batch = batch_of(
      "media_id,source,media_type,title,image,season_number,episode_number,score,status,notes,start_date,end_date,progress\n"
      "603,tmdb,movie,The Matrix,,,,8.7,Completed,fine,2024-01-04,2024-01-05 20:00:00+00:00,1\n"
      "78,tmdb,movie,Blade Runner,,,,,Planning,,,,0\n"
      "62,tmdb,movie,2001: A Space Odyssey,,,,,Dropped,,,2024-02-12,0\n"
      "1396,tmdb,tv,Breaking Bad,,,,9,Completed,,,,5\n");
  EXPECT_THAT(acts_of(batch), ElementsAre("rate the-matrix 2024-01-05 4.5", "watch the-matrix 2024-01-05", "wish blade-runner 2024-10-04",
                                          "abandon 2001-a-space-odyssey 2024-02-12"));
  EXPECT_EQ(batch.films.at(0).external.tmdb, 603);
  EXPECT_THAT(batch.reviews, SizeIs(1));
}

TEST(Formats, ReadsTablesOfSimklTmdbMovaryAndNeodb) {
  EXPECT_THAT(
      acts_of(batch_of(
          "SIMKL_ID,Title,Type,Year,Watchlist,LastEpWatched,WatchedDate,Rating,Memo,TVDB,TMDB,IMDB\n1,Ran,movie,1985,completed,,2024-03-01,9,,,,tt0089881\n")),
      ElementsAre("rate ran-1985 2024-03-01 4.5", "watch ran-1985 2024-03-01"));
  EXPECT_THAT(acts_of(batch_of("TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,Date Rated\n"
                               "11645,tt0089881,movie,Ran,1985-06-01T00:00:00Z,,,8.1,10,2024-03-01T10:00:00Z\n")),
              ElementsAre("rate ran-1985 2024-03-01 5"));
  EXPECT_THAT(acts_of(batch_of("title,year,tmdbId,imdbId,addedAt\nRan,1985,11645,tt0089881,2024-03-01\n")), ElementsAre("wish ran-1985 2024-03-01"));
  EXPECT_THAT(acts_of(batch_of(
                  "title,info,links,timestamp,status,rating,comment,tags\nRan (1985),,https://www.imdb.com/title/tt0089881/,2024-03-01T10:00:00Z,complete,9,,\n"
                  "Ikiru (1952),,,2024-03-02T10:00:00Z,wishlist,,,\n")),
              ElementsAre("rate ran-1985 2024-03-01 4.5", "watch ran-1985 2024-03-01", "wish ikiru-1952 2024-03-02"));
}

TEST(Formats, FallsBackToLastViewingsWhereTraktHasNoHistory) {
  const std::string movies =
      R"([{"plays":2,"last_watched_at":"2024-03-01T20:00:00.000Z","movie":{"title":"Ran","year":1985,"ids":{"trakt":1,"imdb":"tt0089881"}}}])";
  EXPECT_THAT(acts_of(batch_of(zip_of({{"watched-movies.json", movies}, {"lists-lists.json", "[]"}}))), ElementsAre("watch ran-1985 2024-03-01"));
}

TEST(Formats, TakesNoYearThatIsNone) {
  for (const std::string year : {"1e300", "99999", "-5", "null"}) {
    const auto trakt =
        read(R"([{"plays":2,"last_watched_at":"2024-03-01T20:00:00.000Z","movie":{"title":"Ran","year":)" + year + R"(,"ids":{"trakt":1}}}])", "a.json");
    ASSERT_TRUE(trakt) << year;
    EXPECT_EQ(trakt->films.at(0).year, 0) << year;
  }
}

TEST(Formats, ReadsNetflixDaysOfOtherCountriesAndPassesShowsOver) {
  const auto batch = batch_of(
      "Title,Date\nRan of the Sun,25/12/23\nRoom Two,1/5/24\nThe Show: One,1/1/24\nThe Show: Two,2/1/24\nThe Show: Three,3/1/24\nDark: Staffel 1: "
      "Lügen,1/1/24\n");
  EXPECT_THAT(acts_of(batch), ElementsAre("watch ran-of-the-sun 2023-12-25", "watch room-two 2024-05-01"));
  EXPECT_THAT(batch.warnings.at(0).english, HasSubstr("4 rows are not of films"));
}

TEST(Formats, AddsSittingsOfOneViewingTogether) {
  const auto line = [](const char* at, int seconds) {
    return fmt::format(
        "2024-03-{} 20:00:00.0000000\t0123456789abcdef0123456789abcdef\t00000000000000000000000000000001\tMovie\tSeven Samurai\tDirectPlay\tWeb\tTV\t{}\n", at,
        seconds);
  };
  EXPECT_THAT(acts_of(batch_of(line("01", 900) + line("02", 1000) + line("02", 1000) + line("20", 200))), ElementsAre("watch seven-samurai 2024-03-01"));
  EXPECT_THAT(acts_of(batch_of(line("01", 900))), ElementsAre("abandon seven-samurai 2024-03-01"));
}

TEST(Formats, TakesNoNumberThatIsNotFinite) {
  const std::string play = "2024-03-01 20:00:00\t0123456789abcdef0123456789abcdef\t01\tMovie\tRan\tDirectPlay\tWeb\tTV\t";
  for (const char* seconds : {"nan", "-nan", "inf"}) EXPECT_FALSE(read(play + "900\n" + play + seconds + "\n" + play + seconds + "\n")) << seconds;
  for (const char* minutes : {"nan", "inf", "-inf"}) {
    const auto batch = batch_of(fmt::format("<movie><title>Ran</title><year>1985</year><runtime>{}</runtime><playcount>1</playcount></movie>", minutes));
    EXPECT_EQ(batch.films.at(0).runtime.count(), 0) << minutes;
  }
}

TEST(Formats, ReadsWebhooksWithBooleansAsTextAndAbandonedFilms) {
  const auto hook = [](const char* whole, std::int64_t ticks) {
    return fmt::format(
        R"({{"NotificationType":"PlaybackStop","ItemType":"Movie","Name":"Ran","Year":1985,"Provider_imdb":"tt0089881","NotificationUsername":"Ada","ItemId":"7",
      "UtcTimestamp":"2024-03-01T20:00:00Z","Timestamp":"2024-03-02T05:00:00","RunTimeTicks":97200000000,"PlaybackPositionTicks":{},"PlayedToCompletion":"{}"}})",
        ticks, whole);
  };
  EXPECT_THAT(acts_of(batch_of(hook("True", 0))), ElementsAre("watch ran-1985 2024-03-01"));
  EXPECT_THAT(acts_of(batch_of(hook("False", 24'300'000'000))), ElementsAre("abandon ran-1985 2024-03-01 0.25"));
  EXPECT_THAT(acts_of(batch_of(hook("False", 100'000'000))), IsEmpty());
}

TEST(Formats, ReadsNfoFilesOfManyHands) {
  const auto batch = batch_of(
      "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!DOCTYPE movie [<!ENTITY x SYSTEM "
      "\"file:///etc/passwd\">]>\n<movie><title>Ran</title><originaltitle>乱</originaltitle><plot>&x;</plot>"
      "<year>1985</year><userrating max=\"10\">9,0</userrating><playcount>1</playcount><lastplayed>2024-03-01 20:00:00</lastplayed><uniqueid "
      "type=\"imdb\">tt0089881</uniqueid>"
      "<genre>Drama / War</genre><director>Akira Kurosawa</director><actor><name>Tatsuya "
      "Nakadai</name></actor></movie>\nhttps://www.imdb.com/title/tt0089881/\n");
  EXPECT_THAT(acts_of(batch), ElementsAre("watch ran-1985 2024-03-01", "rate ran-1985 2024-03-01 4.5"));
  EXPECT_THAT(batch.films.at(0).genres, ElementsAre("drama", "war"));
  EXPECT_THAT(batch.films.at(0).synopsis, ::testing::Not(HasSubstr("root:")));
}

TEST(Formats, ReadsWorkbooksWithSharedTexts) {
  const std::string sheet_head = R"(<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">)";
  const auto cell = [](char column, int row, int text) { return fmt::format(R"(<c r="{}{}" t="s"><v>{}</v></c>)", column, row, text); };
  std::string texts = R"(<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">)";
  for (const char* text : {"标题", "链接", "创建时间", "我的评分", "乱 / Ran", "https://movie.douban.com/subject/1292/", "2024-03-02 02:00:00"})
    texts += fmt::format("<si><r><t>{}</t></r></si>", text);
  const std::string sheet = sheet_head + cell('A', 1, 0) + cell('B', 1, 1) + cell('C', 1, 2) + cell('E', 1, 3) + R"(</row><row r="2">)" + cell('A', 2, 4) +
                            cell('B', 2, 5) + cell('C', 2, 6) + R"(<c r="E2"><v>4</v></c></row></sheetData></worksheet>)";
  const std::string workbook =
      R"(<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="看过" r:id="a"/></sheets></workbook>)";
  const std::string relations =
      R"(<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Target="worksheets/s.xml"/></Relationships>)";
  const auto batch = batch_of(zip_of(
      {{"xl/workbook.xml", workbook}, {"xl/_rels/workbook.xml.rels", relations}, {"xl/worksheets/s.xml", sheet}, {"xl/sharedStrings.xml", texts + "</sst>"}}));
  EXPECT_THAT(acts_of(batch), ElementsAre("watch ran 2024-03-01", "rate ran 2024-03-01 4"));
  EXPECT_EQ(batch.films.at(0).title.chinese, "乱");
  EXPECT_EQ(batch.events.at(0).event.key, "douban:watch:1292");
}

TEST(Formats, ReadsFilmsAsTmdbAnswersThem) {
  const auto batch = batch_of(
      R"({"id":11645,"imdb_id":"tt0089881","original_title":"乱","title":"Ran","release_date":"1985-06-01","runtime":162,"genres":[{"id":18,"name":"Drama"}],
    "credits":{"cast":[{"name":"Tatsuya Nakadai"}],"crew":[{"job":"Director","name":"Akira Kurosawa"}]},
    "translations":{"translations":[{"iso_639_1":"zh","iso_3166_1":"CN","data":{"title":"乱"}}]}})");
  ASSERT_THAT(batch.films, SizeIs(1));
  EXPECT_EQ(batch.films[0].external.tmdb, 11645);
  EXPECT_THAT(batch.films[0].directors, ElementsAre("Akira Kurosawa"));
  EXPECT_EQ(batch.films[0].title.chinese, "乱");
}

TEST(Formats, FindsTheScaleOfAnyTable) {
  EXPECT_THAT(acts_of(batch_of("Movie;Year;Score;Watched\nRan;1985;80;2024-03-01\nIkiru;1952;95;2024-03-02\n")),
              ElementsAre("rate ran-1985 2024-03-01 4", "watch ran-1985 2024-03-01", "rate ikiru-1952 2024-03-02 5", "watch ikiru-1952 2024-03-02"));
  EXPECT_THAT(
      acts_of(batch_of(
          "{\"film\":\"Ran\",\"year\":1985,\"stars\":4.5,\"date\":\"2024-03-01\"}\n{\"film\":\"Ikiru\",\"year\":1952,\"stars\":3,\"date\":\"2024-03-02\"}\n")),
      ElementsAre("rate ran-1985 2024-03-01 4.5", "watch ran-1985 2024-03-01", "rate ikiru-1952 2024-03-02 3", "watch ikiru-1952 2024-03-02"));
}

TEST(Formats, ReadsUtf16AndRefusesWhatIsCutOff) {
  const std::string text = "title,year,rating\nRan,1985,4\n";
  std::string wide = "\xFF\xFE";
  for (const char letter : text) wide += std::string(1, letter) + '\0';
  EXPECT_THAT(acts_of(batch_of(wide)), ElementsAre("rate ran-1985 2024-10-04 4"));
  const auto cut = read("Const,Your Rating,Date Rated,Title,URL,Title Type,Year\ntt0089881,9,2024-03-01,Ran,u,Movie,1985\ntt0044741,9,20", "imdb.csv");
  ASSERT_FALSE(cut);
  EXPECT_THAT(cut.error().describe(), HasSubstr("imdb.csv: line 3: expected 7 fields"));
  const auto json = read(R"([{"watched_at":"2024-03-01T20:00:00Z","movie":{"title":"Ran","year":1985}},{"watched)", "history.json");
  ASSERT_FALSE(json);
  EXPECT_THAT(json.error().describe(), HasSubstr("history.json: JSON"));
}

TEST(Formats, AsksForTheNameWhereLetterboxdsTablesLookAlike) {
  const std::string table = "Date,Name,Year,Letterboxd URI\n2024-03-01,Ran,1985,https://boxd.it/1\n";
  EXPECT_THAT(read(table, "x.csv").error().next_step(), HasSubstr("watchlist.csv"));
  EXPECT_THAT(acts_of(batch_of(table, "watchlist (1).csv")), ElementsAre("wish ran-1985 2024-03-01"));
}

TEST(Formats, RefusesBombsByWhatTheyProduce) {
  const std::string zeros(96U << 20U, ' ');
  const auto bomb = read(zip_of({{"ratings.csv", zeros}}), "bomb.zip");
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code(), ErrorCode::ResourceExhausted);
  std::string nested = "userId,movieId,rating,timestamp\n";
  for (int depth = 0; depth < 6; ++depth) nested = zip_of({{"a.zip", nested}});
  EXPECT_EQ(read(nested).error().code(), ErrorCode::InvalidArgument);
}

TEST(Formats, CallsTheOneWhoIsAskedForByTheirNameAmongSeveral) {
  const auto batch = batch_of(
      "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,Country\n"
      "Me,2024-01-05 20:00:11,02:16:00,,Seven Samurai,,TV,,,DE\nKid,2024-01-06 20:00:11,01:16:00,,Spirited Away,,TV,,,DE\n");
  ASSERT_THAT(batch.events, SizeIs(2));
  std::vector<std::string> viewers = {batch.events[0].viewer, batch.events[1].viewer};
  std::ranges::sort(viewers);
  EXPECT_THAT(viewers, ElementsAre("Kid", "me"));
}

TEST(Formats, TakesTheWholeOfImdbForKnownFilmsOnly) {
  std::string basics = "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres\n";
  for (int i = 1; i <= 100'001; ++i) basics += fmt::format("tt{:07}\tmovie\tFilm {}\tFilm {}\t0\t1990\t\\N\t90\t\\N\n", i, i, i);
  const std::vector<Film> catalogue = {{.key = "known", .title = {.english = "Film 7"}, .year = 1990, .external = {.imdb = "tt0000007"}}};
  Progress progress;
  const auto batch = read_import_bytes("basics", basics, {.viewer = "me", .catalogue = catalogue}, progress, CancelToken());
  ASSERT_TRUE(batch) << batch.error().describe();
  ASSERT_THAT(batch->films, SizeIs(1));
  EXPECT_EQ(batch->films[0].runtime, std::chrono::minutes(90));
}

}  // namespace
}  // namespace cineloom
