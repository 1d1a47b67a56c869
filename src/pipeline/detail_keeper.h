#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "pipeline/cinema.h"
#include "store/retention.h"

namespace cineloom {

/// Lets go of details that are older than some days (store/retention.h): at once, and then once a day until it goes. What fails is tried again the
/// next day. The cinema must outlive it.
class DetailKeeper {
 public:
  using Listener = std::function<void(const Expected<DetailReceipt>&)>;
  /// `listener` hears of each round, on the keeper's thread.
  DetailKeeper(Cinema& cinema, std::chrono::days age, Listener listener = {});
  ~DetailKeeper();
  DetailKeeper(const DetailKeeper&) = delete;
  DetailKeeper& operator=(const DetailKeeper&) = delete;

 private:
  void run();

  Cinema& cinema_;
  std::chrono::days age_;
  Listener listener_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool is_stopping_ = false;
  std::jthread thread_;
};

}  // namespace cineloom
