#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace cineloom::llm {

/// Server-sent events from bytes that come in any pieces (HTML Living Standard, 9.2): CR, LF and CRLF end lines, comments and
/// unknown fields are passed over, lines of data are joined.
class SseParser {
 public:
  /// Takes the data of one event. An error ends the parsing and is passed on.
  using Event = std::function<Expected<void>(std::string_view data)>;

  /// Errors: DataLoss for an event of more than 4 MiB; those of `event`.
  Expected<void> feed(std::string_view bytes, const Event& event);
  /// The end of the stream: an event whose empty line is missing counts too.
  Expected<void> finish(const Event& event);

 private:
  Expected<void> end_line(const Event& event);

  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool was_return_ = false;
};

}  // namespace cineloom::llm
