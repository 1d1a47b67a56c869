#include "pipeline/shared_job_queue.h"

#include <algorithm>
#include <ranges>

#include "base/json.h"
#include "pipeline/cinema.h"

namespace cineloom {
namespace {

// How long news may take where no notification came.
constexpr auto kPatience = std::chrono::milliseconds(1000);

/// Says that a job is still worked on, and hears when it shall stop, while its work goes on in another thread.
class Heartbeat {
 public:
  Heartbeat(SharedWork& work, const TakenJob& taken, std::chrono::milliseconds lease, CancelSource& stop)
      : work_(work), taken_(taken), lease_(lease), stop_(stop), thread_([this] { beat(); }) {}
  ~Heartbeat() {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    changed_.notify_all();
  }
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  void note(const ProgressUpdate& update) {
    const std::lock_guard lock(mutex_);
    progress_ = update;
  }
  [[nodiscard]] bool was_stopped() {
    const std::lock_guard lock(mutex_);
    return was_stopped_;
  }

 private:
  void beat() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::min<std::chrono::milliseconds>(lease_ / 3, kPatience), [this] { return is_over_; })) {
      const ProgressUpdate progress = progress_;
      lock.unlock();
      const auto state = work_.keep_job(taken_, progress, lease_);
      lock.lock();
      // A store that cannot be reached may be back before the lease is over.
      if (!state || *state == LeaseState::Held) continue;
      was_stopped_ = true;
      stop_.cancel();
    }
  }

  SharedWork& work_;
  const TakenJob& taken_;
  std::chrono::milliseconds lease_;
  CancelSource& stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  ProgressUpdate progress_;
  bool is_over_ = false;
  bool was_stopped_ = false;
  std::jthread thread_;
};

JobEnd end_of(const Expected<void>& result) {
  if (result) return {};
  return {.state = result.error().code() == ErrorCode::Cancelled ? JobState::Cancelled : JobState::Failed,
          .cause = result.error().describe(),
          .next_step = std::string(result.error().advice())};
}

bool is_same(const Job& a, const Job& b) { return json::write(a) == json::write(b); }

}  // namespace

JobRunner runner_of(Cinema& cinema) {
  return [&cinema](const Job& job, Progress& progress, const CancelToken& cancel) -> Expected<void> {
    switch (job.kind) {
      case JobKind::Train: return cinema.train(progress, cancel);
      case JobKind::Analyze: CINELOOM_TRY(cinema.analyze(job.film, {}, progress, cancel)); return {};
      case JobKind::Import: break;
    }
    return fail(ErrorCode::InvalidArgument, "this program has no work of that kind");
  };
}

SharedJobQueue::SharedJobQueue(SharedWork& work, SharedQueueOptions options) : work_(work), options_(std::move(options)) {
  const auto version = work_.library_version();
  library_version_ = version ? *version : 0;
  watcher_ = std::jthread([this] { watch(); });
  if (options_.runner) runner_ = std::jthread([this] { run(); });
}

SharedJobQueue::~SharedJobQueue() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
    running_stop_.cancel();
  }
  changed_.notify_all();
}

Expected<Job> SharedJobQueue::submit(JobRequest request) {
  return work_.add_job(
      {.kind = request.kind, .title = std::move(request.title), .film = request.film, .replaces_waiting = request.queueing == Queueing::ReplaceWaiting},
      options_.now());
}

Expected<Job> SharedJobQueue::cancel(JobId id) { return work_.cancel_job(id, options_.now()); }

void SharedJobQueue::watch() {
  for (;;) {
    tell_news();
    {
      const std::lock_guard lock(mutex_);
      if (is_closing_) return;
      has_news_ = true;
    }
    changed_.notify_all();
    work_.wait_for_news(kPatience);
  }
}

// Another node would take up what this one let rest.
Expected<void> SharedJobQueue::rest(bool is_resting) {
  if (!is_resting) return {};
  return std::unexpected(
      Error(ErrorCode::Unavailable, "several nodes share these jobs, and do not rest together").advise("stop the nodes that work, or cancel the job"));
}

// Jobs are compared with what was told of them before: whatever a node missed while the store was away is told then.
void SharedJobQueue::tell_news() {
  if (const auto jobs = work_.jobs(); jobs && options_.listener) {
    std::map<JobId, Job> seen;
    for (const Job& job : *jobs | std::views::reverse) {
      const auto before = told_.find(job.id);
      if (before == told_.end() || !is_same(before->second, job)) options_.listener(job);
      seen.emplace(job.id, job);
    }
    told_ = std::move(seen);
  }
  const auto version = work_.library_version();
  if (!version || *version == library_version_) return;
  library_version_ = *version;
  if (options_.on_library_change) options_.on_library_change();
}

bool SharedJobQueue::wait_for_work() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return has_news_ || is_closing_; });
  has_news_ = false;
  return !is_closing_;
}

void SharedJobQueue::run() {
  while (wait_for_work()) {
    for (;;) {
      const auto taken = work_.take_job(options_.lease, options_.now());
      if (!taken || !*taken) break;
      run_one(**taken);
      const std::lock_guard lock(mutex_);
      if (is_closing_) return;
    }
  }
}

void SharedJobQueue::run_one(const TakenJob& taken) {
  CancelSource stop;
  {
    const std::lock_guard lock(mutex_);
    running_stop_ = stop;
    if (is_closing_) stop.cancel();
  }
  JobEnd end;
  {
    Heartbeat heartbeat(work_, taken, options_.lease, stop);
    Progress progress([&heartbeat](const ProgressUpdate& update) { heartbeat.note(update); });
    const auto result = options_.runner(taken.job, progress, stop.token());
    progress.finish();
    end = end_of(result);
    // This node ends, the job need not.
    if (end.state == JobState::Cancelled && !heartbeat.was_stopped()) end = {.state = JobState::Waiting};
  }
  std::ignore = work_.end_job(taken, end, options_.now());  // whoever took it up meanwhile tells its end; without a store its lease ends
}

}  // namespace cineloom
