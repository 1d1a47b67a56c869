#include "pipeline/answer_renewer.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace cineloom {
namespace {

constexpr std::size_t kMostWaiting = 256;
constexpr int kLowPriority = 10;  // yields to every answer that is waited for, and is not starved by a busy machine

}  // namespace

AnswerRenewer::AnswerRenewer(std::function<void(ViewerId)> renew) : renew_(std::move(renew)), thread_([this] { run(); }) {}

AnswerRenewer::~AnswerRenewer() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
}

void AnswerRenewer::note(ViewerId viewer) {
  {
    const std::lock_guard lock(mutex_);
    if (std::ranges::find(waiting_, viewer) != waiting_.end()) return;
    if (waiting_.size() == kMostWaiting) waiting_.pop_front();
    waiting_.push_back(viewer);
  }
  changed_.notify_all();
}

void AnswerRenewer::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !is_working_; });
}

void AnswerRenewer::run() {
  std::ignore = ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLowPriority);  // of this thread; without it answers are only a little later
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
    if (is_closing_) return;
    const ViewerId viewer = waiting_.front();
    waiting_.pop_front();
    is_working_ = true;
    lock.unlock();
    renew_(viewer);
    lock.lock();
    is_working_ = false;
    changed_.notify_all();
  }
}

}  // namespace cineloom
