#include "serve/event_hub.h"

#include <fmt/format.h>

namespace cineloom::serve {
namespace {

constexpr std::size_t kKept = 256;

}  // namespace

std::string ServerEvent::wire_text() const { return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, name, data); }

void EventHub::publish(std::string_view name, std::string_view data) {
  const std::lock_guard lock(mutex_);
  recent_.push_back({.id = ++last_event_, .name = std::string(name), .data = std::string(data)});
  if (recent_.size() > kKept) recent_.pop_front();
  for (const auto& [number, listener] : listeners_) listener(recent_.back());
}

EventHub::Subscription EventHub::subscribe(std::uint64_t last_seen, Listener listener) {
  const std::lock_guard lock(mutex_);
  Subscription subscription{.number = ++last_subscription_};
  for (const ServerEvent& event : recent_) {
    if (last_seen > 0 && event.id > last_seen) subscription.missed.push_back(event);
  }
  listeners_[subscription.number] = std::move(listener);
  return subscription;
}

void EventHub::unsubscribe(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(number);
}

}  // namespace cineloom::serve
