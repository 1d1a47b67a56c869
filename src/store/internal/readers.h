#pragma once

#include <condition_variable>
#include <mutex>
#include <span>
#include <vector>

#include "store/internal/sqlite.h"

namespace cineloom::sqlite {

/// Connections that read, lent to one thread at a time: who asks something small need not wait until somebody has read the whole library.
/// Thread-safe.
class Readers {
 public:
  /// At least one.
  explicit Readers(std::vector<Connection> connections) : connections_(std::move(connections)) {
    for (Connection& connection : connections_) free_.push_back(&connection);
  }

  /// Waits for a free one.
  template <class Work>
  auto with_one(Work work) -> decltype(work(std::declval<Connection&>())) {
    const Lease lease(*this);
    return work(*lease.connection);
  }
  /// Works while nobody reads: lets those who read come to an end and the others wait. One such work at a time.
  template <class Work>
  Expected<void> while_idle(Work work) {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !is_held_; });
    is_held_ = true;  // or new readers would come before the last one had gone
    returned_.wait(lock, [this] { return free_.size() == connections_.size(); });
    lock.unlock();
    const Expected<void> result = work(std::span(connections_));
    lock.lock();
    is_held_ = false;
    lock.unlock();
    returned_.notify_all();
    return result;
  }

 private:
  struct Lease {
    explicit Lease(Readers& owner) : readers(owner) {
      std::unique_lock lock(readers.mutex_);
      readers.returned_.wait(lock, [this] { return !readers.is_held_ && !readers.free_.empty(); });
      connection = readers.free_.back();
      readers.free_.pop_back();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      {
        const std::lock_guard lock(readers.mutex_);
        readers.free_.push_back(connection);
      }
      readers.returned_.notify_all();
    }
    Readers& readers;
    Connection* connection = nullptr;
  };

  std::vector<Connection> connections_;
  std::mutex mutex_;
  std::condition_variable returned_;
  bool is_held_ = false;
  std::vector<Connection*> free_;  // the last one given back first: what it read is in its cache
};

}  // namespace cineloom::sqlite
