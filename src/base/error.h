#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cineloom {

/// What kind of failure; each value has a caller that branches on it (HTTP status, exit code, retry).
enum class ErrorCode {
  InvalidArgument,    ///< the request or the input is wrong; trying again does not help
  NotFound,           ///< the named thing does not exist
  Conflict,           ///< it exists already, or is in another state than the caller believes
  ResourceExhausted,  ///< disk, memory or a declared limit
  Unavailable,        ///< cannot be reached now; trying later may help
  DataLoss,           ///< bytes that should be readable are not: corrupt or truncated
  Cancelled,          ///< somebody asked to stop
  Internal,           ///< a fault of ours
};

std::string_view name_of(ErrorCode code);

/// A failure as a value: one sentence what was expected and found, what we were doing, and what to do next.
class Error {
 public:
  /// `message` is lower case, says what was expected and what was found, and has no full stop.
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  /// Adds what the caller was doing, outermost last: `return std::move(error).in("reading cues.srt")`.
  [[nodiscard]] Error in(std::string_view action) &&;
  /// Says what the user can do about it; the innermost advice wins because it knows most.
  [[nodiscard]] Error advise(std::string_view next_step) &&;

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] const std::string& next_step() const { return next_step_; }
  /// The next step; where nobody gave one, what helps with errors of this kind. Never empty.
  [[nodiscard]] std::string_view advice() const;
  [[nodiscard]] const std::vector<std::string>& context() const { return context_; }
  /// One line for people: "importing a.zip: reading ratings.csv: expected 4 columns, found 2".
  [[nodiscard]] std::string describe() const;

 private:
  ErrorCode code_;
  std::string message_;
  std::string next_step_;
  std::vector<std::string> context_;
};

}  // namespace cineloom
