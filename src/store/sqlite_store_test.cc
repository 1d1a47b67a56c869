#include "store/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <atomic>
#include <thread>

#include "base/files.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Runs SQL on a store's file from outside, as damage or an older program would.
void run_sql(const std::filesystem::path& folder, const std::string& text) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "cineloom.db").c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

// The tables of version 1 that a later step touches or refers to.
constexpr auto kVersion1 = R"sql(
CREATE TABLE imports(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, path TEXT NOT NULL, at INTEGER NOT NULL, receipt TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE films(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, titles TEXT NOT NULL, genres TEXT NOT NULL, json TEXT NOT NULL,
  import INTEGER REFERENCES imports(id)) STRICT;
CREATE TABLE viewers(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, simulated INTEGER NOT NULL,
  import INTEGER REFERENCES imports(id)) STRICT;
CREATE TABLE events(
  id INTEGER PRIMARY KEY AUTOINCREMENT, viewer INTEGER NOT NULL REFERENCES viewers(id),
  film INTEGER NOT NULL REFERENCES films(id), kind TEXT NOT NULL, value REAL, at INTEGER NOT NULL,
  valence REAL, arousal REAL, key TEXT, origin TEXT NOT NULL, import INTEGER REFERENCES imports(id)) STRICT;
CREATE TABLE reviews(
  id INTEGER PRIMARY KEY, film INTEGER NOT NULL REFERENCES films(id), author TEXT NOT NULL, language TEXT NOT NULL,
  text TEXT NOT NULL, stars REAL, at INTEGER NOT NULL, import INTEGER REFERENCES imports(id)) STRICT;
CREATE TABLE stories(id INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT NOT NULL) STRICT;
CREATE TABLE models(name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
INSERT INTO viewers(name, simulated) VALUES('Ada', 0);
INSERT INTO models VALUES('recommender', x'000102');
PRAGMA user_version=1; PRAGMA application_id=0x434E4C4D;
)sql";

TEST(SqliteStoreMigration, BringsAModelOfTheFirstVersionAlong) {
  const auto folder = *TemporaryFolder::create();
  run_sql(folder.path(), kVersion1);
  const auto store = open_sqlite_store(folder.path());
  ASSERT_TRUE(store) << store.error().describe();
  EXPECT_EQ(**(*store)->model("recommender"), std::string("\0\1\2", 3));
  EXPECT_EQ((*store)->roll_back_model("recommender").error().code(), ErrorCode::NotFound);
  EXPECT_TRUE((*store)->find_viewer("Ada")->has_value());
  EXPECT_TRUE((*store)->check());
}

TEST(SqliteStoreMigration, HappensAlsoWhenTheLibraryIsOnlyRead) {
  const auto folder = *TemporaryFolder::create();
  run_sql(folder.path(), kVersion1);
  const auto store = open_sqlite_store(folder.path(), StoreAccess::ReadOnly);
  ASSERT_TRUE(store) << store.error().describe();
  EXPECT_THAT(*(*store)->models("recommender"), SizeIs(1));
}

TEST(SqliteStoreMigration, RefusesAStoreOfANewerProgram) {
  const auto folder = *TemporaryFolder::create();
  run_sql(folder.path(), std::string(kVersion1) + "PRAGMA user_version=9999;");
  for (const StoreAccess access : {StoreAccess::ReadWrite, StoreAccess::ReadOnly}) {
    const auto store = open_sqlite_store(folder.path(), access);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code(), ErrorCode::DataLoss);
  }
}

TEST(SqliteStoreMigration, AddsTheTablesOfFeedback) {
  const auto folder = *TemporaryFolder::create();
  run_sql(folder.path(), kVersion1);
  const auto store = open_sqlite_store(folder.path());
  ASSERT_TRUE(store) << store.error().describe();
  const ViewerId viewer = (*(*store)->find_viewer("Ada"))->id;
  const FilmId film = *(*store)->put_film({.key = "x"});
  EXPECT_TRUE((*store)->put_slate({.viewer = viewer, .items = {{.film = film}}}));
  EXPECT_TRUE((*store)->put_preference(viewer, "exploration", "1"));
}

TEST(SqliteStoreForecasts, CannotBeChangedEvenFromOutside) {
  const auto folder = *TemporaryFolder::create();
  {
    const auto store = open_sqlite_store(folder.path());
    const ViewerId viewer = *(*store)->put_viewer({.name = "Ada"});
    const FilmId film = *(*store)->put_film({.key = "x"});
    ASSERT_TRUE((*store)->lock_forecast({.viewer = viewer, .film = film, .stars = 3, .low = 2, .high = 4}));
  }
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((folder.path() / "cineloom.db").c_str(), &handle), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(handle, "UPDATE forecasts SET stars=5", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
}

TEST(SqliteStoreModels, AnswersWithTheLastGoodModelWhenTheActiveOneIsDamaged) {
  const auto folder = *TemporaryFolder::create();
  {
    const auto store = open_sqlite_store(folder.path());
    for (const char* bytes : {"first", "second", "third"}) ASSERT_TRUE((*store)->add_model({.name = "m", .bytes = bytes}));
  }
  run_sql(folder.path(), "UPDATE model_pieces SET bytes=x'00' WHERE model=3; DELETE FROM model_pieces WHERE model=2");
  const auto store = open_sqlite_store(folder.path());
  const auto found = (*store)->active_model("m");
  ASSERT_TRUE(found && found->has_value());
  EXPECT_EQ((*found)->bytes, "first");
  EXPECT_THAT((*found)->warning, HasSubstr("version 3"));
}

TEST(SqliteStoreErasure, LeavesNothingBehindWhileOthersReadWithoutAPause) {
  const auto folder = *TemporaryFolder::create();
  const auto store = *open_sqlite_store(folder.path());
  const FilmId film = *store->put_film({.key = "film"});
  std::vector<Event> events;
  for (int i = 0; i < 20; ++i) {
    const ViewerId viewer = *store->put_viewer({.name = "Viewer " + std::to_string(i)});
    for (int rating = 0; rating < 2'000; ++rating) events.push_back({.viewer = viewer, .film = film, .kind = EventKind::Watch, .key = std::to_string(rating)});
  }
  ASSERT_TRUE(store->append_events(events));
  std::atomic<bool> is_over = false;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 6; ++i) {
    readers.emplace_back([&] {
      while (!is_over) EXPECT_TRUE(store->all_events());
    });
  }
  const auto viewers = *store->viewers();
  for (std::size_t i = 0; i < 3; ++i) {
    const auto erased = store->erase_viewer(viewers[i].id, {});
    ASSERT_TRUE(erased) << erased.error().describe();
  }
  is_over = true;
  readers.clear();
  EXPECT_EQ(std::filesystem::file_size(folder.path() / "cineloom.db-wal"), 0U);
  EXPECT_THAT(*store->all_events(), SizeIs(17 * 2'000));
}

}  // namespace
}  // namespace cineloom
