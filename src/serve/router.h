#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "serve/http.h"

namespace cineloom::serve {

/// What a route does: an answer, or an error that becomes a problem document.
using RouteHandler = std::function<Expected<HttpResponse>(const HttpRequest&)>;

/// Finds the handler for a method and a path; `{name}` in a pattern captures one segment.
class Router {
 public:
  void add(std::string_view method, std::string_view pattern, RouteHandler handler);
  /// 404 for an unknown path, 405 with Allow for a known path and another method. HEAD is answered like GET.
  [[nodiscard]] HttpResponse handle(HttpRequest request) const;
  /// "GET /api/v1/films/{film}" for every route, for the test against openapi.yaml.
  [[nodiscard]] std::vector<std::string> routes() const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    RouteHandler handler;
  };
  std::vector<Route> routes_;
};

}  // namespace cineloom::serve
