#include "pipeline/background_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "base/files.h"
#include "pipeline/feedback.h"
#include "pipeline/local_job_queue.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kViewers = 6;

/// A library of twelve films in a folder that goes with it; the clock is set by the test.
class TrainingInTheBackground : public ::testing::Test {
 protected:
  TrainingInTheBackground() : folder_(*TemporaryFolder::create("cineloom-training")) {
    cinema_ = *Cinema::open({.data = folder_.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now_; }});
    for (int i = 0; i < 12; ++i) add_film(i);
    for (int viewer = 0; viewer < kViewers; ++viewer) {
      const ViewerId id = *store().put_viewer({.name = "Viewer " + std::to_string(viewer)});
      for (std::size_t film = 0; film < films_.size(); ++film) rate(id, film, film % 2 == static_cast<std::size_t>(viewer % 2) ? 4.5 : 2);
    }
    jobs_ = std::make_unique<LocalJobQueue>([this] { return now_; },
                                            [this](const Job&) {
                                              const std::lock_guard lock(mutex_);
                                              changed_.notify_all();
                                            });
    training_ = std::make_unique<BackgroundTraining>(*cinema_, *jobs_);
  }

  Store& store() { return cinema_->store(); }
  void add_film(int number) {
    films_.push_back(*store().put_film(
        {.key = "film-" + std::to_string(number), .title = {.english = "Film " + std::to_string(number)}, .genres = {number % 2 == 0 ? "drama" : "war"}}));
  }
  void rate(ViewerId viewer, std::size_t film, double stars) {
    EXPECT_TRUE(store().append_events(std::vector<Event>{{.viewer = viewer, .film = films_[film], .kind = EventKind::Rate, .value = stars, .at = now_}}));
  }
  void train() {
    Progress progress;
    const auto trained = cinema_->train(progress, CancelToken());
    ASSERT_TRUE(trained) << trained.error().describe();
  }
  /// Waits until no job waits or runs; the listener says when to look.
  std::vector<Job> finished_jobs() {
    std::unique_lock lock(mutex_);
    const auto all_ended = [&] { return std::ranges::all_of(all_jobs(), [](const Job& job) { return job.finished.has_value(); }); };
    changed_.wait(lock, all_ended);
    return all_jobs();
  }
  [[nodiscard]] std::vector<Job> all_jobs() {
    auto jobs = jobs_->jobs();
    EXPECT_TRUE(jobs) << jobs.error().describe();
    return jobs.value_or(std::vector<Job>());
  }
  [[nodiscard]] std::vector<FilmId> picks() {
    std::vector<FilmId> films;
    const auto answer = cinema_->recommend({.viewer = ViewerId(1), .is_seen_welcome = true, .count = 50});
    EXPECT_TRUE(answer) << answer.error().describe();
    for (const Pick& pick : answer->picks) films.push_back(pick.film);
    return films;
  }
  [[nodiscard]] int active_version() {
    const auto versions = *model_versions(store());
    const auto active = std::ranges::find_if(versions, &ModelVersion::is_active);
    return active == versions.end() ? 0 : active->number;
  }

  TemporaryFolder folder_;
  Timestamp now_ = Timestamp(std::chrono::days(20'000));
  std::unique_ptr<Cinema> cinema_;
  std::vector<FilmId> films_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<LocalJobQueue> jobs_;
  std::unique_ptr<BackgroundTraining> training_;
};

TEST_F(TrainingInTheBackground, BeginsWhereNothingWasLearnedYet) {
  ASSERT_TRUE(training_->look());
  const auto jobs = finished_jobs();
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs.front().kind, JobKind::Train);
  EXPECT_EQ(jobs.front().state, JobState::Done);
  EXPECT_EQ(active_version(), 1);
}

TEST_F(TrainingInTheBackground, AFilmThatWasAddedIsKnownAtOnceAndLearnedInTheBackground) {
  train();
  add_film(12);
  cinema_->reload_model();  // as a new process would
  EXPECT_THAT(picks(), ::testing::Contains(films_.back()));
  EXPECT_EQ(active_version(), 1);
  ASSERT_TRUE(training_->look());
  EXPECT_THAT(finished_jobs(), SizeIs(1));
  EXPECT_EQ(active_version(), 2);
  ASSERT_TRUE(training_->look());
  EXPECT_THAT(finished_jobs(), SizeIs(1));
}

TEST_F(TrainingInTheBackground, AnImportAndItsUndoingAreKnownToALoadedModel) {
  train();
  ASSERT_FALSE(picks().empty());
  Progress progress;
  ImportBatch batch;
  batch.films.push_back({.key = "imported", .title = {.english = "Imported"}, .genres = {"drama"}});
  const auto receipt = cinema_->apply_import(batch, progress, CancelToken());
  ASSERT_TRUE(receipt) << receipt.error().describe();
  const FilmId imported = (*store().find_film("imported"))->id;
  EXPECT_THAT(picks(), ::testing::Contains(imported));
  ASSERT_TRUE(cinema_->undo_import(receipt->id));
  EXPECT_THAT(picks(), ::testing::Not(::testing::Contains(imported)));
}

TEST_F(TrainingInTheBackground, EnoughNewEventsTrainAnewAndFewerDoNot) {
  train();
  ASSERT_TRUE(training_->look());
  for (int i = 0; i < 19; ++i) {
    rate(ViewerId(1 + i % kViewers), static_cast<std::size_t>(i % 12), 3);
    training_->note_event();
  }
  EXPECT_THAT(all_jobs(), IsEmpty());
  rate(ViewerId(1), 3, 4);
  training_->note_event();
  EXPECT_THAT(finished_jobs(), SizeIs(1));
  EXPECT_EQ(active_version(), 2);
  training_->note_event();
  EXPECT_THAT(all_jobs(), SizeIs(1));
}

TEST_F(TrainingInTheBackground, ANewerRequestTakesThePlaceOfAWaitingOne) {
  std::promise<void> gate;
  std::ignore = jobs_->submit({.title = "long", .work = [open = gate.get_future().share()](Progress&, const CancelToken&) -> Expected<void> {
                                 open.wait();
                                 return {};
                               }});
  const Job first = *training_->request();
  const Job second = *training_->request();
  EXPECT_EQ(jobs_->job(first.id)->state, JobState::Cancelled);
  EXPECT_THAT(jobs_->job(first.id)->cause, HasSubstr("newer"));
  gate.set_value();
  finished_jobs();
  EXPECT_EQ(jobs_->job(second.id)->state, JobState::Done);
  EXPECT_EQ(active_version(), 1);
}

TEST_F(TrainingInTheBackground, AStoppedTrainingLeavesTheLastModelAnswering) {
  train();
  const auto before = picks();
  CancelSource source;
  source.cancel();
  Progress progress;
  EXPECT_EQ(cinema_->train(progress, source.token()).error().code(), ErrorCode::Cancelled);
  EXPECT_THAT(*model_versions(store()), SizeIs(1));
  EXPECT_EQ(picks(), before);
}

TEST_F(TrainingInTheBackground, AnEmptyLibraryIsNotTrainedAndSaysWhy) {
  const TemporaryFolder empty = *TemporaryFolder::create("cineloom-empty");
  const auto cinema = *Cinema::open({.data = empty.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now_; }});
  BackgroundTraining training(*cinema, *jobs_);
  ASSERT_TRUE(training.look());
  EXPECT_THAT(all_jobs(), IsEmpty());
  training.request();
  const auto jobs = finished_jobs();
  EXPECT_EQ(jobs.front().state, JobState::Failed);
  EXPECT_THAT(jobs.front().cause, HasSubstr("no films"));
  EXPECT_THAT(jobs.front().next_step, HasSubstr("import"));
}

TEST_F(TrainingInTheBackground, AModelOfAnotherVersionGivesWayToTheOneBefore) {
  train();
  const auto before = picks();
  std::string bytes = (*store().active_model(kRecommenderModel))->bytes;
  bytes[0] = 99;
  ASSERT_TRUE(store().add_model({.name = std::string(kRecommenderModel), .trained_at = now_, .bytes = bytes}));
  cinema_->reload_model();
  EXPECT_EQ(picks(), before);
  EXPECT_EQ(active_version(), 1);
}

TEST_F(TrainingInTheBackground, BeforeTheFirstTrainingAFirstLookAnswersSaysSoAndIsNotKept) {
  const auto hasty = *Cinema::open(
      {.data = folder_.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .is_read_only = true, .first_look = 30, .now = [this] { return now_; }});
  const auto ask = [&] { return *hasty->recommend({.viewer = ViewerId(1), .is_seen_welcome = true, .count = 12}); };
  const auto says_so = ::testing::Contains(::testing::Field(&LocalText::english, HasSubstr("first look")));
  const Recommendation looked = ask();
  EXPECT_THAT(looked.picks, SizeIs(12));
  EXPECT_THAT(looked.notes, says_so);
  EXPECT_FALSE(hasty->training_need()->has_model);
  EXPECT_EQ(active_version(), 0);
  train();
  hasty->reload_model();
  EXPECT_THAT(ask().notes, ::testing::Not(says_so));
}

TEST_F(TrainingInTheBackground, ASmallLibraryIsLearnedFromAsAWholeAtTheFirstQuestion) {
  const auto patient = *Cinema::open(
      {.data = folder_.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .is_read_only = true, .first_look = 5000, .now = [this] { return now_; }});
  EXPECT_THAT(patient->recommend({.viewer = ViewerId(1), .is_seen_welcome = true, .count = 12})->notes, IsEmpty());
}

}  // namespace
}  // namespace cineloom
