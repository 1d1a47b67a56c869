#include <fstream>
#include <future>

#include "base/files.h"
#include "store/sealing.h"
#include "store/store_address.h"
#include "store/testing/conformance.h"
#include "store/testing/postgres_server.h"

namespace cineloom::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Timestamp at(std::int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

TEST_P(StoreConformance, KeepsAFilmAcrossARestart) {
  const FilmId id = add_film("stalker-1979");
  restart();
  const auto film = store_->film(id);
  ASSERT_TRUE(film);
  EXPECT_EQ(film->key, "stalker-1979");
  EXPECT_EQ(film->id, id);
}

TEST_P(StoreConformance, ReplacesTheFilmWithTheSameKey) {
  const FilmId first = add_film("solaris-1972");
  const auto second = store_->put_film({.key = "solaris-1972", .year = 1972});
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, first);
  EXPECT_EQ(store_->film(first)->year, 1972);
}

TEST_P(StoreConformance, SaysThatAnUnknownFilmIsNotFound) {
  EXPECT_EQ(store_->film(FilmId(99)).error().code(), ErrorCode::NotFound);
  EXPECT_FALSE(store_->find_film("nothing")->has_value());
}

TEST_P(StoreConformance, FindsFilmsByAnyTitleAndPages) {
  ASSERT_TRUE(
      store_->put_film({.key = "a", .title = {.original = "千と千尋の神隠し", .english = "Spirited Away", .chinese = "千与千寻"}, .genres = {"animation"}}));
  ASSERT_TRUE(store_->put_film({.key = "b", .title = {.english = "Away From Her"}, .genres = {"drama"}}));
  EXPECT_THAT(*store_->films({.text = "AWAY"}), SizeIs(2));
  EXPECT_THAT(*store_->films({.text = "千寻"}), SizeIs(1));
  EXPECT_THAT(*store_->films({.genre = "drama"}), SizeIs(1));
  EXPECT_THAT(*store_->films({.text = "from her"}), SizeIs(1));
  const auto page = store_->films({.limit = 1});
  ASSERT_THAT(*page, SizeIs(1));
  EXPECT_EQ(store_->films({.limit = 1, .after = page->front().id})->front().key, "b");
}

TEST_P(StoreConformance, CountsAnEventWithTheSameKeyOnce) {
  const Event event{.viewer = add_viewer("Ada"),
                    .film = add_film("x"),
                    .kind = EventKind::Rate,
                    .value = 4.5,
                    .at = at(1),
                    .mood = Feeling{.valence = 0.5, .arousal = 0.25},
                    .key = "k",
                    .origin = "test"};
  const auto first = store_->append_events(std::vector{event});
  const auto second = store_->append_events(std::vector{event});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->duplicates, 1);
  EXPECT_EQ(second->ids, first->ids);
  const auto events = store_->events_of(event.viewer);
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().value, 4.5);
  EXPECT_EQ(events->front().mood, event.mood);
  EXPECT_EQ(events->front().at, event.at);
}

TEST_P(StoreConformance, TakesAnEventsKeyForNoOtherEvent) {
  const Event told{.viewer = add_viewer("Ada"), .film = add_film("x"), .kind = EventKind::Rate, .value = 4, .at = at(1), .key = "k"};
  ASSERT_TRUE(store_->append_events(std::vector{told}));
  Event later = told;
  later.at = at(9);
  EXPECT_EQ(store_->append_events(std::vector{later})->duplicates, 1) << "sent again, it is the same";
  const auto refusal = [&](Event other) { return store_->append_events(std::vector{other}).error().code(); };
  Event other = told;
  other.value = 2;
  EXPECT_EQ(refusal(other), ErrorCode::Conflict);
  other = told;
  other.film = add_film("y");
  EXPECT_EQ(refusal(other), ErrorCode::Conflict);
  other = told;
  other.kind = EventKind::Hide;
  other.value = std::nullopt;
  EXPECT_EQ(refusal(other), ErrorCode::Conflict);
  EXPECT_THAT(*store_->events_of(told.viewer), SizeIs(1));
}

TEST_P(StoreConformance, AddsNoEventOfACallThatFails) {
  const ViewerId viewer = add_viewer("Ada");
  const Event good{.viewer = viewer, .film = add_film("x"), .at = at(1), .origin = "test"};
  const Event bad{.viewer = viewer, .film = FilmId(99), .at = at(2), .origin = "test"};
  EXPECT_EQ(store_->append_events(std::vector{good, bad}).error().code(), ErrorCode::NotFound);
  EXPECT_THAT(*store_->events_of(viewer), SizeIs(0));
}

TEST_P(StoreConformance, GivesEventsInOrderOfTime) {
  const ViewerId viewer = add_viewer("Ada");
  const FilmId film = add_film("x");
  ASSERT_TRUE(store_->append_events(
      std::vector<Event>{{.viewer = viewer, .film = film, .at = at(5), .origin = "late"}, {.viewer = viewer, .film = film, .at = at(3), .origin = "early"}}));
  EXPECT_EQ(store_->events_of(viewer)->front().origin, "early");
}

TEST_P(StoreConformance, TakesAnEventBack) {
  const ViewerId viewer = add_viewer("Ada");
  const auto added = store_->append_events(std::vector<Event>{{.viewer = viewer, .film = add_film("x"), .at = at(1)}});
  ASSERT_TRUE(added);
  EXPECT_TRUE(store_->remove_event(viewer, added->ids.front()));
  EXPECT_EQ(store_->remove_event(viewer, added->ids.front()).error().code(), ErrorCode::NotFound);
}

TEST_P(StoreConformance, CountsTheChangesOfEachViewerAndOfFilms) {
  const FilmId film = add_film("stalker-1979");
  const ViewerId ada = add_viewer("Ada");
  const ViewerId ben = add_viewer("Ben");
  const auto first = store_->revisions(ada);
  const auto of_ben = store_->revisions(ben);
  if (!first) GTEST_SKIP() << "other processes may write here too: nothing is counted";
  const Event event{.viewer = ada, .film = film, .kind = EventKind::Watch, .at = at(1)};
  const auto added = store_->append_events(std::span(&event, 1));
  ASSERT_TRUE(added);
  const auto told = store_->revisions(ada);
  EXPECT_NE(told->viewer, first->viewer);
  EXPECT_EQ(told->films, first->films);
  EXPECT_EQ(store_->revisions(ben), of_ben);
  ASSERT_TRUE(store_->remove_event(ada, added->ids.front()));
  const auto taken_back = store_->revisions(ada);
  EXPECT_NE(taken_back->viewer, told->viewer);
  ASSERT_TRUE(store_->put_preference(ada, "exploration", "0.5"));
  EXPECT_NE(store_->revisions(ada)->viewer, taken_back->viewer);
  add_film("solaris-1972");
  EXPECT_NE(store_->revisions(ben)->films, of_ben->films);
  EXPECT_EQ(store_->revisions(ben)->viewer, of_ben->viewer);
}

TEST_P(StoreConformance, AnImportItsUndoingAndAnErasureChangeEverything) {
  const ViewerId ada = add_viewer("Ada");
  const ViewerId ben = add_viewer("Ben");
  std::vector<std::optional<Revisions>> states{store_->revisions(ada)};
  if (!states.front()) GTEST_SKIP() << "other processes may write here too: nothing is counted";
  const auto receipt = apply({.source = "test", .films = {{.key = "stalker-1979", .title = {.english = "Stalker"}}}});
  ASSERT_TRUE(receipt);
  states.push_back(store_->revisions(ada));
  ASSERT_TRUE(store_->undo_import(receipt->id));
  states.push_back(store_->revisions(ada));
  ASSERT_TRUE(store_->erase_viewer(ben, {}));
  states.push_back(store_->revisions(ada));
  for (std::size_t i = 1; i < states.size(); ++i) {
    EXPECT_NE(states[i]->films, states[i - 1]->films);
    EXPECT_NE(states[i]->viewer, states[i - 1]->viewer);
  }
}

TEST_P(StoreConformance, AcknowledgesEveryWriteOfManyThreads) {
  const ViewerId viewer = add_viewer("Ada");
  const FilmId film = add_film("x");
  std::vector<std::future<bool>> writes;
  for (int i = 0; i < 32; ++i) {
    writes.push_back(std::async(std::launch::async, [&, i] {
      return store_->append_events(std::vector<Event>{{.viewer = viewer, .film = film, .at = at(i), .key = std::to_string(i)}}).has_value();
    }));
  }
  for (auto& write : writes) EXPECT_TRUE(write.get());
  restart();
  EXPECT_THAT(*store_->events_of(viewer), SizeIs(32));
}

ImportBatch small_import() {
  ImportBatch batch{.source = "test", .path = "somewhere"};
  batch.films.push_back({.key = "new", .title = {.english = "New"}});
  batch.viewers.push_back({.name = "Bo"});
  batch.events.push_back({.viewer = "Bo", .film_key = "new", .event = {.kind = EventKind::Rate, .value = 3, .at = at(9)}});
  batch.reviews.push_back({.film_key = "new", .review = {.author = "Bo", .language = "en", .text = "Fine.", .at = at(9)}});
  return batch;
}

TEST_P(StoreConformance, AppliesAnImportAsAWholeAndUndoesIt) {
  const auto receipt = apply(small_import());
  ASSERT_TRUE(receipt) << receipt.error().describe();
  EXPECT_EQ(receipt->films_new, 1);
  EXPECT_EQ(receipt->events_new, 1);
  const FilmId film = (*store_->find_film("new"))->id;
  EXPECT_THAT(*store_->reviews_of(film), SizeIs(1));
  const auto undone = store_->undo_import(receipt->id);
  ASSERT_TRUE(undone) << undone.error().describe();
  EXPECT_FALSE(store_->find_film("new")->has_value());
  EXPECT_FALSE(store_->find_viewer("Bo")->has_value());
  EXPECT_EQ(store_->undo_import(receipt->id).error().code(), ErrorCode::Conflict);
  EXPECT_TRUE(store_->imports()->front().is_undone);
}

TEST_P(StoreConformance, KeepsTheRatingsOfADataSetPackedAndGivesThemAsEvents) {
  ImportBatch batch{.source = "movielens"};
  batch.films = {{.key = "ran-1985"}, {.key = "ikiru-1952"}};
  batch.viewers = {{.name = "v7"}, {.name = "v9"}};
  batch.tables.push_back({.origin = "movielens",
                          .viewers = {"v7", "v9"},
                          .film_keys = {"ran-1985", "ikiru-1952"},
                          .ratings = {{.viewer = 1, .film = 0, .stars = 0.5F, .at_seconds = 300},
                                      {.viewer = 0, .film = 1, .stars = 4.5F, .at_seconds = 200},
                                      {.viewer = 0, .film = 0, .stars = 5, .at_seconds = 100}}});
  const auto receipt = apply(batch);
  ASSERT_TRUE(receipt) << receipt.error().describe();
  EXPECT_EQ(receipt->events_new, 3);
  EXPECT_EQ(apply(batch)->events_known, 3);
  restart();
  const ViewerId viewer = (*store_->find_viewer("v7"))->id;
  auto events = *store_->events_of(viewer);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].value, 5);
  EXPECT_EQ(events[1].value, 4.5);
  EXPECT_EQ(events[1].film, (*store_->find_film("ikiru-1952"))->id);
  EXPECT_EQ(events[1].at, Timestamp(std::chrono::seconds(200)));
  EXPECT_EQ(*store_->event_count(), 3);
  EXPECT_THAT(*store_->all_events(), SizeIs(3));
  ASSERT_TRUE(store_->remove_event(viewer, events[0].id));
  EXPECT_EQ(store_->events_of(viewer)->at(0).id, events[1].id);
  EXPECT_EQ(store_->remove_event(viewer, events[0].id).error().code(), ErrorCode::NotFound);
  ASSERT_TRUE(store_->undo_import(receipt->id));
  EXPECT_EQ(*store_->event_count(), 0);
  EXPECT_THAT(*store_->all_films(), SizeIs(0));
}

TEST_P(StoreConformance, RefusesRatingsOfADataSetThatNameNothing) {
  ImportBatch batch{.source = "movielens"};
  batch.films = {{.key = "ran-1985"}};
  batch.viewers = {{.name = "v7"}};
  batch.tables.push_back({.origin = "movielens", .viewers = {"v7"}, .film_keys = {"ran-1985"}, .ratings = {{.viewer = 0, .film = 3, .stars = 4}}});
  EXPECT_EQ(apply(batch).error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(*store_->all_films(), SizeIs(0));
}

/// One person's rating of a film, told by a source.
ImportBatch told_by(const std::string& origin, double stars, double step, int day) {
  ImportBatch batch{.source = origin};
  batch.films = {{.key = "ran-1985", .title = {.english = "Ran"}, .year = 1985}};
  batch.viewers = {{.name = "me"}};
  const Timestamp when = std::chrono::sys_days(std::chrono::days(day));
  batch.events.push_back({.viewer = "me",
                          .film_key = "ran-1985",
                          .event = {.kind = EventKind::Rate, .value = stars, .at = when, .key = origin + ":rate:1", .origin = origin},
                          .step = step,
                          .raw = R"({"from":")" + origin + "\"}"});
  return batch;
}

TEST_P(StoreConformance, LetsOneTellingOfAnActStandAndKeepsAll) {
  const auto coarse = apply(told_by("douban", 5, 1, 100));
  ASSERT_TRUE(coarse) << coarse.error().describe();
  const auto fine = apply(told_by("letterboxd", 4.5, 0.5, 100));
  ASSERT_TRUE(fine) << fine.error().describe();
  restart();
  const ViewerId viewer = (*store_->find_viewer("me"))->id;
  ASSERT_THAT(*store_->events_of(viewer), SizeIs(1));
  EXPECT_EQ(store_->events_of(viewer)->front().value, 4.5);
  EXPECT_EQ(*store_->event_count(), 1);
  ASSERT_THAT(*store_->tellings_of(viewer), SizeIs(2));
  EXPECT_EQ(store_->tellings_of(viewer)->front().raw, R"({"from":"douban"})");
  EXPECT_EQ(apply(told_by("imdb", 4.5, 0.5, 99))->events_confirmed, 1);
}

TEST_P(StoreConformance, LetsAnotherTellingRiseWhenAnImportIsUndone) {
  ASSERT_TRUE(apply(told_by("douban", 5, 1, 100)));
  const auto fine = apply(told_by("letterboxd", 4.5, 0.5, 100));
  ASSERT_TRUE(fine && store_->undo_import(fine->id));
  const ViewerId viewer = (*store_->find_viewer("me"))->id;
  ASSERT_THAT(*store_->events_of(viewer), SizeIs(1));
  EXPECT_EQ(store_->events_of(viewer)->front().value, 5);
}

TEST_P(StoreConformance, TakesAnEventBackWithWhatOthersToldOfIt) {
  ASSERT_TRUE(apply(told_by("douban", 5, 1, 100)));
  ASSERT_TRUE(apply(told_by("letterboxd", 4.5, 0.5, 100)));
  const ViewerId viewer = (*store_->find_viewer("me"))->id;
  ASSERT_TRUE(store_->remove_event(viewer, store_->events_of(viewer)->front().id));
  EXPECT_THAT(*store_->tellings_of(viewer), SizeIs(0));
}

TEST_P(StoreConformance, LeavesNothingOfAnImportThatFails) {
  ImportBatch batch = small_import();
  batch.events.push_back({.viewer = "Nobody", .film_key = "new"});
  EXPECT_EQ(apply(batch).error().code(), ErrorCode::InvalidArgument);
  EXPECT_FALSE(store_->find_film("new")->has_value());
  EXPECT_THAT(*store_->imports(), SizeIs(0));
}

TEST_P(StoreConformance, LeavesNothingOfAnImportThatIsStopped) {
  CancelSource stop;
  Progress progress([&stop](const ProgressUpdate&) { stop.cancel(); });
  EXPECT_EQ(store_->apply_import(small_import(), at(10), progress, stop.token()).error().code(), ErrorCode::Cancelled);
  EXPECT_FALSE(store_->find_film("new")->has_value());
  EXPECT_FALSE(store_->find_viewer("Bo")->has_value());
  EXPECT_THAT(*store_->imports(), SizeIs(0));
}

TEST_P(StoreConformance, CompletesAKnownFilmWithoutOverwritingIt) {
  ASSERT_TRUE(store_->put_film({.key = "new", .title = {.english = "Mine"}}));
  ImportBatch batch = small_import();
  batch.films[0].year = 1999;
  ASSERT_TRUE(apply(batch));
  EXPECT_EQ((*store_->find_film("new"))->title.english, "Mine");
  EXPECT_EQ((*store_->find_film("new"))->year, 1999);
}

TEST_P(StoreConformance, KeepsKnowledgeStoriesAndModels) {
  const FilmId film = add_film("x");
  ASSERT_TRUE(store_->put_knowledge(film, "all", R"({"a":1})"));
  ASSERT_TRUE(store_->put_knowledge(film, "all", R"({"a":2})"));
  const auto story = store_->put_story(StoryId(), "{}");
  ASSERT_TRUE(story);
  ASSERT_TRUE(store_->put_story(*story, R"({"b":1})"));
  ASSERT_TRUE(store_->put_model("ratings", std::string_view("\0\1\2", 3)));
  restart();
  EXPECT_EQ(*store_->knowledge(film, "all"), R"({"a":2})");
  EXPECT_FALSE(store_->knowledge(film, "video")->has_value());
  EXPECT_THAT(*store_->films_with_knowledge("all"), ElementsAre(film));
  EXPECT_EQ(*store_->story(*story), R"({"b":1})");
  EXPECT_EQ(*store_->model("ratings"), std::string("\0\1\2", 3));
  ASSERT_TRUE(store_->remove_story(*story));
  EXPECT_EQ(store_->story(*story).error().code(), ErrorCode::NotFound);
}

NewModel model_of(std::string_view bytes) {
  return {.name = "ratings", .trained_at = at(7), .settings = R"({"factors":8})", .metrics = R"({"rmse":0.9})", .bytes = bytes};
}

std::vector<int> numbers_of(const std::vector<ModelVersion>& versions) {
  std::vector<int> numbers;
  for (const ModelVersion& version : versions) numbers.push_back(version.number);
  return numbers;
}

TEST_P(StoreConformance, KeepsModelVersionsWithWhatIsKnownOfThem) {
  const std::string bytes("\0\1\2", 3);
  ASSERT_TRUE(store_->add_model(model_of("old")));
  ASSERT_TRUE(store_->add_model(model_of(bytes)));
  restart();
  const auto active = store_->active_model("ratings");
  ASSERT_TRUE(active && active->has_value());
  EXPECT_EQ((*active)->bytes, bytes);
  EXPECT_EQ((*active)->warning, "");
  const ModelVersion& version = (*active)->version;
  EXPECT_EQ(version.number, 2);
  EXPECT_EQ(version.trained_at, at(7));
  EXPECT_EQ(version.settings, R"({"factors":8})");
  EXPECT_EQ(version.metrics, R"({"rmse":0.9})");
  EXPECT_EQ(version.size_bytes, 3);
  EXPECT_TRUE(version.is_active);
  EXPECT_FALSE(store_->active_model("other")->has_value());
}

TEST_P(StoreConformance, KeepsTheNewestModelsAndTheActiveOne) {
  ASSERT_TRUE(store_->add_model(model_of("1")));
  for (int i = 0; i < 4; ++i) {
    NewModel later = model_of("x");
    later.use = ModelUse::Later;
    later.keep = 2;
    ASSERT_TRUE(store_->add_model(later));
  }
  EXPECT_THAT(numbers_of(*store_->models("ratings")), ElementsAre(5, 4, 1));
  EXPECT_EQ((*store_->active_model("ratings"))->bytes, "1");
}

TEST_P(StoreConformance, SwitchesAndRollsBackModels) {
  for (const char* bytes : {"1", "2", "3"}) ASSERT_TRUE(store_->add_model(model_of(bytes)));
  EXPECT_EQ(store_->roll_back_model("ratings")->number, 2);
  EXPECT_EQ((*store_->active_model("ratings"))->bytes, "2");
  EXPECT_EQ(store_->use_model("ratings", 1)->number, 1);
  EXPECT_EQ(store_->roll_back_model("ratings").error().code(), ErrorCode::NotFound);
  EXPECT_EQ(store_->use_model("ratings", 9).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(store_->roll_back_model("other").error().code(), ErrorCode::NotFound);
  EXPECT_EQ((*store_->active_model("ratings"))->bytes, "1");
  EXPECT_EQ(store_->add_model(model_of("4"))->number, 4);
}

TEST_P(StoreConformance, NeverUsesARejectedModelAgain) {
  for (const char* bytes : {"1", "2", "3"}) ASSERT_TRUE(store_->add_model(model_of(bytes)));
  EXPECT_EQ((*store_->reject_model("ratings", 2))->number, 3);
  EXPECT_EQ((*store_->reject_model("ratings", 3))->number, 1);
  EXPECT_EQ(store_->use_model("ratings", 2).error().code(), ErrorCode::DataLoss);
  EXPECT_FALSE(store_->reject_model("ratings", 1)->has_value());
  EXPECT_FALSE(store_->active_model("ratings")->has_value());
  EXPECT_EQ(store_->reject_model("ratings", 9).error().code(), ErrorCode::NotFound);
}

TEST_P(StoreConformance, RefusesAModelThatIsNone) {
  NewModel model = model_of("1");
  model.settings = "[1]";
  EXPECT_EQ(store_->add_model(model).error().code(), ErrorCode::InvalidArgument);
  model = model_of("1");
  model.metrics = "{";
  EXPECT_EQ(store_->add_model(model).error().code(), ErrorCode::InvalidArgument);
  model = model_of("1");
  model.keep = 0;
  EXPECT_EQ(store_->add_model(model).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(store_->add_model(model_of("")).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(store_->put_model("", "1").error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(*store_->models("ratings"), SizeIs(0));
}

TEST_P(StoreConformance, KeepsAModelLargerThanOnePiece) {
  std::string bytes((std::size_t{64} << 20U) + 5, 'm');
  bytes.back() = 'z';
  ASSERT_TRUE(store_->put_model("ratings", bytes));
  EXPECT_EQ(**store_->model("ratings"), bytes);
}

TEST_P(StoreConformance, ShowsOneWholeModelWhileOthersAreAdded) {
  ASSERT_TRUE(store_->put_model("ratings", std::string(1000, 'a')));
  auto writing = std::async(std::launch::async, [&] {
    for (char letter = 'b'; letter < 'n'; ++letter) EXPECT_TRUE(store_->put_model("ratings", std::string(1000, letter)));
  });
  for (int i = 0; i < 200; ++i) {
    const auto found = store_->active_model("ratings");
    ASSERT_TRUE(found && found->has_value());
    EXPECT_EQ((*found)->warning, "");
    EXPECT_EQ((*found)->bytes, std::string(1000, (*found)->bytes.front()));
  }
  writing.get();
}

TEST_P(StoreConformance, KeepsFindingsTogetherWithAFilmThatIsNew) {
  const Film film{.key = "found", .title = {.english = "Found"}};
  const auto id = store_->put_findings(film, {.video = "/films/found.mp4"}, "all", "{}");
  ASSERT_TRUE(id) << id.error().describe();
  restart();
  EXPECT_EQ((*store_->find_film("found"))->id, *id);
  EXPECT_EQ(store_->files(*id)->video, "/films/found.mp4");
  EXPECT_EQ(*store_->knowledge(*id, "all"), "{}");
  EXPECT_EQ(*store_->put_findings(film, {.video = "/elsewhere.mp4"}, "all", "[]"), *id);
  EXPECT_EQ(store_->files(*id)->video, "/elsewhere.mp4");
}

/// A folder that every SQLite test of this program shares one after the other.
StoreUnderTest sqlite_under_test() {
  static auto folder = *TemporaryFolder::create("cineloom-store");
  static int count = 0;
  return {.name = "Sqlite",
          .open_empty = [] { return open_sqlite_store(folder.path() / std::to_string(++count)); },
          .open_again = [] { return open_sqlite_store(folder.path() / std::to_string(count)); }};
}

/// The same with everything personal sealed.
StoreUnderTest sealed_under_test() {
  static auto folder = *TemporaryFolder::create("cineloom-sealed");
  static int count = 0;
  const auto place = [] { return folder.path() / std::to_string(count); };
  return {.name = "Sealed",
          .open_empty = [place]() -> Expected<std::unique_ptr<Store>> {
            ++count;
            const privacy::KeyChoice key{.file = place().string() + ".key"};
            CINELOOM_TRY(privacy::make_key_file(key.file));
            Progress progress;
            CINELOOM_TRY(seal_library(place(), key, progress, CancelToken()));
            return open_sqlite_store(place());
          },
          .open_again = [place] { return open_sqlite_store(place()); }};
}

StoreUnderTest postgres_under_test() {
  static Expected<std::string> address = fail(ErrorCode::Internal, "none yet");
  const auto open = []() -> Expected<std::unique_ptr<Store>> {
    if (!address) return std::unexpected(address.error());
    return open_store(*address);
  };
  return {.name = "Postgres",
          .open_empty =
              [open] {
                address = (*shared_postgres())->add_library();
                return open();
              },
          .open_again = open,
          .why_absent = why_no_postgres};
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreConformance, ::testing::Values(sqlite_under_test(), sealed_under_test(), postgres_under_test()),
                         [](const auto& instance) { return instance.param.name; });

TEST(SqliteStore, RefusesASecondWriterAndAllowsReaders) {
  const auto folder = *TemporaryFolder::create();
  const auto writer = open_sqlite_store(folder.path());
  ASSERT_TRUE(writer);
  EXPECT_EQ(open_sqlite_store(folder.path()).error().code(), ErrorCode::Conflict);
  const auto reader = open_sqlite_store(folder.path(), StoreAccess::ReadOnly);
  ASSERT_TRUE(reader);
  EXPECT_TRUE((*reader)->all_films());
  EXPECT_EQ((*reader)->put_viewer({.name = "x"}).error().code(), ErrorCode::InvalidArgument);
}

TEST(SqliteStore, BacksUpWhileOpen) {
  const auto folder = *TemporaryFolder::create();
  const auto store = open_sqlite_store(folder.path());
  ASSERT_TRUE((*store)->put_film({.key = "x"}));
  const auto target = folder.path() / "copy" / "cineloom.db";
  std::filesystem::create_directories(target.parent_path());
  ASSERT_TRUE((*store)->backup(target, CancelToken()));
  EXPECT_EQ((*store)->backup(target, CancelToken()).error().code(), ErrorCode::Conflict);
  const auto copy = open_sqlite_store(target.parent_path());
  ASSERT_TRUE(copy) << copy.error().describe();
  EXPECT_THAT(*(*copy)->all_films(), SizeIs(1));
  EXPECT_TRUE((*copy)->check());
}

TEST(SqliteStore, ABackupThatIsStoppedOrHasNoFolderLeavesNoFile) {
  const auto folder = *TemporaryFolder::create();
  const auto store = open_sqlite_store(folder.path() / "library");
  ASSERT_TRUE((*store)->put_film({.key = "x"}));
  CancelSource stop;
  stop.cancel();
  EXPECT_EQ((*store)->backup(folder.path() / "copy.db", stop.token()).error().code(), ErrorCode::Cancelled);
  EXPECT_EQ((*store)->backup(folder.path() / "none" / "copy.db", CancelToken()).error().code(), ErrorCode::NotFound);
  EXPECT_THAT(std::vector(std::filesystem::directory_iterator(folder.path()), {}), SizeIs(1));
}

TEST(SqliteStore, RefusesAFileThatIsNotAStore) {
  const auto folder = *TemporaryFolder::create();
  std::ofstream(folder.path() / "cineloom.db") << "this is not a database, it is a sentence that is long enough";
  const auto store = open_sqlite_store(folder.path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), ErrorCode::DataLoss);
  EXPECT_THAT(store.error().next_step(), HasSubstr("--data"));
}

TEST(SqliteStore, SaysWhenThereIsNoLibraryToRead) {
  const auto folder = *TemporaryFolder::create();
  EXPECT_EQ(open_sqlite_store(folder.path(), StoreAccess::ReadOnly).error().code(), ErrorCode::NotFound);
}

}  // namespace
}  // namespace cineloom::testing
