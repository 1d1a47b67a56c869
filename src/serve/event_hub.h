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
  std::uint64_t id = 0;  ///< greater than those before it
  std::string name;      ///< "job"
  std::string data;      ///< JSON on one line
  std::string scope;     ///< for those alone who listen to it, as those in a room; empty = for all who may listen to the server

  /// As it goes over the wire (HTML Living Standard, 9.2).
  [[nodiscard]] std::string wire_text() const;
};

/// Hands every event to every listener of its scope and keeps the newest 256 of each scope for those who come back with Last-Event-ID. Thread-safe.
/// Listeners are called on the publishing thread and must return at once.
class EventHub {
 public:
  using Listener = std::function<void(const ServerEvent&)>;
  /// Counted: 1, 2, ... OfTime: microseconds since 1970, so that who comes back to another node is told what that node published since, by
  /// clocks that agree to some seconds; a little is told again, for each event says how things stand.
  enum class Numbers { Counted, OfTime };

  explicit EventHub(Numbers numbers = Numbers::Counted) : numbers_(numbers) {}

  void publish(std::string_view name, std::string_view data, std::string_view scope = {});
  /// Starts listening to a scope after `last_seen` (0 = from now on): gives what was missed and the number to stop with.
  struct Subscription {
    std::uint64_t number = 0;
    std::vector<ServerEvent> missed;
  };
  Subscription subscribe(std::uint64_t last_seen, Listener listener, std::string_view scope = {});
  void unsubscribe(std::uint64_t number);
  [[nodiscard]] std::size_t listener_count() const;
  /// Nothing more will be said there: what was kept for those who come back is forgotten.
  void forget(std::string_view scope);

 private:
  [[nodiscard]] std::uint64_t next_number() const;

  Numbers numbers_;
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<ServerEvent>, std::less<>> recent_;  ///< by scope
  struct Listening {
    std::string scope;
    Listener listener;
  };
  std::map<std::uint64_t, Listening> listeners_;
  std::uint64_t last_event_ = 0;
  std::uint64_t last_subscription_ = 0;
};

}  // namespace cineloom::serve
