#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "domain/ids.h"

namespace cineloom {

/// Makes kept answers anew after somebody did something, before they are asked for, so that whoever asks next need not wait. One thread of
/// low priority: questions that are waited for go first. What it cannot keep up with is made when it is asked for, as without it.
class AnswerRenewer {
 public:
  /// `renew` makes all answers of a viewer anew; it is called on the thread, one viewer at a time.
  explicit AnswerRenewer(std::function<void(ViewerId)> renew);
  /// Finishes the viewer under way and gives up the others.
  ~AnswerRenewer();
  AnswerRenewer(const AnswerRenewer&) = delete;
  AnswerRenewer& operator=(const AnswerRenewer&) = delete;

  /// The viewer did something; returns at once. Somebody who waits already is not noted twice; of too many the oldest are given up.
  void note(ViewerId viewer);
  /// Waits until nobody waits.
  void finish();

 private:
  void run();

  std::function<void(ViewerId)> renew_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ViewerId> waiting_;
  bool is_working_ = false;
  bool is_closing_ = false;
  std::jthread thread_;
};

}  // namespace cineloom
