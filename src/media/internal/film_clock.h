#pragma once

#include <cstdint>
#include <optional>

#include "domain/time.h"

namespace cineloom::libav {

/// Numbers frames in presentation order and gives each a pts that rises strictly, whatever the file claims.
class FilmClock {
 public:
  /// A jump back by more than `reset_ticks` is taken for a restarted clock; a smaller one for a disordered frame.
  explicit FilmClock(std::int64_t reset_ticks = 1) : reset_ticks_(reset_ticks) {}

  FrameTime next(std::optional<std::int64_t> claimed) {
    std::int64_t pts = claimed ? *claimed + offset_ : last_.pts + step_;
    if (last_.ordinal >= 0 && pts <= last_.pts) {
      if (last_.pts - pts > reset_ticks_) offset_ += last_.pts + step_ - pts;
      pts = last_.pts + (last_.pts - pts > reset_ticks_ ? step_ : 1);
    } else if (last_.ordinal >= 0) {
      step_ = pts - last_.pts;
    }
    last_ = {pts, last_.ordinal + 1};
    return last_;
  }
  [[nodiscard]] FrameTime last() const { return last_; }
  [[nodiscard]] std::int64_t step() const { return step_; }
  [[nodiscard]] std::int64_t offset() const { return offset_; }
  /// As it stood when it gave these.
  void restore(const FrameTime& last, std::int64_t step, std::int64_t offset) {
    last_ = last;
    step_ = step;
    offset_ = offset;
  }

 private:
  std::int64_t reset_ticks_;
  std::int64_t offset_ = 0;
  std::int64_t step_ = 1;
  FrameTime last_{0, -1};
};

}  // namespace cineloom::libav
