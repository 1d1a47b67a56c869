#include "store/sealing.h"

#include <array>
#include <fstream>

#include "base/files.h"
#include "store/internal/sqlite.h"
#include "store/sqlite_store.h"
#include "store/testing/conformance.h"

namespace cineloom::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Timestamp at(std::int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

std::string all_bytes_in(const fs::path& folder) {
  std::string bytes;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.file_size() > 0) bytes += *read_file(entry.path());
  }
  return bytes;
}

std::string text_or_error(const Expected<std::string>& text) { return text ? *text : text.error().describe(); }

/// A folder with a library and a key beside it.
class SealedLibrary : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(privacy::make_key_file(key_.file));
    ASSERT_TRUE(privacy::make_key_file(other_.file));
  }

  /// Everything that a store keeps of two viewers, each with a word of their own.
  void fill() {
    const auto store = open();
    for (const std::string name : {"ada-m4rk", "ben-m4rk"}) {
      const ViewerId viewer = *store->put_viewer({.name = name});
      const FilmId film = *store->put_film({.key = "film-of-" + name.substr(0, 3), .title = {.english = "x"}});
      std::vector<Event> events;
      for (int i = 0; i < 40; ++i) {
        events.push_back({.viewer = viewer,
                          .film = film,
                          .kind = EventKind::Rate,
                          .value = 4.5,
                          .at = at(i),
                          .mood = Feeling{.valence = 0.25, .arousal = -1},
                          .key = name + std::to_string(i),
                          .origin = name});
      }
      ASSERT_TRUE(store->append_events(events));
      ASSERT_TRUE(store->put_slate({.viewer = viewer, .at = at(1), .key = name, .ranker = name, .context = name, .items = {{.film = film, .score = 0.1}}}));
      ASSERT_TRUE(store->lock_forecast({.viewer = viewer, .film = *store->put_film({.key = "unseen"}), .stars = 4, .low = 3, .high = 5, .at = at(2)}));
      ASSERT_TRUE(store->put_preference(viewer, name, "\"" + name + "\""));
      Progress progress;
      ImportBatch batch{.source = "test", .path = "/home/" + name};
      batch.events.push_back({.viewer = name,
                              .film_key = "unseen",
                              .event = {.kind = EventKind::Wish, .at = at(9), .key = name + "-wish", .origin = "test"},
                              .raw = "{\"" + name + "\":1}"});
      batch.reviews.push_back({.film_key = "unseen", .review = {.author = name, .language = "en", .text = name, .stars = 2.5, .at = at(1)}});
      batch.tables.push_back(
          {.origin = "set", .viewers = {name}, .film_keys = {"unseen"}, .ratings = {{.viewer = 0, .film = 0, .stars = 3.5F, .at_seconds = 5}}});
      ASSERT_TRUE(store->apply_import(batch, at(3), progress, CancelToken()));
      ASSERT_TRUE(store->put_story(StoryId(), "{\"told\":\"" + name + "\"}"));
    }
  }
  void seal() {
    Progress progress;
    const auto sealed = seal_library(library_, key_, progress, CancelToken());
    ASSERT_TRUE(sealed) << sealed.error().describe();
  }
  std::unique_ptr<Store> open() {
    auto store = open_sqlite_store(library_);
    EXPECT_TRUE(store) << store.error().describe();
    return *std::move(store);
  }
  /// What both viewers are told that is kept of them, and what belongs to the household.
  std::string everything() {
    const auto store = open();
    std::string all;
    // Lists outlive their loops: a temporary would be gone before its first turn.
    const auto viewers = *store->viewers();
    for (const Viewer& viewer : viewers) all += text_or_error(store->viewer_data(viewer.id)) + "\n";
    const auto stories = *store->stories();
    for (const StoryId story : stories) all += text_or_error(store->story(story)) + "\n";
    const auto imports = *store->imports();
    for (const ImportReceipt& receipt : imports) all += receipt.path + "\n";
    const auto events = *store->all_events();
    for (const Event& event : events) all += event.key + event.origin + std::to_string(event.id.number()) + "\n";
    return all;
  }
  void sql(const std::string& text) {
    auto connection = sqlite::Connection::open(library_ / "cineloom.db", sqlite::Access::ReadWrite);
    const auto done = connection->execute(text);
    EXPECT_TRUE(done) << done.error().describe();
  }
  ErrorCode code_of_reading() {
    const auto store = open_sqlite_store(library_);
    if (!store) return store.error().code();
    const auto events = (*store)->all_events();
    return events ? ErrorCode::Internal : events.error().code();
  }

  TemporaryFolder folder_ = *TemporaryFolder::create("cineloom-seal");
  fs::path library_ = folder_.path() / "library";
  privacy::KeyChoice key_{.file = folder_.path() / "key"};
  privacy::KeyChoice other_{.file = folder_.path() / "other"};
};

TEST_F(SealedLibrary, SaysTheSameAsBeforeAndHoldsNoWordOfIt) {
  fill();
  const std::string before = everything();
  EXPECT_THAT(all_bytes_in(library_), HasSubstr("m4rk"));
  seal();
  EXPECT_EQ(everything(), before);
  EXPECT_FALSE(all_bytes_in(library_).contains("m4rk"));
  EXPECT_EQ(sealing_status(library_)->sealing, Sealing::Done);
  EXPECT_EQ(sealing_status(library_)->failure, "");
}

TEST_F(SealedLibrary, NeverWritesInTheClearWhatComesAfterSealing) {
  seal();
  fill();
  EXPECT_THAT(everything(), HasSubstr("m4rk"));
  const auto store = open();
  ASSERT_TRUE(store->backup(folder_.path() / "copy.db", CancelToken()));
  EXPECT_FALSE(all_bytes_in(folder_.path()).contains("m4rk"));
}

TEST_F(SealedLibrary, RefusesAnotherKeyAndChangesNothing) {
  seal();
  fill();
  ASSERT_TRUE(write_file(library_ / "key.json", "{\"key\":{\"file\":\"" + other_.file.string() + "\"}}"));
  const std::string before = *read_file(library_ / "cineloom.db");
  const auto refused = open_sqlite_store(library_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(refused.error().next_step(), HasSubstr("keys use"));
  EXPECT_EQ(*read_file(library_ / "cineloom.db"), before);
  EXPECT_EQ(use_library_key(library_, other_).error().code(), ErrorCode::InvalidArgument);
  ASSERT_TRUE(use_library_key(library_, key_));
  EXPECT_THAT(everything(), HasSubstr("ada-m4rk"));
  fs::remove(key_.file);
  EXPECT_EQ(open_sqlite_store(library_).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(open_sqlite_store(library_, StoreAccess::ReadOnly).error().code(), ErrorCode::NotFound);
}

TEST_F(SealedLibrary, RefusesACellThatWasCutOff) {
  seal();
  fill();
  sql("UPDATE sealed_events SET bytes=substr(bytes,1,length(bytes)-1) WHERE id=7");
  EXPECT_EQ(code_of_reading(), ErrorCode::DataLoss);
}

TEST_F(SealedLibrary, RefusesACellThatWasSwappedWithAnothersOrWithinAViewer) {
  seal();
  fill();
  sql("CREATE TABLE swap AS SELECT id, bytes FROM sealed_events WHERE id IN (3, 4)");
  sql("UPDATE sealed_events SET bytes=(SELECT bytes FROM swap WHERE swap.id=7-sealed_events.id) WHERE id IN (3, 4); DROP TABLE swap");
  EXPECT_EQ(code_of_reading(), ErrorCode::DataLoss);
}

TEST_F(SealedLibrary, RefusesAnEventThatWasGivenToAnotherViewer) {
  seal();
  fill();
  sql("UPDATE sealed_events SET viewer=2, key=NULL WHERE id=5");
  EXPECT_EQ(code_of_reading(), ErrorCode::DataLoss);
}

TEST_F(SealedLibrary, RefusesAKeyThatWasPutBackToAnOlderVersion) {
  seal();
  fill();
  sql("CREATE TABLE kept AS SELECT * FROM viewer_keys");
  Progress progress;
  ASSERT_TRUE(rotate_data_keys(library_, progress, CancelToken()));
  sql("DELETE FROM viewer_keys; INSERT INTO viewer_keys SELECT * FROM kept; DROP TABLE kept");
  EXPECT_EQ(code_of_reading(), ErrorCode::DataLoss);
  sql("UPDATE viewer_keys SET version=2");
  EXPECT_EQ(code_of_reading(), ErrorCode::DataLoss);
}

TEST_F(SealedLibrary, RotatesTheOwnersKeyAndTheViewersKeys) {
  seal();
  fill();
  const std::string before = everything();
  ASSERT_EQ(*rotate_master_key(library_, other_), 2);
  EXPECT_EQ(everything(), before);
  fs::remove(key_.file);
  EXPECT_EQ(everything(), before);
  const std::string bytes = all_bytes_in(library_);
  Progress progress;
  const auto cells = rotate_data_keys(library_, progress, CancelToken());
  ASSERT_TRUE(cells) << cells.error().describe();
  EXPECT_GT(*cells, 80);
  EXPECT_EQ(everything(), before);
  const auto status = sealing_status(library_);
  EXPECT_EQ(status->master_version, 2U);
  EXPECT_EQ(status->data_version, 2U);
  EXPECT_EQ(status->outdated, 0);
}

TEST_F(SealedLibrary, FinishesARotationOfTheOwnersKeyThatWasCutShort) {
  seal();
  fill();
  const std::string places = *read_file(library_ / "key.json");
  // As a kill between the first of the two notes and the change itself leaves it.
  ASSERT_TRUE(write_file(library_ / "key.json", "{\"key\":{\"file\":\"" + other_.file.string() + "\"},\"before\":{\"file\":\"" + key_.file.string() + "\"}}"));
  EXPECT_THAT(everything(), HasSubstr("ada-m4rk"));
  ASSERT_TRUE(rotate_master_key(library_, other_));
  fs::remove(key_.file);
  EXPECT_THAT(everything(), HasSubstr("ada-m4rk"));
}

TEST_F(SealedLibrary, ErasesAViewerAndTheirKeyAlsoFromCopies) {
  seal();
  fill();
  const fs::path copy = folder_.path() / "copy.db";
  {
    const auto store = open();
    ASSERT_TRUE(store->backup(copy, CancelToken()));
    const auto rows = store->erase_viewer((*store->find_viewer("ada-m4rk"))->id, {});
    ASSERT_TRUE(rows) << rows.error().describe();
    EXPECT_EQ(rows->events, 42);
    EXPECT_EQ(rows->imports, 1);
    EXPECT_EQ(rows->reviews, 1);
    EXPECT_EQ(rows->forecasts, 1);
    EXPECT_THAT(*store->viewers(), SizeIs(1));
    // The number may be given again; nothing of who had it must be in the way.
    const ViewerId next = *store->put_viewer({.name = "cleo"});
    ASSERT_TRUE(store->append_events(std::array{Event{.viewer = next, .film = FilmId(1), .at = at(1), .key = "k", .origin = "test"}}));
    EXPECT_THAT(*store->events_of(next), SizeIs(1));
  }
  EXPECT_EQ(sealing_status(library_)->keys, 2);
  EXPECT_EQ(erase_from_backup(copy, "ada-m4rk", {}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(erase_from_backup(copy, "ada-m4rk", {}, other_).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(erase_from_backup(copy, "ada-m4rk", {}, key_)->events, 42);
  EXPECT_EQ(erase_from_backup(copy, "ada-m4rk", {}, key_)->events, 0);
}

TEST_F(SealedLibrary, GoesOnWithASealingThatWasStopped) {
  fill();
  const std::string before = everything();
  CancelSource stop;
  stop.cancel();
  Progress progress;
  EXPECT_EQ(seal_library(library_, key_, progress, stop.token()).error().code(), ErrorCode::Cancelled);
  EXPECT_EQ(sealing_status(library_)->sealing, Sealing::UnderWay);
  EXPECT_EQ(everything(), before);
  EXPECT_EQ(sealing_status(library_)->sealing, Sealing::Done);
  EXPECT_FALSE(all_bytes_in(library_).contains("m4rk"));
  EXPECT_EQ(seal_library(library_, key_, progress, CancelToken()).error().code(), ErrorCode::Conflict);
}

TEST_F(SealedLibrary, IsSealedWithAPassphraseAsWell) {
  const privacy::KeyChoice passphrase{.passphrase_file = folder_.path() / "phrase"};
  ASSERT_TRUE(write_file(passphrase.passphrase_file, "seven films in one night\n"));
  fs::permissions(passphrase.passphrase_file, fs::perms::owner_read | fs::perms::owner_write);
  Progress progress;
  ASSERT_TRUE(seal_library(library_, passphrase, progress, CancelToken()));
  fill();
  EXPECT_FALSE(all_bytes_in(library_).contains("m4rk"));
  ASSERT_TRUE(write_file(passphrase.passphrase_file, "eight films in one night\n"));
  fs::permissions(passphrase.passphrase_file, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(open_sqlite_store(library_).error().code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace cineloom::testing
