#include "pipeline/privacy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <utility>

#include "base/files.h"
#include "pipeline/consent.h"
#include "pipeline/detail_keeper.h"
#include "store/account_store.h"
#include "store/sqlite_store.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Timestamp at(std::int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

/// Sixty viewers who like one of two kinds of films.
class Privacy : public ::testing::Test {
 protected:
  void SetUp() override {
    cinema_ = *Cinema::open({.data = folder_.path() / "library", .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now_; }});
    Store& store = cinema_->store();
    for (int film = 0; film < 40; ++film) {
      films_.push_back(*store.put_film({.key = "film" + std::to_string(film), .year = 2000, .genres = {film % 2 == 0 ? "comedy" : "horror"}}));
    }
    for (int viewer = 0; viewer < 60; ++viewer) {
      const ViewerId id = *store.put_viewer({.name = "viewer " + std::to_string(viewer)});
      std::vector<Event> events;
      for (int i = 0; i < 10; ++i) {
        const auto film = static_cast<std::size_t>((2 * (viewer * 3 + i * 7) + viewer % 2) % 40);
        events.push_back({.viewer = id, .film = films_[film], .kind = EventKind::Like, .at = at(i), .key = std::to_string(i), .origin = "test"});
      }
      ASSERT_TRUE(store.append_events(events));
    }
  }
  Expected<PrivateTraining> train(const PrivateRequest& request) {
    Progress progress;
    return cinema_->train_in_private(request, progress, CancelToken());
  }

  TemporaryFolder folder_ = *TemporaryFolder::create("privacy");
  Timestamp now_ = at(1'000'000'000);
  std::vector<FilmId> films_;
  std::unique_ptr<Cinema> cinema_;
};

TEST_F(Privacy, KeepsWhoObjectedOutOfExportsOfEverybodysTastes) {
  const Consent no{.topic = ConsentTopic::AnonymousExport, .is_given = false, .text_version = "2026-11", .at = now_};
  for (std::int64_t viewer = 1; viewer <= 10; ++viewer) ASSERT_TRUE(note_consent(cinema_->store(), ViewerId(viewer), no));
  Consent yes = no;
  yes.is_given = true;
  ASSERT_TRUE(note_consent(cinema_->store(), ViewerId(3), yes));
  EXPECT_EQ(note_consent(cinema_->store(), ViewerId(1), {.text_version = ""}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(note_consent(cinema_->store(), ViewerId(999), no).error().code(), ErrorCode::NotFound);
  const auto receipt = export_anonymously(*cinema_, {.target = folder_.path() / "tastes.csv"});
  ASSERT_TRUE(receipt) << receipt.error().describe();
  EXPECT_EQ(receipt->viewers, 51);
  const auto log = consents_of(cinema_->store(), ViewerId(3));
  ASSERT_THAT(*log, SizeIs(2));
  EXPECT_EQ(standing_of(*log, ConsentTopic::AnonymousExport), Standing::Given);
  EXPECT_THAT(*exported_viewer(*cinema_, ViewerId(3), ExportFormat::Json), HasSubstr("\"text_version\":\"2026-11\""));
}

TEST_F(Privacy, LetsGoOfOldDetailsInTheBackground) {
  ASSERT_TRUE(cinema_->store().put_slate(
      {.viewer = ViewerId(1), .at = now_ - std::chrono::days(40), .ranker = "test", .context = "sad", .items = {{.film = films_[0]}}}));
  std::promise<Expected<DetailReceipt>> heard;
  const DetailKeeper keeper(*cinema_, std::chrono::days(30), [&](const auto& receipt) { heard.set_value(receipt); });
  const auto receipt = heard.get_future().get();
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->slates, 1);
}

TEST_F(Privacy, NotesWhatAPrivateTrainingTold) {
  const auto done = train({.epsilon = 2, .delta = 1e-3});
  ASSERT_TRUE(done) << done.error().describe();
  const auto budget = privacy_budget(cinema_->store(), now_);
  ASSERT_TRUE(budget);
  ASSERT_THAT(budget->releases, SizeIs(1));
  EXPECT_NEAR(budget->epsilon, 2, 1e-3);
  const auto model = cinema_->store().active_model(kRecommenderModel);
  ASSERT_TRUE(model && *model);
  EXPECT_THAT((*model)->version.settings, HasSubstr("\"private\":true"));
  const auto picks = cinema_->recommend({.viewer = ViewerId(1)});
  ASSERT_TRUE(picks) << picks.error().describe();
  EXPECT_FALSE(picks->picks.empty());
}

TEST_F(Privacy, RefusesWhatWouldGoPastAYearsBudgetAndTellsNothing) {
  ASSERT_TRUE(train({.epsilon = 1, .delta = 1e-3, .most_a_year = 1.2}));
  const auto second = train({.epsilon = 1, .delta = 1e-3, .most_a_year = 1.2});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::ResourceExhausted);
  EXPECT_THAT(*cinema_->store().models(kRecommenderModel), SizeIs(1));
  EXPECT_THAT(*cinema_->store().releases(), SizeIs(1));
  now_ += std::chrono::days(366);
  EXPECT_TRUE(train({.epsilon = 1, .delta = 1e-3, .most_a_year = 1.2}));
}

TEST_F(Privacy, IsNotGivenUpUnasked) {
  ASSERT_TRUE(train({.epsilon = 1, .delta = 1e-3}));
  Progress progress;
  EXPECT_EQ(cinema_->train(progress, CancelToken()).error().code(), ErrorCode::Conflict);
  const auto need = cinema_->training_need();
  ASSERT_TRUE(need);
  EXPECT_EQ(need->events_learned, need->events_now);
}

TEST_F(Privacy, ErasesAViewerFromTheStoreItsModelsAndItsCopies) {
  ASSERT_TRUE(cinema_->store().add_model({.name = std::string(kRecommenderModel), .bytes = "learned from viewer 7"}));
  ASSERT_TRUE(back_up(*cinema_, folder_.path() / "copy.db", {}, CancelToken()));
  ASSERT_TRUE(back_up(*cinema_, folder_.path() / "gone.db", {}, CancelToken()));
  fs::remove(folder_.path() / "gone.db");
  const auto receipt = erase_viewer(*cinema_, "viewer 7");
  ASSERT_TRUE(receipt) << receipt.error().describe();
  EXPECT_EQ(receipt->rows.events, 10);
  EXPECT_EQ(receipt->rows.models, 1);
  EXPECT_TRUE(receipt->is_model_gone);
  ASSERT_THAT(receipt->copies, SizeIs(2));
  EXPECT_TRUE(receipt->copies[0].is_clean);
  EXPECT_FALSE(read_file(folder_.path() / "copy.db")->contains("viewer 7"));
  EXPECT_EQ(erase_viewer(*cinema_, "viewer 7").error().code(), ErrorCode::NotFound);
  EXPECT_THAT(to_json(*receipt), HasSubstr("\"events\":10"));
}

TEST_F(Privacy, PutsACopyBackWithEverythingThatWasInIt) {
  ASSERT_TRUE(back_up(*cinema_, folder_.path() / "copy.db", {}, CancelToken()));
  const fs::path other = folder_.path() / "other";
  const auto receipt = restore(folder_.path() / "copy.db", other, {}, Replacing::No, CancelToken());
  ASSERT_TRUE(receipt) << receipt.error().describe();
  EXPECT_EQ(receipt->films, 40);
  EXPECT_EQ(receipt->viewers, 60);
  EXPECT_EQ(receipt->events, 600);
  EXPECT_EQ(restore(folder_.path() / "copy.db", other, {}, Replacing::No, CancelToken()).error().code(), ErrorCode::Conflict);
  EXPECT_TRUE(restore(folder_.path() / "copy.db", other, {}, Replacing::Yes, CancelToken()));
  EXPECT_EQ(restore(folder_.path() / "copy.db", folder_.path() / "library", {}, Replacing::Yes, CancelToken()).error().code(), ErrorCode::Conflict)
      << "somebody works there";
  const auto restored = Cinema::open({.data = other, .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = {}});
  ASSERT_TRUE(restored) << restored.error().describe();
  EXPECT_THAT(*(*restored)->store().events_of(ViewerId(7)), SizeIs(10));
}

TEST_F(Privacy, DoesNotPutADamagedCopyInTheLibrarysPlace) {
  ASSERT_TRUE(back_up(*cinema_, folder_.path() / "copy.db", {}, CancelToken()));
  std::string bytes = *read_file(folder_.path() / "copy.db");
  bytes.replace(bytes.size() / 2, 20'000, std::string(20'000, 'x'));
  ASSERT_TRUE(write_file(folder_.path() / "copy.db", bytes));
  const fs::path other = folder_.path() / "other";
  EXPECT_EQ(restore(folder_.path() / "copy.db", other, {}, Replacing::No, CancelToken()).error().code(), ErrorCode::DataLoss);
  EXPECT_FALSE(fs::exists(other / "cineloom.db"));
  EXPECT_FALSE(fs::exists(incoming_store(other)));
}

TEST_F(Privacy, DoesNotTakeTheJournalOfARunThatWasKilledForTheCopys) {
  const fs::path other = folder_.path() / "other";
  fs::create_directories(other);
  {  // a store with something in its journal only, as a restoring that was killed leaves it
    const auto store = *open_sqlite_store(folder_.path() / "stranger");
    ASSERT_TRUE(store->put_viewer({.name = "stranger"}));
    fs::copy_file(folder_.path() / "stranger" / "cineloom.db-wal", incoming_store(other).string() + "-wal");
    fs::copy_file(folder_.path() / "stranger" / "cineloom.db-wal", other / "cineloom.db-wal");
  }
  ASSERT_TRUE(back_up(*cinema_, folder_.path() / "copy.db", {}, CancelToken()));
  const auto receipt = restore(folder_.path() / "copy.db", other, {}, Replacing::No, CancelToken());
  ASSERT_TRUE(receipt) << receipt.error().describe();
  const auto restored = open_sqlite_store(other);
  ASSERT_TRUE(restored) << restored.error().describe();
  EXPECT_THAT(*(*restored)->viewers(), SizeIs(60));
}

TEST_F(Privacy, SealsCopiesWithTheOwnersKey) {
  const privacy::KeyChoice key{.file = folder_.path() / "key"};
  const fs::path copy = folder_.path() / "copy.sealed";
  ASSERT_TRUE(privacy::make_key_file(key.file));
  ASSERT_TRUE(back_up(*cinema_, copy, key, CancelToken()));
  EXPECT_FALSE(read_file(copy)->contains("viewer 7"));
  EXPECT_FALSE(fs::exists(folder_.path() / "library" / "cineloom.db.copying"));
  EXPECT_EQ(restore(copy, folder_.path() / "other", {}, Replacing::No, CancelToken()).error().code(), ErrorCode::InvalidArgument);
  const auto receipt = erase_viewer(*cinema_, "viewer 7");
  ASSERT_THAT(receipt->copies, SizeIs(1));
  EXPECT_FALSE(receipt->copies[0].is_clean);
  EXPECT_THAT(receipt->copies[0].failure, HasSubstr("sealed"));
  const auto erased = erase_from_copy(copy, folder_.path() / "library", "viewer 7", key, CancelToken());
  ASSERT_TRUE(erased) << erased.error().describe();
  EXPECT_EQ(erased->events, 10);
  const auto restored = restore(copy, folder_.path() / "other", key, Replacing::No, CancelToken());
  ASSERT_TRUE(restored) << restored.error().describe();
  EXPECT_EQ(restored->viewers, 59);
}

TEST_F(Privacy, ErasesTheAccountOfAViewerWithIt) {
  const auto accounts = *open_account_file(folder_.path() / "library");
  ASSERT_TRUE(accounts->add_account({.id = {}, .name = "viewer 3", .role = Role::Admin, .password_hash = "x", .made_at = now_}, {.at = now_}));
  const auto receipt = erase_viewer(*cinema_, "viewer 3");
  ASSERT_TRUE(receipt) << receipt.error().describe();
  EXPECT_TRUE(accounts->accounts()->empty());
  const std::string bytes = *read_file(folder_.path() / "library" / "accounts.db");
  EXPECT_THAT(bytes, ::testing::Not(HasSubstr("viewer 3")));
}

TEST_F(Privacy, LeavesTheAccountOfAnotherWhoseNameDiffersByCapitals) {
  const auto accounts = *open_account_file(folder_.path() / "library");
  ASSERT_TRUE(accounts->add_account({.id = {}, .name = "Viewer 3", .role = Role::Admin, .password_hash = "x", .made_at = now_}, {.at = now_}));
  ASSERT_TRUE(erase_viewer(*cinema_, "viewer 3"));
  EXPECT_THAT(*accounts->accounts(), SizeIs(1));
}

TEST_F(Privacy, KeepsNoModelOfSomebodyWhoWasErasedWhileItLearned) {
  bool is_erased = false;
  Progress progress([&](const ProgressUpdate&) {
    if (std::exchange(is_erased, true)) return;
    EXPECT_TRUE(erase_viewer(*cinema_, "viewer 7"));
  });
  const auto trained = cinema_->train(progress, CancelToken());
  ASSERT_TRUE(trained) << trained.error().describe();
  ASSERT_TRUE(is_erased);
  const auto versions = *cinema_->store().models(kRecommenderModel);
  ASSERT_THAT(versions, SizeIs(1)) << "the one that had learned from all sixty is not kept";
  EXPECT_THAT(versions.front().metrics, HasSubstr("\"events\":590")) << "the one that is was made of the others";
}

TEST_F(Privacy, KeepsNoModelWhereSomebodyIsErasedEachTimeItLearns) {
  std::string stage;
  int erased = 0;
  Progress progress([&](const ProgressUpdate& update) {
    if (update.stage == std::exchange(stage, update.stage)) return;
    EXPECT_TRUE(erase_viewer(*cinema_, "viewer " + std::to_string(erased++)));
  });
  const auto trained = cinema_->train(progress, CancelToken());
  ASSERT_FALSE(trained);
  EXPECT_EQ(trained.error().code(), ErrorCode::Conflict);
  EXPECT_GT(erased, 2);
  EXPECT_THAT(*cinema_->store().models(kRecommenderModel), SizeIs(0));
}

TEST_F(Privacy, TellsNoOrderOfEventsInExportsOfEverybodysTastes) {
  const auto target = folder_.path() / "tastes.csv";
  ASSERT_TRUE(export_anonymously(*cinema_, {.group = 20, .target = target}));
  const std::string text = *read_file(target);
  std::map<std::string, std::vector<std::string>> films;
  for (std::size_t at = text.find('\n') + 1; at < text.size(); at = text.find('\n', at) + 1) {
    const auto comma = text.find(',', at);
    films[text.substr(at, comma - at)].push_back(text.substr(comma + 1, text.find(',', comma + 1) - comma - 1));
  }
  ASSERT_FALSE(films.empty());
  for (const auto& [group, keys] : films) EXPECT_TRUE(std::ranges::is_sorted(keys)) << group;
}

TEST_F(Privacy, CountsNobodyWhoWasMadeUpAmongThoseInAGroup) {
  for (int i = 10; i < 60; ++i) {
    const auto found = cinema_->store().find_viewer("viewer " + std::to_string(i));
    ASSERT_TRUE(cinema_->store().erase_viewer((*found)->id, {}));
  }
  for (int i = 0; i < 30; ++i) {
    const ViewerId id = *cinema_->store().put_viewer({.name = "made up " + std::to_string(i), .is_simulated = true});
    ASSERT_TRUE(cinema_->store().append_events(std::vector{Event{.viewer = id, .film = films_[0], .kind = EventKind::Like, .at = at(1)}}));
  }
  EXPECT_FALSE(export_anonymously(*cinema_, {.group = 20, .target = folder_.path() / "tastes.csv"})) << "ten people are no group of twenty";
}

TEST_F(Privacy, KeepsTheLedgerWhenAnOlderCopyTakesTheLibrarysPlace) {
  ASSERT_TRUE(train({.epsilon = 1, .delta = 1e-3}));
  const auto copy = folder_.path() / "copy.db";
  ASSERT_TRUE(back_up(*cinema_, copy, {}, CancelToken()));
  now_ += std::chrono::hours(1);
  ASSERT_TRUE(train({.epsilon = 1, .delta = 1e-3}));
  cinema_.reset();
  ASSERT_TRUE(restore(copy, folder_.path() / "library", {}, Replacing::Yes, CancelToken()));
  cinema_ = *Cinema::open({.data = folder_.path() / "library", .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now_; }});
  EXPECT_THAT(*cinema_->store().releases(), SizeIs(2));
}

TEST_F(Privacy, DoesNotGiveWayToAnOlderModelWithoutItWhereThePrivateOneIsDamaged) {
  Progress progress;
  ASSERT_TRUE(cinema_->train(progress, CancelToken()));
  ASSERT_TRUE(train({.epsilon = 1, .delta = 1e-3}));
  const std::string settings = cinema_->store().models(kRecommenderModel)->front().settings;
  ASSERT_TRUE(cinema_->store().add_model({.name = std::string(kRecommenderModel), .settings = settings, .bytes = "no model"}));
  cinema_->reload_model();
  EXPECT_EQ(cinema_->train(progress, CancelToken()).error().code(), ErrorCode::Conflict);
  const auto versions = *cinema_->store().models(kRecommenderModel);
  EXPECT_TRUE(versions.front().is_active) << "it is not put aside for one that keeps nothing private";
}

TEST_F(Privacy, TellsNoCountOfEventsWithAPrivateModel) {
  ASSERT_TRUE(train({.epsilon = 1, .delta = 1e-3}));
  EXPECT_THAT(cinema_->store().models(kRecommenderModel)->front().metrics, HasSubstr("\"events\":0"));
}

TEST_F(Privacy, KeepsAModelThatNobodyCanBeReadFrom) {
  ASSERT_TRUE(train({.epsilon = 1, .delta = 1e-3}));
  const auto receipt = erase_viewer(*cinema_, "viewer 7");
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->rows.models, 0);
  EXPECT_FALSE(receipt->is_model_gone);
}

TEST_F(Privacy, ExportsAViewersOwnDataAndOthersInGroupsOnly) {
  ASSERT_TRUE(export_viewer(*cinema_, "viewer 3", folder_.path() / "own.json"));
  EXPECT_THAT(*read_file(folder_.path() / "own.json"), HasSubstr("\"name\":\"viewer 3\""));
  ASSERT_TRUE(export_viewer(*cinema_, "viewer 3", folder_.path() / "own.csv"));
  EXPECT_THAT(*read_file(folder_.path() / "own.csv"), HasSubstr("1970-01-01,like,"));
  EXPECT_EQ(export_viewer(*cinema_, "viewer 3", folder_.path() / "own.csv").error().code(), ErrorCode::Conflict);
  const auto receipt = export_anonymously(*cinema_, {.group = 20, .target = folder_.path() / "all.csv"});
  ASSERT_TRUE(receipt) << receipt.error().describe();
  EXPECT_EQ(receipt->viewers, 60);
  EXPECT_EQ(receipt->groups, 3);
  const std::string text = *read_file(folder_.path() / "all.csv");
  EXPECT_THAT(text, HasSubstr("group,film,quarters,stars,year\n"));
  EXPECT_FALSE(text.contains("viewer"));
}

}  // namespace
}  // namespace cineloom
