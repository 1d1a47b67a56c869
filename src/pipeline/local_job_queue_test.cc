#include "pipeline/local_job_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace cineloom {
namespace {

Timestamp noon() { return Timestamp(std::chrono::hours(12)); }

/// Waits for jobs to end by listening, without a clock.
class Endings {
 public:
  JobListener listener() {
    return [this](const Job& job) {
      const std::lock_guard lock(mutex_);
      seen_.push_back(job);
      changed_.notify_all();
    };
  }
  Job wait_for(JobId id) {
    std::unique_lock lock(mutex_);
    const auto ended = [&] { return std::ranges::find_if(seen_, [&](const Job& job) { return job.id == id && job.finished.has_value(); }); };
    changed_.wait(lock, [&] { return ended() != seen_.end(); });
    return *ended();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job> seen_;
};

TEST(LocalJobQueue, RunsAJobAndTellsItsProgress) {
  Endings endings;
  LocalJobQueue queue(noon, endings.listener());
  const Job job = *queue.submit({.kind = JobKind::Train, .title = "x", .work = [](Progress& progress, const CancelToken&) -> Expected<void> {
                                   progress.begin("training", 3, "sweeps");
                                   progress.advance(3);
                                   return {};
                                 }});
  const Job ended = endings.wait_for(job.id);
  EXPECT_EQ(ended.state, JobState::Done);
  EXPECT_EQ(ended.progress.done, 3);
  EXPECT_EQ(queue.jobs()->front().id, job.id);
}

/// A job that tells of a stage once it may, and whether it came past that.
struct Walker {
  std::promise<void> started;
  std::promise<void> may_go;
  std::promise<void> told;
  std::atomic<bool> is_past = false;
  JobWork work() {
    return [this](Progress& progress, const CancelToken& cancel) -> Expected<void> {
      started.set_value();
      may_go.get_future().wait();
      progress.begin("walking", 2, "steps");
      is_past = true;
      return cancel.check();
    };
  }
  /// Hears the stage before the job stands still in telling it.
  JobListener listener(JobListener then) {
    return [this, then = std::move(then)](const Job& job) {
      if (job.progress.stage == "walking" && !has_told_.exchange(true)) told.set_value();
      then(job);
    };
  }

 private:
  std::atomic<bool> has_told_ = false;
};

TEST(LocalJobQueue, RestsWithinAJobAndGoesOn) {
  Endings endings;
  Walker walker;
  LocalJobQueue queue(noon, walker.listener(endings.listener()));
  const Job job = *queue.submit({.work = walker.work()});
  walker.started.get_future().wait();
  ASSERT_TRUE(queue.rest(true));
  EXPECT_TRUE(queue.is_resting());
  walker.may_go.set_value();
  walker.told.get_future().wait();
  EXPECT_FALSE(walker.is_past);
  const Job next = *queue.submit({.work = [](Progress&, const CancelToken&) -> Expected<void> { return {}; }});
  ASSERT_TRUE(queue.rest(false));
  EXPECT_EQ(endings.wait_for(job.id).state, JobState::Done);
  EXPECT_EQ(endings.wait_for(next.id).state, JobState::Done);
  EXPECT_TRUE(walker.is_past);
}

TEST(LocalJobQueue, AJobThatRestsCanBeCancelledAndAQueueThatRestsCanEnd) {
  Endings endings;
  Walker walker;
  {
    LocalJobQueue queue(noon, walker.listener(endings.listener()));
    const Job job = *queue.submit({.work = walker.work()});
    walker.started.get_future().wait();
    ASSERT_TRUE(queue.rest(true));
    walker.may_go.set_value();
    walker.told.get_future().wait();
    ASSERT_TRUE(queue.cancel(job.id));
    EXPECT_EQ(endings.wait_for(job.id).state, JobState::Cancelled);
    EXPECT_EQ(queue.submit({.work = [](Progress&, const CancelToken&) -> Expected<void> { return {}; }})->state, JobState::Waiting);
  }
}

TEST(LocalJobQueue, KeepsTheCauseOfAFailure) {
  Endings endings;
  LocalJobQueue queue(noon, endings.listener());
  const Job job = *queue.submit({.work = [](Progress&, const CancelToken&) -> Expected<void> {
    return std::unexpected(Error(ErrorCode::DataLoss, "the film is truncated").advise("copy it again"));
  }});
  const Job ended = endings.wait_for(job.id);
  EXPECT_EQ(ended.state, JobState::Failed);
  EXPECT_EQ(ended.cause, "the film is truncated");
  EXPECT_EQ(ended.next_step, "copy it again");
}

TEST(LocalJobQueue, CancelsARunningAndAWaitingJob) {
  Endings endings;
  LocalJobQueue queue(noon, endings.listener());
  std::promise<void> started;
  const Job running = *queue.submit({.work = [&](Progress&, const CancelToken& cancel) -> Expected<void> {
    started.set_value();
    std::promise<void> stopped;
    const std::stop_callback callback(cancel.stop_token(), [&] { stopped.set_value(); });
    stopped.get_future().wait();
    return cancel.check();
  }});
  const Job waiting = *queue.submit({.work = [](Progress&, const CancelToken&) -> Expected<void> { return {}; }});
  started.get_future().wait();
  EXPECT_EQ(queue.cancel(waiting.id)->state, JobState::Cancelled);
  ASSERT_TRUE(queue.cancel(running.id));
  EXPECT_EQ(endings.wait_for(running.id).state, JobState::Cancelled);
  EXPECT_EQ(queue.cancel(running.id).error().code(), ErrorCode::Conflict);
  EXPECT_EQ(queue.cancel(JobId(77)).error().code(), ErrorCode::NotFound);
}

}  // namespace
}  // namespace cineloom
