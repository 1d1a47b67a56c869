#include "serve/router.h"

#include <fmt/format.h>

#include <optional>

#include "base/assert.h"
#include "serve/conditional.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

using Captures = std::map<std::string, std::string>;

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return segments;
}

std::optional<Captures> match(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  Captures captures;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string& wanted = pattern[i];
    if (wanted.starts_with('{')) {
      // "{index}.jpg" captures what stands before the suffix.
      const auto close = wanted.find('}');
      const std::string_view suffix = std::string_view(wanted).substr(close + 1);
      if (!path[i].ends_with(suffix) || path[i].size() <= suffix.size()) return std::nullopt;
      captures[wanted.substr(1, close - 1)] = path[i].substr(0, path[i].size() - suffix.size());
    } else if (wanted != path[i]) {
      return std::nullopt;
    }
  }
  return captures;
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, Policy policy, RouteHandler handler) {
  CINELOOM_ASSERT(policy.access() != Access::Own || pattern.contains("/{viewer}"));
  routes_.push_back(
      {.method = std::string(method), .pattern = std::string(pattern), .policy = policy, .segments = split(pattern), .handler = std::move(handler)});
}

HttpResponse Router::handle(HttpRequest request) const {
  std::vector<std::string> path = split(request.path);
  if (path.size() > 1 && path.back().empty()) path.pop_back();  // some clients end every address with a slash
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::string allowed;
  for (const Route& route : routes_) {
    auto captures = match(route.segments, path);
    if (!captures) continue;
    if (route.method != method) {
      allowed += (allowed.empty() ? "" : ", ") + route.method;
      continue;
    }
    request.captures = std::move(*captures);
    if (auto refusal = guard_(request, route.policy)) return *std::move(refusal);
    const auto begin = std::chrono::steady_clock::now();
    const auto make = [&] {
      auto response = route.handler(request);
      return response ? *std::move(response) : problem(response.error());
    };
    HttpResponse answer = with_validator(request, repeated_->answer(request, begin, make));
    if (observer_) observer_(route.method + " " + route.pattern, answer.status, std::chrono::steady_clock::now() - begin);
    return answer;
  }
  if (allowed.empty()) {
    return problem(Error(ErrorCode::NotFound, fmt::format("there is nothing at '{}'", request.path)).advise("see README.md for what is served"));
  }
  HttpResponse response = problem(405, Error(ErrorCode::InvalidArgument, fmt::format("{} is not offered here", request.method)).advise("use " + allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

std::vector<DeclaredRoute> Router::routes() const {
  std::vector<DeclaredRoute> declared;
  for (const Route& route : routes_) declared.push_back({.method = route.method, .pattern = route.pattern, .policy = route.policy});
  return declared;
}

}  // namespace cineloom::serve
