#include "accounts/slow_lane.h"

#include <algorithm>
#include <cmath>
#include <future>

namespace cineloom::accounts {
SlowLane::SlowLane(const SlowLaneLimits& limits, std::function<Clock::time_point()> now)
    : limits_(limits), now_(std::move(now)), allowance_(limits.burst), counted_at_(now_()), thread_(1) {}

std::chrono::seconds SlowLane::enter() {
  const std::lock_guard lock(mutex_);
  const auto now = now_();
  allowance_ = std::min<double>(limits_.burst, allowance_ + limits_.per_second * std::chrono::duration<double>(now - counted_at_).count());
  counted_at_ = now;
  if (allowance_ < 1) return std::chrono::seconds(std::max(1L, std::lround(std::ceil((1 - allowance_) / limits_.per_second))));
  if (inside_ > limits_.waiting) return std::chrono::seconds(1);
  allowance_ -= 1;
  ++inside_;
  return std::chrono::seconds(0);
}

std::chrono::seconds SlowLane::run(std::function<void()> work) {
  if (const auto pause = enter(); pause.count() > 0) return pause;
  std::promise<void> done;
  thread_.submit([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
  const std::lock_guard lock(mutex_);
  --inside_;
  return std::chrono::seconds(0);
}

}  // namespace cineloom::accounts
