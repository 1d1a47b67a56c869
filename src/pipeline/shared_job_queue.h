#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "pipeline/job_queue.h"
#include "store/shared_work.h"

namespace cineloom {

class Cinema;

/// What a node does for a job.
using JobRunner = std::function<Expected<void>(const Job&, Progress&, const CancelToken&)>;

/// Analyses and trainings of this library.
JobRunner runner_of(Cinema& cinema);

struct SharedQueueOptions {
  std::function<Timestamp()> now;
  JobListener listener = {};                       ///< hears what becomes of every job of all nodes, some of its progress left out
  JobRunner runner = {};                           ///< empty = this node only asks and watches
  std::function<void()> on_library_change = {};    ///< films, findings or the model changed, here or elsewhere
  std::chrono::milliseconds lease{30'000};         ///< after which the job of a dead node is taken up, > 0
};

/// The queue of all nodes on one store. One thread runs what this node took and says again and again that it lives; another one waits for
/// news of the others. The destructor gives back what runs, so that another node goes on with it.
class SharedJobQueue final : public JobQueue {
 public:
  SharedJobQueue(SharedWork& work, SharedQueueOptions options);
  ~SharedJobQueue() override;
  SharedJobQueue(const SharedJobQueue&) = delete;
  SharedJobQueue& operator=(const SharedJobQueue&) = delete;

  Expected<Job> submit(JobRequest request) override;
  Expected<std::vector<Job>> jobs() override { return work_.jobs(); }
  Expected<Job> job(JobId id) override { return work_.find_job(id); }
  Expected<Job> cancel(JobId id) override;
  Expected<void> rest(bool is_resting) override;
  [[nodiscard]] bool is_resting() const override { return false; }

 private:
  void watch();
  void tell_news();
  void run();
  void run_one(const TakenJob& taken);
  bool wait_for_work();

  SharedWork& work_;
  SharedQueueOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_news_ = false;
  bool is_closing_ = false;
  CancelSource running_stop_;            // of the job that this node runs
  std::map<JobId, Job> told_;            // of the watching thread
  std::int64_t library_version_ = 0;
  std::jthread watcher_;
  std::jthread runner_;
};

}  // namespace cineloom
