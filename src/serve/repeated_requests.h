#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "serve/http.h"

namespace cineloom::serve {

struct RepeatLimits {
  std::chrono::hours keep{24};                ///< how long an answer is given again
  std::size_t answers = 10000;                ///< the oldest go first
  std::size_t bytes = std::size_t{16} << 20;  ///< of all bodies; a longer answer is not kept
};

/// Answers to requests that carried an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07), so that one which is sent again because
/// its answer was lost is not done twice. They are in memory: whoever restarts the server, or asks another node, begins anew. Events have keys of
/// their own that are kept for good (`event_id`). Thread-safe.
class RepeatedRequests {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit RepeatedRequests(RepeatLimits limits = {}) : limits_(limits) {}

  /// What `make` answers, once for each key of a visitor: the same request has the first one's answer again (with Idempotent-Replayed), another
  /// request under the same key 422, the same one while the first is being answered 409. Requests without a key, by nobody in particular, and of
  /// methods that may be repeated anyway are just answered. What the server could not do (5xx, and 429) is not kept, so that trying again can help.
  HttpResponse answer(const HttpRequest& request, Time now, const std::function<HttpResponse()>& make);

 private:
  struct Kept {
    std::string fingerprint;  ///< of what was asked
    std::optional<HttpResponse> response;  ///< none while it is being made
  };
  struct Age {
    Time at;
    std::string key;
  };
  std::optional<HttpResponse> known(const std::string& key, const std::string& fingerprint, Time now);
  void end(const std::string& key, const HttpResponse& response, Time now);
  void forget_oldest();

  const RepeatLimits limits_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  std::deque<Age> ages_;  ///< of those that are answered, the oldest first
  std::size_t bytes_ = 0;
};

}  // namespace cineloom::serve
