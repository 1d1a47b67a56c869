#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "pipeline/feedback.h"

namespace cineloom {

/// Remembers showings on a thread of its own, so that no answer waits for the disk. What waits when the program is killed is lost;
/// a normal end finishes it. Thread-safe.
class ShowingRecorder {
 public:
  /// The store must outlive it.
  explicit ShowingRecorder(Store& store);
  ~ShowingRecorder();
  ShowingRecorder(const ShowingRecorder&) = delete;
  ShowingRecorder& operator=(const ShowingRecorder&) = delete;

  /// Takes it and returns at once. When the disk falls far behind, the oldest that waits is given up.
  void remember(Showing showing, Recommendation recommendation);
  /// Waits until nothing waits.
  void finish();
  /// Showings that were not kept: given up, or refused by the store.
  [[nodiscard]] int lost() const;

 private:
  struct Task {
    Showing showing;
    Recommendation recommendation;
  };

  void run();

  Store& store_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;
  bool is_working_ = false;
  bool is_closing_ = false;
  int lost_ = 0;
  std::jthread thread_;
};

}  // namespace cineloom
