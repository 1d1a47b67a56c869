#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "store/store.h"

namespace cineloom {

/// Counts changes. Thread-safe. Every count is taken from one clock, so that a viewer whose own count was not yet needed has that of
/// the last change of everybody.
class RevisionCounter {
 public:
  [[nodiscard]] Revisions of(ViewerId viewer) const {
    const std::lock_guard lock(mutex_);
    const auto own = viewers_.find(viewer);
    return {.films = films_, .viewer = own == viewers_.end() ? everybody_ : own->second};
  }
  void touch(ViewerId viewer) {
    const std::lock_guard lock(mutex_);
    viewers_[viewer] = ++clock_;
  }
  void touch_films() {
    const std::lock_guard lock(mutex_);
    films_ = ++clock_;
  }
  void touch_all() {
    const std::lock_guard lock(mutex_);
    viewers_.clear();
    films_ = everybody_ = ++clock_;
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t clock_ = 0;
  std::uint64_t films_ = 0;
  std::uint64_t everybody_ = 0;
  std::unordered_map<ViewerId, std::uint64_t> viewers_;
};

}  // namespace cineloom
