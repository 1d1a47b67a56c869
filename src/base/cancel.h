#pragma once

#include <stop_token>

#include "base/expected.h"

namespace cineloom {

/// Lets long work see that somebody asked it to stop. Copies share the request; safe from any thread.
/// A default token is never cancelled.
class CancelToken {
 public:
  CancelToken() = default;
  explicit CancelToken(std::stop_token token) : token_(std::move(token)) {}

  [[nodiscard]] bool is_cancelled() const { return token_.stop_requested(); }
  /// Errors: Cancelled once a stop was asked for. Call it at each step that takes more than some milliseconds.
  [[nodiscard]] Expected<void> check() const;
  [[nodiscard]] const std::stop_token& stop_token() const { return token_; }

 private:
  std::stop_token token_;
};

/// The asking side; `cancel()` is safe from any thread and any number of times.
class CancelSource {
 public:
  [[nodiscard]] CancelToken token() const { return CancelToken(source_.get_token()); }
  void cancel() { source_.request_stop(); }

 private:
  std::stop_source source_;
};

}  // namespace cineloom
