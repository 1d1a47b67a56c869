#include "serve/conditional.h"

#include <fmt/format.h>

#include <algorithm>

namespace cineloom::serve {
namespace {

bool is_whole(const HttpResponse& response) { return !response.file && !response.produce && !response.is_event_stream && !response.body.empty(); }

bool has(const HttpResponse& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [name](const auto& header) { return header.first == name; });
}

/// Weak marks count for nothing here: what is compared is whether it is worth sending again.
bool names(std::string_view list, std::string_view validator) {
  for (std::size_t at = list.find(validator); at != std::string_view::npos; at = list.find(validator, at + 1)) {
    const std::string_view after = list.substr(at + validator.size());
    const bool begins = at == 0 || list[at - 1] == ' ' || list[at - 1] == ',' || list[at - 1] == '/';
    if (begins && (after.empty() || after[0] == ',' || after[0] == ' ')) return true;
  }
  return list == "*";
}

}  // namespace

HttpResponse with_validator(const HttpRequest& request, HttpResponse response) {
  if (request.method != "GET" && request.method != "HEAD") return response;
  if (response.status != 200 || !is_whole(response) || has(response, "ETag")) return response;
  const std::string validator = fmt::format("\"{:x}-{:x}\"", response.body.size(), std::hash<std::string_view>()(response.body));
  response.headers.emplace_back("ETag", validator);
  if (!has(response, "Cache-Control")) response.headers.emplace_back("Cache-Control", "private, no-cache");
  if (!names(request.header("if-none-match"), validator)) return response;
  response.status = 304;
  response.body.clear();
  return response;
}

}  // namespace cineloom::serve
