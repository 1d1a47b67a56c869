#include "serve/trace_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/json_text.h"
#include "base/random.h"

namespace cineloom::serve {
namespace {

constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kSpanDigits = 16;
constexpr std::size_t kVersion00 = 55;  // "00-" TRACE "-" SPAN "-" FLAGS

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f'); });
}

bool is_identity(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos; }

/// Seeded once for each thread from the system: identities must differ between programs, and are no secrets.
Random& identities() {
  thread_local Random random([] {
    std::random_device device;
    return Seed{device()} << 32U | device();
  }());
  return random;
}

std::string new_span() { return fmt::format("{:016x}", std::max<std::uint64_t>(1, identities()())); }

struct Parent {
  std::string_view trace_id;
  std::string_view span_id;
  bool is_sampled = false;
};

// A later version may append fields after another dash; version 00 may not, and ff is none.
std::optional<Parent> parse(std::string_view text) {
  if (text.size() < kVersion00 || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  const std::string_view version = text.substr(0, 2);
  const std::string_view flags = text.substr(53, 2);
  if (!is_hex(version) || version == "ff" || !is_hex(flags)) return std::nullopt;
  if (text.size() > kVersion00 && (version == "00" || text[kVersion00] != '-')) return std::nullopt;
  const Parent parent{
      .trace_id = text.substr(3, kTraceDigits), .span_id = text.substr(36, kSpanDigits), .is_sampled = std::string_view("13579bdf").contains(flags[1])};
  if (!is_identity(parent.trace_id) || !is_identity(parent.span_id)) return std::nullopt;
  return parent;
}

}  // namespace

std::string TraceContext::header() const { return fmt::format("00-{}-{}-{}", trace_id, span_id, is_sampled ? "01" : "00"); }

TraceContext trace_of(const HttpRequest& request) {
  const auto parent = parse(request.header("traceparent"));
  if (!parent) return {.trace_id = new_span() + new_span(), .span_id = new_span(), .parent_id = {}};
  return {.trace_id = std::string(parent->trace_id), .span_id = new_span(), .parent_id = std::string(parent->span_id), .is_sampled = parent->is_sampled};
}

void add_trace(HttpResponse& response, const TraceContext& trace) {
  response.headers.emplace_back("traceresponse", trace.header());
  if (response.content_type != "application/problem+json" || !response.body.ends_with('}')) return;
  response.body.pop_back();
  response.body += fmt::format(R"(,"trace_id":"{}"}})", trace.trace_id);
}

std::string fault_line(const HttpRequest& request, const HttpResponse& response, const TraceContext& trace) {
  return fmt::format(R"({{"level":"error","method":{},"status":{},"trace_id":"{}","span_id":"{}","parent_id":"{}"}})"
                     "\n",
                     json_string(request.method), response.status, trace.trace_id, trace.span_id, trace.parent_id);
}

}  // namespace cineloom::serve
