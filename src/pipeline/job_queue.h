#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "domain/job.h"

namespace cineloom {

using JobWork = std::function<Expected<void>(Progress&, const CancelToken&)>;
using JobListener = std::function<void(const Job&)>;

/// What becomes of jobs of the same kind that still wait.
enum class Queueing { Append, ReplaceWaiting };

struct JobRequest {
  JobKind kind = JobKind::Analyze;
  std::string title;
  FilmId film;
  JobWork work;
  Queueing queueing = Queueing::Append;
};

/// Runs jobs one after the other on a thread of its own and remembers the newest hundred. Thread-safe.
/// The listener hears every change, on the thread that made it; it must return at once.
/// The destructor cancels what runs and drops what waits.
class JobQueue {
 public:
  explicit JobQueue(std::function<Timestamp()> now, JobListener listener = {});
  ~JobQueue();
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  Job submit(JobRequest request);
  /// Newest first.
  std::vector<Job> jobs();
  /// Errors: NotFound.
  Expected<Job> job(JobId id);
  /// Asks a waiting or running job to stop. Errors: NotFound; Conflict if it has ended.
  Expected<Job> cancel(JobId id);

 private:
  struct Entry {
    Job job;
    JobWork work;
    CancelSource cancel;
  };

  void run();
  void run_one(Entry& entry);
  void finish(Entry& entry, const Expected<void>& result);
  std::vector<Job> drop_waiting(JobKind kind);
  Entry* find(JobId id);
  Entry* next_waiting();
  void forget_oldest();

  std::function<Timestamp()> now_;
  JobListener listener_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Entry> entries_;  // oldest first; references stay valid while a job runs
  std::int64_t last_id_ = 0;
  bool is_closing_ = false;
  std::jthread thread_;
};

}  // namespace cineloom
