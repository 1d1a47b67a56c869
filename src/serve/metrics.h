#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "pipeline/cinema.h"
#include "pipeline/job_queue.h"

namespace cineloom::serve {

/// Counts what the server does, in the text format of Prometheus. Routes are counted by their patterns, so that no identity of a viewer or
/// film becomes a label. Thread-safe.
class Metrics {
 public:
  /// One request was answered. `route`: "GET /api/v1/films/{film}".
  void note(std::string_view route, int status, std::chrono::nanoseconds took);
  /// Everything so far, and what `cinema` and `jobs` hold now.
  [[nodiscard]] Expected<std::string> text(Cinema& cinema, JobQueue& jobs) const;

  /// Upper ends of the buckets of times, in seconds; a last one has no end.
  static constexpr std::array kBuckets{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 5.0, 10.0};

 private:
  struct Times {
    std::array<std::uint64_t, kBuckets.size() + 1> counts{};
    double seconds = 0;
  };
  [[nodiscard]] std::string requests() const;

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> answers_;  ///< by route and status
  std::map<std::string, Times, std::less<>> times_;               ///< by route
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace cineloom::serve
