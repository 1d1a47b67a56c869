#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "pipeline/job_queue.h"

namespace cineloom {

/// The queue of one process: runs jobs one after the other on a thread of its own and remembers the newest hundred.
/// The listener hears every change, on the thread that made it; it must return at once.
/// The destructor cancels what runs and drops what waits.
class LocalJobQueue final : public JobQueue {
 public:
  explicit LocalJobQueue(std::function<Timestamp()> now, JobListener listener = {});
  ~LocalJobQueue() override;
  LocalJobQueue(const LocalJobQueue&) = delete;
  LocalJobQueue& operator=(const LocalJobQueue&) = delete;

  Expected<Job> submit(JobRequest request) override;
  Expected<std::vector<Job>> jobs() override;
  Expected<Job> job(JobId id) override;
  Expected<Job> cancel(JobId id) override;
  Expected<void> rest(bool is_resting) override;
  [[nodiscard]] bool is_resting() const override;

 private:
  struct Entry {
    Job job;
    JobWork work;
    CancelSource cancel;
  };

  void run();
  void run_one(Entry& entry);
  void tell(Entry& entry, const ProgressUpdate& update);
  void finish(Entry& entry, const Expected<void>& result);
  std::vector<Job> drop_waiting(JobKind kind);
  Entry* find(JobId id);
  Entry* next_waiting();
  void forget_oldest();

  std::function<Timestamp()> now_;
  JobListener listener_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Entry> entries_;  // oldest first; references stay valid while a job runs
  std::int64_t last_id_ = 0;
  bool is_closing_ = false;
  bool is_resting_ = false;
  std::jthread thread_;
};

}  // namespace cineloom
