#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <utility>

namespace cineloom {
namespace {

int affinity_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return static_cast<int>(std::thread::hardware_concurrency());
  return CPU_COUNT(&set);
}

// cgroup v2 writes "quota period" in microseconds, or "max period" without a quota.
int quota_cores(int otherwise) {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return otherwise;
  char* end = nullptr;
  const double microseconds = std::strtod(quota.c_str(), &end);
  if (microseconds <= 0) return otherwise;
  return static_cast<int>(std::ceil(microseconds / period));
}

}  // namespace

int available_cores() {
  const int affinity = affinity_cores();
  return std::max(1, std::min(affinity, quota_cores(affinity)));
}

ThreadPool::ThreadPool(int threads) {
  const int count = threads > 0 ? threads : available_cores();
  for (int i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  ready_.notify_all();
}

void ThreadPool::submit(std::move_only_function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  ready_.notify_one();
}

void ThreadPool::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return is_closing_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }
}

void parallel_for(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body, int threads) {
  const auto wanted = static_cast<std::size_t>(threads > 0 ? threads : available_cores());
  const std::size_t pieces = std::min(wanted, count);
  if (pieces <= 1) {
    if (count > 0) body(0, count);
    return;
  }
  std::vector<std::jthread> workers;
  for (std::size_t piece = 1; piece < pieces; ++piece) {
    workers.emplace_back([&body, piece, pieces, count] { body(count * piece / pieces, count * (piece + 1) / pieces); });
  }
  body(0, count / pieces);
}

}  // namespace cineloom
