#include "store/postgres/pool.h"

#include <algorithm>
#include <optional>
#include <thread>

namespace cineloom::postgres {
namespace {

using Clock = std::chrono::steady_clock;

// A server that restarts is back within it; whoever asked over HTTP still waits.
constexpr auto kPatience = std::chrono::seconds(10);
constexpr auto kFirstPause = std::chrono::milliseconds(20);
constexpr auto kLongestPause = std::chrono::milliseconds(1000);

}  // namespace

Pool::Lease::~Lease() {
  if (pool_ != nullptr) pool_->take_back(std::move(connection_));
}

void Pool::take_back(Connection connection) {
  {
    const std::lock_guard lock(mutex_);
    if (connection.trouble() == Trouble::Lost) ++left_;
    else free_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

Expected<Connection> Pool::free_or_new() {
  {
    std::unique_lock lock(mutex_);
    const bool is_ready = returned_.wait_for(lock, kPatience, [this] { return !free_.empty() || left_ > 0; });
    if (!is_ready) return fail(ErrorCode::Unavailable, "all connections to the database are busy");
    while (!free_.empty()) {
      Connection connection = std::move(free_.back());
      free_.pop_back();
      if (connection.is_alive()) return connection;
      ++left_;
    }
    --left_;
  }
  auto opened = Connection::open(address_);
  if (!opened) {
    {
      const std::lock_guard lock(mutex_);
      ++left_;
    }
    returned_.notify_one();
  }
  return opened;
}

Expected<Pool::Lease> Pool::lend() {
  const auto end = Clock::now() + kPatience;
  for (auto pause = kFirstPause;; pause = std::min<std::chrono::milliseconds>(pause * 2, kLongestPause)) {
    auto connection = free_or_new();
    if (connection) return Lease(*this, *std::move(connection));
    if (connection.error().code() != ErrorCode::Unavailable || Clock::now() + pause > end) return std::unexpected(std::move(connection).error());
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace cineloom::postgres
