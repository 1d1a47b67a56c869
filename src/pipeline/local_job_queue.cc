#include "pipeline/local_job_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace cineloom {
namespace {

constexpr std::size_t kRemembered = 100;

bool has_ended(const Job& job) { return job.state != JobState::Waiting && job.state != JobState::Running; }

}  // namespace

LocalJobQueue::LocalJobQueue(std::function<Timestamp()> now, JobListener listener)
    : now_(std::move(now)), listener_(std::move(listener)), thread_([this] { run(); }) {}

LocalJobQueue::~LocalJobQueue() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
    for (Entry& entry : entries_) entry.cancel.cancel();
  }
  ready_.notify_all();
}

Expected<Job> LocalJobQueue::submit(JobRequest request) {
  Job job;
  std::vector<Job> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (request.queueing == Queueing::ReplaceWaiting) dropped = drop_waiting(request.kind);
    job = {.id = JobId(++last_id_), .kind = request.kind, .title = std::move(request.title), .film = request.film, .created = now_()};
    entries_.push_back({.job = job, .work = std::move(request.work), .cancel = {}});
    forget_oldest();
  }
  for (const Job& gone : dropped) {
    if (listener_) listener_(gone);
  }
  if (listener_) listener_(job);
  ready_.notify_one();
  return job;
}

std::vector<Job> LocalJobQueue::drop_waiting(JobKind kind) {
  std::vector<Job> dropped;
  for (Entry& entry : entries_) {
    if (entry.job.state != JobState::Waiting || entry.job.kind != kind) continue;
    entry.job.state = JobState::Cancelled;
    entry.job.cause = "a newer request took its place";
    entry.job.finished = now_();
    entry.work = {};
    dropped.push_back(entry.job);
  }
  return dropped;
}

Expected<std::vector<Job>> LocalJobQueue::jobs() {
  const std::lock_guard lock(mutex_);
  std::vector<Job> jobs;
  for (const Entry& entry : entries_ | std::views::reverse) jobs.push_back(entry.job);
  return jobs;
}

Expected<Job> LocalJobQueue::job(JobId id) {
  const std::lock_guard lock(mutex_);
  if (const Entry* entry = find(id)) return entry->job;
  return fail(ErrorCode::NotFound, fmt::format("there is no job {}", id.number()));
}

Expected<Job> LocalJobQueue::cancel(JobId id) {
  Job job;
  {
    const std::lock_guard lock(mutex_);
    Entry* entry = find(id);
    if (entry == nullptr) return fail(ErrorCode::NotFound, fmt::format("there is no job {}", id.number()));
    if (has_ended(entry->job)) return fail(ErrorCode::Conflict, fmt::format("job {} has ended already", id.number()));
    entry->cancel.cancel();
    if (entry->job.state == JobState::Waiting) {
      entry->job.state = JobState::Cancelled;
      entry->job.finished = now_();
    }
    job = entry->job;
  }
  ready_.notify_all();  // it may stand still
  if (listener_) listener_(job);
  return job;
}

Expected<void> LocalJobQueue::rest(bool is_resting) {
  {
    const std::lock_guard lock(mutex_);
    is_resting_ = is_resting;
  }
  ready_.notify_all();
  return {};
}

bool LocalJobQueue::is_resting() const {
  const std::lock_guard lock(mutex_);
  return is_resting_;
}

void LocalJobQueue::run() {
  for (;;) {
    Entry* entry = nullptr;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [&] { return is_closing_ || (!is_resting_ && (entry = next_waiting()) != nullptr); });
      if (is_closing_) return;
      entry->job.state = JobState::Running;
    }
    run_one(*entry);
  }
}

void LocalJobQueue::run_one(Entry& entry) {
  Progress progress([this, &entry](const ProgressUpdate& update) { tell(entry, update); });
  const auto result = entry.work(progress, entry.cancel.token());
  progress.finish();
  finish(entry, result);
}

// Whoever reports progress stands still here while the queue rests.
void LocalJobQueue::tell(Entry& entry, const ProgressUpdate& update) {
  Job job;
  {
    const std::lock_guard lock(mutex_);
    entry.job.progress = update;
    job = entry.job;
  }
  if (listener_) listener_(job);
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [&] { return !is_resting_ || is_closing_ || entry.cancel.token().is_cancelled(); });
}

void LocalJobQueue::finish(Entry& entry, const Expected<void>& result) {
  Job job;
  {
    const std::lock_guard lock(mutex_);
    entry.job.finished = now_();
    entry.job.state = JobState::Done;
    if (!result) {
      entry.job.state = result.error().code() == ErrorCode::Cancelled ? JobState::Cancelled : JobState::Failed;
      entry.job.cause = result.error().describe();
      entry.job.next_step = result.error().advice();
    }
    entry.work = {};  // what it holds on to may be large
    job = entry.job;
  }
  if (listener_) listener_(job);
}

LocalJobQueue::Entry* LocalJobQueue::find(JobId id) {
  const auto found = std::ranges::find(entries_, id, [](const Entry& entry) { return entry.job.id; });
  return found == entries_.end() ? nullptr : &*found;
}

LocalJobQueue::Entry* LocalJobQueue::next_waiting() {
  const auto found = std::ranges::find(entries_, JobState::Waiting, [](const Entry& entry) { return entry.job.state; });
  return found == entries_.end() ? nullptr : &*found;
}

// Only ended jobs at the front go: erasing inside a deque would move the entry that runs.
void LocalJobQueue::forget_oldest() {
  while (entries_.size() > kRemembered && has_ended(entries_.front().job)) entries_.pop_front();
}

}  // namespace cineloom
