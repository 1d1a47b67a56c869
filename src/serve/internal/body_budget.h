#pragma once

#include <cstdint>

namespace cineloom::serve {

/// Bytes of bodies that may be held at once, over all connections: whoever connects can make a server hold bodies. For one thread.
class BodyBudget {
 public:
  explicit BodyBudget(std::uint64_t most) : left_(most) {}
  [[nodiscard]] bool take(std::uint64_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  void give_back(std::uint64_t bytes) { left_ += bytes; }

 private:
  std::uint64_t left_;
};

/// What one body takes of a budget, given back with the value.
class BodyShare {
 public:
  explicit BodyShare(BodyBudget& budget) : budget_(budget) {}
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;
  ~BodyShare() { budget_.give_back(bytes_); }

  /// Takes what is missing to so many bytes; false, and nothing is taken, where the budget has less.
  [[nodiscard]] bool grow_to(std::uint64_t bytes) {
    if (bytes <= bytes_) return true;
    if (!budget_.take(bytes - bytes_)) return false;
    bytes_ = bytes;
    return true;
  }

 private:
  BodyBudget& budget_;
  std::uint64_t bytes_ = 0;
};

}  // namespace cineloom::serve
