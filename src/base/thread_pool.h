#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cineloom {

/// Cores this process may really use: the smaller of its affinity mask and its cgroup quota, at least 1.
int available_cores();

/// A fixed set of threads that run tasks in the order of submission. Tasks must not throw.
/// The destructor runs what was submitted, then joins.
class ThreadPool {
 public:
  /// threads 0 = available_cores().
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void submit(std::move_only_function<void()> task);
  [[nodiscard]] int size() const { return static_cast<int>(threads_.size()); }

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::move_only_function<void()>> tasks_;
  bool is_closing_ = false;
  std::vector<std::jthread> threads_;
};

/// Calls body(begin, end) on pieces of [0, count) with up to `threads` threads (0 = available_cores()) and waits.
/// Pieces are fixed by count and threads, so a result that only depends on the index is the same for any schedule.
void parallel_for(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body, int threads = 0);

}  // namespace cineloom
