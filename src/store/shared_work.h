#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.h"
#include "domain/job.h"

namespace cineloom {

class Store;

/// A job that any node may do.
struct NewSharedJob {
  JobKind kind = JobKind::Analyze;
  std::string title;
  FilmId film;
  bool replaces_waiting = false;  ///< of the same kind
};

/// A job that a node has taken; `attempt` tells it from those who took it before or after.
struct TakenJob {
  Job job;
  int attempt = 1;
};

/// What a node learns when it says that it still works on a job.
enum class LeaseState {
  Held,
  StopWanted,  ///< somebody asked the job to stop
  Lost,        ///< another node has taken it up, or it has ended
};

/// What became of a job.
struct JobEnd {
  JobState state = JobState::Done;  ///< Done, Failed or Cancelled; Waiting = given back, as if never taken
  std::string cause = {};
  std::string next_step = {};
};

/// The part of a store that several programs work with: jobs that one of them takes, and news of what the others changed. A taken job
/// belongs to its node for the length of a lease, by the server's clock; a node that dies lets it run out, and another takes the job up.
/// Thread-safe, but only one thread waits for news. Errors of all calls: those of Store.
class SharedWork {
 public:
  virtual ~SharedWork() = default;

  virtual Expected<Job> add_job(const NewSharedJob& job, Timestamp now) = 0;
  /// The newest hundred, newest first.
  virtual Expected<std::vector<Job>> jobs() = 0;
  /// Errors: NotFound.
  virtual Expected<Job> find_job(JobId id) = 0;
  /// Ends a waiting job, and asks whoever runs one to stop. Errors: NotFound; Conflict if it has ended.
  virtual Expected<Job> cancel_job(JobId id, Timestamp now) = 0;

  /// Takes the oldest job that waits or whose lease has run out; none if there is none. A job over which three nodes died fails.
  virtual Expected<std::optional<TakenJob>> take_job(std::chrono::milliseconds lease, Timestamp now) = 0;
  /// Says how far it is, and begins the lease anew.
  virtual Expected<LeaseState> keep_job(const TakenJob& taken, const ProgressUpdate& progress, std::chrono::milliseconds lease) = 0;
  /// Errors: Conflict if the lease was lost; nothing is changed then.
  virtual Expected<void> end_job(const TakenJob& taken, const JobEnd& end, Timestamp now) = 0;

  /// Counts up whenever films, findings or the model in use change, whoever changes them.
  virtual Expected<std::int64_t> library_version() = 0;
  /// Waits until jobs or the library change, or for this long. Some news may be missed: whoever waits looks again afterwards.
  virtual void wait_for_news(std::chrono::milliseconds limit) = 0;
};

/// Null for a store that only one program writes to. Lives as long as the store.
SharedWork* shared_work(Store& store);

}  // namespace cineloom
