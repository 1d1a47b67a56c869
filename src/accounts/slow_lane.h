#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "base/thread_pool.h"

namespace cineloom::accounts {

/// How much hashing there may be.
struct SlowLaneLimits {
  double per_second = 4;   ///< on average, > 0
  int burst = 8;           ///< at once after a quiet time, >= 1
  int waiting = 4;         ///< callers that may wait for the thread, beside the one whose work it does
};

/// Work that is slow by intent, on one thread: whoever asks waits, whoever asks too often is sent away at once.
/// Thread-safe.
class SlowLane {
 public:
  using Clock = std::chrono::steady_clock;
  explicit SlowLane(const SlowLaneLimits& limits = {}, std::function<Clock::time_point()> now = Clock::now);

  /// Does `work`, which must not throw, and waits for it: zero. Else how long to stay away; nothing was done.
  std::chrono::seconds run(std::function<void()> work);

 private:
  std::chrono::seconds enter();

  SlowLaneLimits limits_;
  std::function<Clock::time_point()> now_;
  std::mutex mutex_;
  double allowance_;
  Clock::time_point counted_at_;
  int inside_ = 0;
  ThreadPool thread_;
};

}  // namespace cineloom::accounts
