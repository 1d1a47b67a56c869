#include <memory>

#include "serve/internal/client_routes.h"
#include "serve/metrics.h"

namespace cineloom::serve {

void add_metrics_route(Router& router, const ApiContext& context) {
  const auto metrics = std::make_shared<Metrics>();  // shared by the router, which tells it, and the route, which asks
  router.observe([metrics](std::string_view route, int status, std::chrono::nanoseconds took) { metrics->note(route, status, took); });
  router.add(
      "GET", "/metrics", Policy::admin(Scope::Read), [metrics, &cinema = context.cinema, &jobs = context.jobs](const HttpRequest&) -> Expected<HttpResponse> {
        CINELOOM_TRY_ASSIGN(std::string text, metrics->text(cinema, jobs));
        return HttpResponse{.content_type = "text/plain; version=0.0.4; charset=utf-8", .headers = {{"Cache-Control", "no-store"}}, .body = std::move(text)};
      });
}

}  // namespace cineloom::serve
