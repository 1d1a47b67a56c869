#pragma once

#include <chrono>

#include "base/cancel.h"
#include "base/expected.h"

namespace cineloom::libav {

/// Decides when a reading has gone on too long; asked between packets and, by libav, inside long reads.
class Watch {
 public:
  using Clock = std::chrono::steady_clock;

  Watch(std::chrono::seconds deadline, std::chrono::seconds patience, const CancelToken& cancel)
      : cancel_(cancel), end_(Clock::now() + deadline), patience_(patience), moved_(Clock::now()) {}

  void note_progress() { moved_ = Clock::now(); }
  [[nodiscard]] bool should_stop() const { return !check(); }
  /// Errors: Cancelled, ResourceExhausted.
  [[nodiscard]] Expected<void> check() const {
    CINELOOM_TRY(cancel_.check());
    const auto now = Clock::now();
    if (now > end_) return fail(ErrorCode::ResourceExhausted, "the time allowed for this film is over");
    if (now - moved_ > patience_) return fail(ErrorCode::ResourceExhausted, "the film gives no frame or sound any more");
    return {};
  }

 private:
  const CancelToken& cancel_;
  Clock::time_point end_;
  std::chrono::seconds patience_;
  Clock::time_point moved_;
};

}  // namespace cineloom::libav
