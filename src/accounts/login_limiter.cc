#include "accounts/login_limiter.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

#include "base/sha256.h"

namespace cineloom::accounts {
namespace {

using std::chrono::seconds;

/// Names come from strangers and may be long; the map keeps their hashes.
std::string key_of(std::string_view name) {
  std::string folded(name);
  for (char& letter : folded) letter = static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
  Sha256 sum;
  sum.add(folded);
  return std::move(sum).finish();
}

std::string key_of(std::string_view name, std::string_view address) { return key_of(name) + "@" + network_of(address); }

}  // namespace

std::string network_of(std::string_view address) {
  in6_addr found{};
  const std::string text(address);
  if (::inet_pton(AF_INET6, text.c_str(), &found) != 1) return text;
  constexpr std::size_t kMapped = 12;
  if (IN6_IS_ADDR_V4MAPPED(&found)) {
    const auto& bytes = found.s6_addr;
    return fmt::format("{}.{}.{}.{}", bytes[kMapped], bytes[kMapped + 1], bytes[kMapped + 2], bytes[kMapped + 3]);
  }
  constexpr std::size_t kNetworkBytes = 8;
  std::fill(found.s6_addr + kNetworkBytes, std::end(found.s6_addr), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> network{};
  ::inet_ntop(AF_INET6, &found, network.data(), network.size());
  return std::string(network.data()) + "/64";
}

Timestamp LoginLimiter::free_at(const Tallies& tallies, const std::string& key, Timestamp now) const {
  const auto found = tallies.find(key);
  return found == tallies.end() || now - found->second.last > limits_.memory ? Timestamp() : found->second.free_at;
}

void LoginLimiter::make_room(Tallies& tallies, Timestamp now) const {
  if (tallies.size() < limits_.most_entries) return;
  std::erase_if(tallies, [&](const auto& entry) { return now - entry.second.last > limits_.memory; });
  if (tallies.size() < limits_.most_entries) return;
  tallies.erase(std::ranges::min_element(tallies, {}, [](const auto& entry) { return entry.second.last; }));
}

void LoginLimiter::count(Tallies& tallies, const std::string& key, int free, Timestamp now) {
  if (!tallies.contains(key)) make_room(tallies, now);
  Tally& tally = tallies[key];
  if (now - tally.last > limits_.memory) tally = {};
  ++tally.guesses;
  tally.last = now;
  constexpr int kMostDoublings = 30;
  const int past = tally.guesses - free;
  if (past >= 0) tally.free_at = now + std::min(limits_.longest, seconds(1LL << std::min(past, kMostDoublings)));
}

seconds LoginLimiter::enter(std::string_view name, std::string_view address, Timestamp now) {
  const std::string both = key_of(name, address);
  const std::string network = network_of(address);
  const std::string folded = key_of(name);
  const std::lock_guard lock(mutex_);
  const Timestamp free = std::max({free_at(both_, both, now), free_at(addresses_, network, now), free_at(names_, folded, now)});
  if (free > now) return std::chrono::ceil<seconds>(free - now);
  count(both_, both, limits_.of_both, now);
  count(addresses_, network, limits_.of_address, now);
  count(names_, folded, limits_.of_name, now);
  return seconds(0);
}

void LoginLimiter::take_back(Tallies& tallies, const std::string& key) {
  const auto found = tallies.find(key);
  if (found == tallies.end()) return;
  found->second.free_at = {};
  if (--found->second.guesses <= 0) tallies.erase(found);
}

void LoginLimiter::forgive(std::string_view name, std::string_view address) {
  withdraw(name, address);
  const std::lock_guard lock(mutex_);
  both_.erase(key_of(name, address));
}

void LoginLimiter::withdraw(std::string_view name, std::string_view address) {
  const std::lock_guard lock(mutex_);
  take_back(both_, key_of(name, address));
  take_back(addresses_, network_of(address));
  take_back(names_, key_of(name));
}

}  // namespace cineloom::accounts
