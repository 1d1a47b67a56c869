#include "serve/event_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

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

void EventHub::publish(std::string_view name, std::string_view data, std::string_view scope) {
  const std::lock_guard lock(mutex_);
  std::deque<ServerEvent>& recent = recent_.try_emplace(std::string(scope)).first->second;
  recent.push_back({.id = last_event_ = next_number(), .name = std::string(name), .data = std::string(data), .scope = std::string(scope)});
  if (recent.size() > kKept) recent.pop_front();
  for (const auto& [number, listening] : listeners_) {
    if (listening.scope == scope) listening.listener(recent.back());
  }
}

EventHub::Subscription EventHub::subscribe(std::uint64_t last_seen, Listener listener, std::string_view scope) {
  const std::lock_guard lock(mutex_);
  Subscription subscription{.number = ++last_subscription_};
  if (numbers_ == Numbers::OfTime && last_seen > kClockError) last_seen -= kClockError;
  if (const auto recent = recent_.find(scope); recent != recent_.end() && last_seen > 0) {
    std::ranges::copy_if(recent->second, std::back_inserter(subscription.missed), [last_seen](const ServerEvent& event) { return event.id > last_seen; });
  }
  listeners_[subscription.number] = {.scope = std::string(scope), .listener = std::move(listener)};
  return subscription;
}

void EventHub::unsubscribe(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(number);
}

std::size_t EventHub::listener_count() const {
  const std::lock_guard lock(mutex_);
  return listeners_.size();
}

void EventHub::forget(std::string_view scope) {
  const std::lock_guard lock(mutex_);
  if (const auto recent = recent_.find(scope); recent != recent_.end()) recent_.erase(recent);
}

}  // namespace cineloom::serve
