#include <array>
#include <fstream>

#include "base/files.h"
#include "store/retention.h"
#include "store/sqlite_store.h"
#include "store/testing/conformance.h"

namespace cineloom::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Timestamp at(std::int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

TEST_P(StoreConformance, NotesReleasesForGood) {
  ASSERT_TRUE(store_->add_release({.at = at(2), .what = "recommender", .mu = 0.3, .epsilon = 1, .delta = 1e-5}));
  ASSERT_TRUE(store_->add_release({.at = at(1), .what = "counts", .mu = 0.1, .epsilon = 0.2, .delta = 1e-5}));
  restart();
  const auto releases = store_->releases();
  ASSERT_TRUE(releases);
  ASSERT_THAT(*releases, SizeIs(2));
  EXPECT_EQ(releases->front().what, "counts");
  EXPECT_EQ(releases->back().mu, 0.3);
  EXPECT_FALSE(store_->add_release({.at = at(1), .what = "nothing", .mu = 0, .epsilon = 0, .delta = 1e-5}));
  EXPECT_FALSE(store_->add_release({.at = at(1), .what = "", .mu = 1, .epsilon = 1, .delta = 1e-5}));
}

/// Fills every place where something of a viewer can lie.
void fill(Store& store, ViewerId viewer, const std::string& name, FilmId film, const std::string& marker) {
  ASSERT_TRUE(store.append_events(std::array{Event{.viewer = viewer, .film = film, .kind = EventKind::Like, .at = at(1), .key = marker, .origin = marker}}));
  Slate slate{.viewer = viewer, .at = at(2), .key = marker, .ranker = marker, .context = marker, .items = {{.film = film, .position = 1, .score = 1}}};
  ASSERT_TRUE(store.put_slate(slate));
  ASSERT_TRUE(store.lock_forecast({.viewer = viewer, .film = film, .stars = 4, .low = 3, .high = 5, .at = at(2)}));
  ASSERT_TRUE(store.put_preference(viewer, marker, "\"" + marker + "\""));
  Progress progress;
  ImportBatch batch{.source = "test", .path = "/home/" + marker};
  batch.reviews.push_back({.film_key = store.film(film)->key, .review = {.author = name, .language = "en", .text = marker, .at = at(1)}});
  ASSERT_TRUE(store.apply_import(batch, at(3), progress, CancelToken()));
}

TEST_P(StoreConformance, GivesAViewerAllThatIsKeptOfThem) {
  const ViewerId ada = add_viewer("Ada");
  fill(*store_, ada, "Ada", add_film("x"), "m4rk");
  const auto data = store_->viewer_data(ada);
  ASSERT_TRUE(data);
  for (const char* kind : {"\"events\":[{", "\"shown\":[{", "\"forecasts\":[{", "\"preferences\":[{", "\"reviews\":[{"}) EXPECT_THAT(*data, HasSubstr(kind));
  EXPECT_EQ(store_->viewer_data(ViewerId(99)).error().code(), ErrorCode::NotFound);
}

TEST_P(StoreConformance, ErasesAViewerAndWhatLearnedFromThem) {
  const ViewerId ada = add_viewer("Ada");
  const ViewerId ben = add_viewer("Ben");
  const FilmId film = add_film("x");
  fill(*store_, ada, "Ada", film, "m4rk");
  fill(*store_, ben, "Ben", film, "kept");
  ASSERT_TRUE(store_->add_model({.name = "recommender", .bytes = "open"}));
  ASSERT_TRUE(store_->add_model({.name = "recommender", .settings = R"({"private":true})", .bytes = "private"}));
  ASSERT_TRUE(store_->add_model({.name = "recommender", .bytes = "open again"}));
  const auto rows = store_->erase_viewer(ada, std::array{std::string("recommender")});
  ASSERT_TRUE(rows) << rows.error().describe();
  EXPECT_EQ(rows->events, 1);
  EXPECT_EQ(rows->slates, 1);
  EXPECT_EQ(rows->forecasts, 1);
  EXPECT_EQ(rows->preferences, 1);
  EXPECT_EQ(rows->reviews, 1);
  EXPECT_EQ(rows->imports, 1);
  EXPECT_EQ(rows->models, 2);
  restart();
  EXPECT_FALSE(*store_->find_viewer("Ada"));
  EXPECT_THAT(*store_->events_of(ben), SizeIs(1));
  EXPECT_THAT(*store_->reviews_of(film), SizeIs(1));
  EXPECT_THAT(*store_->models("recommender"), SizeIs(1));
  EXPECT_FALSE(*store_->active_model("recommender"));
  EXPECT_EQ(store_->erase_viewer(ada, {}).error().code(), ErrorCode::NotFound);
}

TEST_P(StoreConformance, LetsGoOfDetailsOfOldEventsAndOfNothingElse) {
  const FilmId film = add_film("x");
  ImportBatch batch{.source = "test"};
  batch.viewers.push_back({.name = "Ada"});
  for (const int second : {10, 20}) {
    batch.events.push_back(
        {.viewer = "Ada",
         .film_key = "x",
         .event = {.kind = EventKind::Watch, .at = at(second), .mood = Feeling{.valence = 0.5}, .key = std::to_string(second), .origin = "test"},
         .raw = R"({"said":"so"})"});
  }
  ASSERT_TRUE(apply(batch));
  const ViewerId ada = (*store_->find_viewer("Ada"))->id;
  for (const int second : {10, 20})
    ASSERT_TRUE(store_->put_slate({.viewer = ada, .at = at(second), .ranker = "r", .context = "sad", .items = {{.film = film}}}));
  for (const DetailRemoval removal : {DetailRemoval::Count, DetailRemoval::Remove}) {
    const auto receipt = remove_detail(*store_, at(15), removal);
    ASSERT_TRUE(receipt) << receipt.error().describe();
    EXPECT_EQ(receipt->events, 1);
    EXPECT_EQ(receipt->slates, 1);
  }
  EXPECT_EQ(remove_detail(*store_, at(15), DetailRemoval::Remove)->events, 0);
  restart();
  const auto told = *store_->tellings_of(ada);
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].raw, "");
  EXPECT_FALSE(told[0].event.mood);
  EXPECT_EQ(told[0].event.key, "10");
  EXPECT_THAT(told[1].raw, HasSubstr("so"));
  EXPECT_TRUE(told[1].event.mood);
  const auto lists = *store_->slates({.viewer = ada, .since = {}});
  EXPECT_EQ(lists[0].context, "");
  EXPECT_EQ(lists[1].context, "sad");
  EXPECT_THAT(lists[0].items, SizeIs(1));
}

std::string all_bytes_in(const fs::path& folder) {
  std::string bytes;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.file_size() > 0) bytes += *read_file(entry.path());
  }
  return bytes;
}

TEST(Erasure, LeavesNoByteInTheStoreItsJournalAndItsCopies) {
  const auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder);
  auto store = *open_sqlite_store(folder->path());
  const FilmId film = *store->put_film({.key = "x", .title = {.english = "x"}});
  std::vector<ViewerId> viewers;
  for (int i = 0; i < 12; ++i) {
    const std::string name = (i % 2 == 0 ? "gone-" : "stays-") + std::to_string(i);
    viewers.push_back(*store->put_viewer({.name = name}));
    for (int j = 0; j < 10; ++j) fill(*store, viewers.back(), name, *store->put_film({.key = "film" + std::to_string(j)}), name + "-m4rk-" + std::to_string(j));
    fill(*store, viewers.back(), name, film, name);
  }
  ASSERT_TRUE(store->backup(folder->path() / "copy.db", CancelToken()));
  EXPECT_TRUE(all_bytes_in(folder->path()).contains("gone-0-m4rk-7"));
  for (std::size_t i = 0; i < viewers.size(); i += 2) {
    ASSERT_TRUE(store->erase_viewer(viewers[i], {}));
    ASSERT_TRUE(erase_from_backup(folder->path() / "copy.db", "gone-" + std::to_string(i), {}));
  }
  const std::string bytes = all_bytes_in(folder->path());
  EXPECT_FALSE(bytes.contains("gone-"));
  EXPECT_TRUE(bytes.contains("stays-1-m4rk-7"));
  ASSERT_TRUE(store->check());
  EXPECT_TRUE(erase_from_backup(folder->path() / "copy.db", "nobody", {}));
  EXPECT_EQ(erase_from_backup(folder->path() / "none.db", "gone-0", {}).error().code(), ErrorCode::NotFound);
}

}  // namespace
}  // namespace cineloom::testing
