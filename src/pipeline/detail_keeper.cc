#include "pipeline/detail_keeper.h"

namespace cineloom {

DetailKeeper::DetailKeeper(Cinema& cinema, std::chrono::days age, Listener listener)
    : cinema_(cinema), age_(age), listener_(std::move(listener)), thread_([this] { run(); }) {}

DetailKeeper::~DetailKeeper() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopping_.notify_all();
}

void DetailKeeper::run() {
  for (;;) {
    const auto receipt = remove_detail(cinema_.store(), cinema_.now() - age_, DetailRemoval::Remove);
    if (listener_) listener_(receipt);
    std::unique_lock lock(mutex_);
    if (stopping_.wait_for(lock, std::chrono::days(1), [this] { return is_stopping_; })) return;
  }
}

}  // namespace cineloom
