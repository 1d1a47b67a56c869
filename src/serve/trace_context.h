#pragma once

#include <string>
#include <string_view>

#include "serve/http.h"

namespace cineloom::serve {

/// Where a request stands among those that one act of somebody set off, across programs: W3C Trace Context.
struct TraceContext {
  std::string trace_id;   ///< 32 lower-case hexadecimal digits, the caller's where it sent one
  std::string span_id;    ///< 16 of them: this request's own
  std::string parent_id;  ///< the caller's span; empty where none was sent
  bool is_sampled = false;  ///< the caller records this trace

  /// "00-TRACE-SPAN-FLAGS": what goes out with this request's own span.
  [[nodiscard]] std::string header() const;
};

/// Goes on with the caller's trace, or begins one where the header `traceparent` is absent or not as the specification says.
TraceContext trace_of(const HttpRequest& request);

/// Tells the answer's reader which trace it belongs to: the header `traceresponse`, and `trace_id` in problem documents.
void add_trace(HttpResponse& response, const TraceContext& trace);

/// One line of JSON for an answer that is our own fault; neither path nor words of the request, which may tell of somebody.
std::string fault_line(const HttpRequest& request, const HttpResponse& response, const TraceContext& trace);

}  // namespace cineloom::serve
