#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace cineloom::bench {

/// Requests to a port of the loopback over connections that stay open, from one thread that never blocks on any of them.
struct Load {
  int port = 0;
  int connections = 1;    ///< >= 1
  int depth = 1;          ///< requests under way on one connection, >= 1; above 1 they are pipelined
  double per_second = 0;  ///< requests are due at these times whether or not answers come; 0 = as soon as a connection has room
  std::size_t count = 0;
  std::chrono::duration<double> patience{30};                    ///< after the last request was due
  std::function<std::string(std::size_t)> request;               ///< the nth, as it goes over the wire
  std::function<bool(std::size_t, std::string_view)> is_right;   ///< whether the nth answer, head included, is what was asked for
};

struct LoadResult {
  std::vector<double> waits_ms;  ///< sorted; from when a request was due to the last byte of its answer. One without an answer waits until the end
  std::size_t answered = 0;
  std::size_t wrong = 0;         ///< of the answered
  std::string first_wrong;       ///< the beginning of such an answer
  double seconds = 0;            ///< from the first request to the last answer, or to the end of patience

  /// The wait that `share` of the requests stay within, 0 .. 1.
  [[nodiscard]] double quantile(double share) const;
};

/// Errors: Unavailable if a connection cannot be made or breaks, InvalidArgument for an answer without a length.
Expected<LoadResult> run_load(const Load& load);

/// A request as it goes over the wire.
std::string wire_request(std::string_view method, int port, std::string_view target, std::string_view body = {});

}  // namespace cineloom::bench
