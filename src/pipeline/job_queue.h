#pragma once

#include <functional>
#include <string>
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
  JobWork work;  ///< what this process does; where other nodes may take the job, each does what it does for this kind and film
  Queueing queueing = Queueing::Append;
};

/// Jobs that somebody watches and stops, done one after the other by this process or by whichever node is free. Thread-safe.
class JobQueue {
 public:
  virtual ~JobQueue() = default;

  /// Errors: those of the store where the queue is shared.
  virtual Expected<Job> submit(JobRequest request) = 0;
  /// The newest hundred, newest first.
  virtual Expected<std::vector<Job>> jobs() = 0;
  /// Errors: NotFound.
  virtual Expected<Job> job(JobId id) = 0;
  /// Asks a waiting or running job to stop. Errors: NotFound; Conflict if it has ended.
  virtual Expected<Job> cancel(JobId id) = 0;
  /// Rests, or goes on: what waits does not begin, and what runs stands still from its next sign of progress on, until the queue goes on or it
  /// is cancelled. Not remembered when the process ends. Errors: Unavailable where several nodes share the queue.
  virtual Expected<void> rest(bool is_resting) = 0;
  [[nodiscard]] virtual bool is_resting() const = 0;
};

}  // namespace cineloom
