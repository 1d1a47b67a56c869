#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/time.h"

namespace cineloom::accounts {

/// How many wrong guesses are free; each one past them doubles the wait, from a second on.
struct LoginLimits {
  int of_both = 5;                            ///< from one address for one name, >= 1
  int of_address = 20;                        ///< from one address, whatever the names
  int of_name = 50;                           ///< for one name, wherever from: high, or anybody could lock others out
  std::chrono::seconds longest{900};          ///< wait
  std::chrono::minutes memory{60};            ///< without a guess, after which all is forgotten
  std::size_t most_entries = 4096;            ///< remembered of each kind; past them the one that was quiet the longest is forgotten
};

/// Counts wrong guesses. Names count whether somebody has them or not. Thread-safe; the caller tells the time.
class LoginLimiter {
 public:
  explicit LoginLimiter(const LoginLimits& limits = {}) : limits_(limits) {}

  /// Zero if a guess may be made now; it counts as wrong until it is forgiven, so that guesses at the same time count too.
  /// Else how long to wait; waiting guesses do not count.
  std::chrono::seconds enter(std::string_view name, std::string_view address, Timestamp now);
  /// The guess was right: the name is free again for this address, and the guess did not count for the others.
  void forgive(std::string_view name, std::string_view address);
  /// The guess could not be made: it counts for nothing.
  void withdraw(std::string_view name, std::string_view address);

 private:
  struct Tally {
    int guesses = 0;
    Timestamp last;
    Timestamp free_at;
  };
  using Tallies = std::unordered_map<std::string, Tally>;

  [[nodiscard]] Timestamp free_at(const Tallies& tallies, const std::string& key, Timestamp now) const;
  void count(Tallies& tallies, const std::string& key, int free, Timestamp now);
  void make_room(Tallies& tallies, Timestamp now) const;
  static void take_back(Tallies& tallies, const std::string& key);

  LoginLimits limits_;
  std::mutex mutex_;
  Tallies both_;
  Tallies addresses_;
  Tallies names_;
};

/// The part of an address that one customer of a provider has: an IPv4 address, or the first 64 bits of an IPv6 one.
std::string network_of(std::string_view address);

}  // namespace cineloom::accounts
