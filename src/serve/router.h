#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "serve/http.h"
#include "serve/repeated_requests.h"

namespace cineloom::serve {

/// What a route does: an answer, or an error that becomes a problem document.
using RouteHandler = std::function<Expected<HttpResponse>(const HttpRequest&)>;

/// Decides who may use a route: fills in the request's visitor, and gives a refusal or nothing.
using RouteGuard = std::function<std::optional<HttpResponse>(HttpRequest&, const Policy&)>;

/// A route as it was declared, for the tests against openapi.yaml.
struct DeclaredRoute {
  std::string method;   ///< "GET"
  std::string pattern;  ///< "/api/v1/films/{film}"
  Policy policy;
};

/// Finds the handler for a method and a path; `{name}` in a pattern captures one segment. No handler runs before the guard let the
/// request pass, and none twice for one Idempotency-Key; answers have validators.
class Router {
 public:
  explicit Router(RouteGuard guard) : guard_(std::move(guard)) {}

  /// Every route says whom it lets in; one with Policy::own has {viewer} in its pattern.
  void add(std::string_view method, std::string_view pattern, Policy policy, RouteHandler handler);
  /// Calls `observer` with every answer of a route ("GET /api/v1/films/{film}") and the time that it took.
  void observe(std::function<void(std::string_view route, int status, std::chrono::nanoseconds took)> observer) { observer_ = std::move(observer); }
  /// 404 for an unknown path, 405 with Allow for a known path and another method. HEAD is answered like GET.
  [[nodiscard]] HttpResponse handle(HttpRequest request) const;
  [[nodiscard]] std::vector<DeclaredRoute> routes() const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    Policy policy;
    std::vector<std::string> segments;
    RouteHandler handler;
  };
  RouteGuard guard_;
  std::unique_ptr<RepeatedRequests> repeated_ = std::make_unique<RepeatedRequests>();
  std::vector<Route> routes_;
  std::function<void(std::string_view, int, std::chrono::nanoseconds)> observer_;
};

}  // namespace cineloom::serve
