#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cineloom::serve {

/// One server-sent event.
struct ServerEvent {
  std::uint64_t id = 0;  ///< counts up from 1 while the server runs
  std::string name;      ///< "job"
  std::string data;      ///< JSON on one line

  /// As it goes over the wire (HTML Living Standard, 9.2).
  [[nodiscard]] std::string wire_text() const;
};

/// Hands every event to every listener and keeps the newest 256 for those who come back with Last-Event-ID. Thread-safe.
/// Listeners are called on the publishing thread and must return at once.
class EventHub {
 public:
  using Listener = std::function<void(const ServerEvent&)>;

  void publish(std::string_view name, std::string_view data);
  /// Starts listening after `last_seen` (0 = from now on): gives what was missed and the number to stop with.
  struct Subscription {
    std::uint64_t number = 0;
    std::vector<ServerEvent> missed;
  };
  Subscription subscribe(std::uint64_t last_seen, Listener listener);
  void unsubscribe(std::uint64_t number);

 private:
  std::mutex mutex_;
  std::deque<ServerEvent> recent_;
  std::map<std::uint64_t, Listener> listeners_;
  std::uint64_t last_event_ = 0;
  std::uint64_t last_subscription_ = 0;
};

}  // namespace cineloom::serve
