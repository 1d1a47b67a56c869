#pragma once

#include <functional>
#include <memory>

#include "pipeline/cinema.h"
#include "pipeline/job_queue.h"

namespace cineloom {

/// When to train without being asked.
struct TrainingTriggers {
  double event_share = 0.2;  ///< new events, as a share of those learned from, > 0
  int least_events = 20;     ///< and at least so many, > 0
  int new_films = 1;         ///< or so many films known by content only, > 0
};

/// Trains in the background as a job that can be watched and stopped, when it is asked for and when the library has moved on. While it
/// works, and when it fails, the last model answers. A request that still waits gives way to a newer one. After a training that was
/// stopped, failed or refused, the library must move on as far again before the next. Thread-safe; cinema and queue must outlive it.
class BackgroundTraining {
 public:
  BackgroundTraining(Cinema& cinema, JobQueue& jobs, const TrainingTriggers& triggers = {});

  /// Trains as soon as the jobs before are done. Errors: those of the queue.
  Expected<Job> request();
  /// Loads the kept model and looks how far the library has moved on; for the start, and after films or events came otherwise than
  /// through note_event(). Trains where nothing was learned yet. Errors: those of the store.
  Expected<void> look();
  /// look() as a function that may outlive this object, while cinema and queue live; for news of other nodes.
  [[nodiscard]] std::function<Expected<void>()> looker() const;
  /// One event came. Costs a few additions, so that answers need not wait.
  void note_event();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the jobs, which may end after this object
};

}  // namespace cineloom
