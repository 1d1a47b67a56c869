#include "pipeline/background_training.h"

#include <algorithm>
#include <mutex>

namespace cineloom {

struct BackgroundTraining::State {
  State(Cinema& the_cinema, JobQueue& the_jobs, const TrainingTriggers& chosen) : cinema(the_cinema), jobs(the_jobs), triggers(chosen) {}

  /// Of the library, as last looked at and counted on since.
  struct Counts {
    int events = 0;
    int new_films = 0;
  };

  // The caller holds the mutex.
  [[nodiscard]] bool is_due() const {
    const bool is_first = !has_model && tried.events == 0;
    const int wanted = is_first ? 1 : std::max(triggers.least_events, static_cast<int>(triggers.event_share * tried.events));
    return now.events - tried.events >= wanted || now.new_films - tried.new_films >= triggers.new_films;
  }
  void learn_need(const TrainingNeed& need) {
    const std::lock_guard lock(mutex);
    has_model = need.has_model;
    now = {.events = need.events_now, .new_films = need.new_films};
    tried.events = std::max(tried.events, need.events_learned);
    tried.new_films = std::min(tried.new_films, need.new_films);
  }
  [[nodiscard]] bool is_under_way() const {
    const auto is_open = [](const Job& job) { return job.kind == JobKind::Train && !job.finished; };
    const auto all = jobs.jobs();
    // A queue that cannot be read is asked again at the next event.
    return !all || std::ranges::any_of(*all, is_open);
  }

  static Expected<Job> submit(const std::shared_ptr<State>& state) {
    {
      const std::lock_guard lock(state->mutex);
      state->tried = state->now;
    }
    return state->jobs.submit({.kind = JobKind::Train,
                               .title = "recommender",
                               .film = {},
                               .work = [state](Progress& progress, const CancelToken& cancel) -> Expected<void> {
                                 CINELOOM_TRY(state->cinema.train(progress, cancel));
                                 CINELOOM_TRY_ASSIGN(const TrainingNeed need, state->cinema.training_need());
                                 state->learn_need(need);
                                 return {};
                               },
                               .queueing = Queueing::ReplaceWaiting});
  }
  static Expected<void> submit_if_due(const std::shared_ptr<State>& state) {
    {
      const std::lock_guard lock(state->mutex);
      if (!state->is_due()) return {};
    }
    if (!state->is_under_way()) CINELOOM_TRY(submit(state));
    return {};
  }

  Cinema& cinema;
  JobQueue& jobs;
  const TrainingTriggers triggers;
  std::mutex mutex;
  bool has_model = false;
  Counts now;
  Counts tried;  ///< what the last training had before it, whatever became of it
};

BackgroundTraining::BackgroundTraining(Cinema& cinema, JobQueue& jobs, const TrainingTriggers& triggers)
    : state_(std::make_shared<State>(cinema, jobs, triggers)) {}

Expected<Job> BackgroundTraining::request() { return State::submit(state_); }

std::function<Expected<void>()> BackgroundTraining::looker() const {
  return [state = state_]() -> Expected<void> {
    CINELOOM_TRY_ASSIGN(const TrainingNeed need, state->cinema.training_need());
    state->learn_need(need);
    return State::submit_if_due(state);
  };
}

Expected<void> BackgroundTraining::look() { return looker()(); }

void BackgroundTraining::note_event() {
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->now.events;
  }
  std::ignore = State::submit_if_due(state_);  // the event is kept; what could not be asked for now is due again with the next
}

}  // namespace cineloom
