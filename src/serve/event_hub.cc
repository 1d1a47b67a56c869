#include "serve/event_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace cineloom::serve {
namespace {

constexpr std::size_t kKept = 256;
// By so much the clocks of nodes may differ, in microseconds.
constexpr std::uint64_t kClockError = 5'000'000;

}  // namespace

std::string ServerEvent::wire_text() const { return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, name, data); }

std::uint64_t EventHub::next_number() const {
  if (numbers_ == Numbers::Counted) return last_event_ + 1;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::max(last_event_ + 1, static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void EventHub::publish(std::string_view name, std::string_view data) {
  const std::lock_guard lock(mutex_);
  recent_.push_back({.id = last_event_ = next_number(), .name = std::string(name), .data = std::string(data)});
  if (recent_.size() > kKept) recent_.pop_front();
  for (const auto& [number, listener] : listeners_) listener(recent_.back());
}

EventHub::Subscription EventHub::subscribe(std::uint64_t last_seen, Listener listener) {
  const std::lock_guard lock(mutex_);
  Subscription subscription{.number = ++last_subscription_};
  if (numbers_ == Numbers::OfTime && last_seen > kClockError) last_seen -= kClockError;
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
