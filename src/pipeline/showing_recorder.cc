#include "pipeline/showing_recorder.h"

#include <utility>

namespace cineloom {
namespace {

constexpr std::size_t kMostWaiting = 1000;

}  // namespace

ShowingRecorder::ShowingRecorder(Store& store) : store_(store), thread_([this] { run(); }) {}

ShowingRecorder::~ShowingRecorder() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_all();
}

void ShowingRecorder::remember(Showing showing, Recommendation recommendation) {
  if (recommendation.picks.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() == kMostWaiting) {
      waiting_.pop_front();
      ++lost_;
    }
    waiting_.push_back({.showing = std::move(showing), .recommendation = std::move(recommendation)});
  }
  changed_.notify_all();
}

void ShowingRecorder::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !is_working_; });
}

int ShowingRecorder::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

void ShowingRecorder::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Task task = std::move(waiting_.front());
    waiting_.pop_front();
    is_working_ = true;
    lock.unlock();
    const auto kept = remember_showing(store_, task.showing, task.recommendation);
    lock.lock();
    is_working_ = false;
    lost_ += kept ? 0 : 1;  // nobody waits for this answer; the count is what is told
    changed_.notify_all();
  }
}

}  // namespace cineloom
