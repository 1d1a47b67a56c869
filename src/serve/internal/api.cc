#include "serve/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "serve/internal/client_routes.h"
#include "serve/internal/routes.h"
#include "serve/internal/webhook_routes.h"
#include "serve/problem.h"
#include "serve/static_files.h"

namespace cineloom::serve {

Router make_router(const ApiContext& context) {
  Router router([&gate = context.gate](HttpRequest& request, const Policy& policy) { return gate.check(request, policy); });
  add_account_routes(router, context);
  add_film_routes(router, context);
  add_media_routes(router, context);
  add_viewer_routes(router, context);
  add_privacy_routes(router, context);
  add_import_routes(router, context);
  add_feedback_routes(router, context);
  add_story_routes(router, context);
  add_what_if_routes(router, context);
  add_job_routes(router, context);
  add_webhook_routes(router, context);
  add_llm_routes(router, context);
  add_mcp_routes(router, context);
  add_delivery_routes(router, context);
  add_gorse_routes(router, context);
  add_metrics_route(router, context);
  add_room_routes(router, context);
  add_page_routes(router, context);
  return router;
}

HttpResponse json_response(const boost::json::value& value, int status) {
  return {.status = status, .headers = {{"Cache-Control", "no-store"}}, .body = boost::json::serialize(value)};
}

Expected<int> number_parameter(const HttpRequest& request, const std::string& name, int otherwise, int least, int most) {
  const std::string_view text = request.parameter(name);
  if (text.empty()) return otherwise;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
    return fail(ErrorCode::InvalidArgument, fmt::format("{}: expected a number from {} to {}, found '{}'", name, least, most, text));
  }
  return number;
}

Expected<std::vector<double>> drawing_parameter(const HttpRequest& request) {
  constexpr std::size_t kMostPoints = 1000;
  std::string_view text = request.parameter("draw");
  std::vector<double> numbers;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find(','));
    double number = 0;
    const auto [end, error] = std::from_chars(piece.data(), piece.data() + piece.size(), number);
    if (error != std::errc() || end != piece.data() + piece.size() || !(number >= -1 && number <= 1) || numbers.size() == kMostPoints) {
      return std::unexpected(
          Error(ErrorCode::InvalidArgument, fmt::format("draw: expected up to {} numbers from -1 to 1, found '{}'", kMostPoints, piece.substr(0, 40)))
              .advise("draw an evening: draw=0,0.5,-0.8,0.6"));
    }
    numbers.push_back(number);
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
  }
  return numbers;
}

void add_page_routes(Router& router, const ApiContext& context) {
  const auto web = context.web;
  const auto openapi = context.openapi;
  router.add("GET", "/openapi.yaml", Policy::everyone(), [openapi](const HttpRequest& request) { return file_response(request, openapi); });
  router.add("GET", "/health/live", Policy::everyone(), [&cinema = context.cinema](const HttpRequest&) -> Expected<HttpResponse> {
    const StoreCondition condition = condition_of(cinema.store());
    if (condition.mode == StoreCondition::Mode::Broken) return problem(condition);  // whoever watches over this program starts it again
    return json_response({{"status", "ok"}});
  });
  router.add("GET", "/health/ready", Policy::everyone(), [&cinema = context.cinema](const HttpRequest&) -> Expected<HttpResponse> {
    const StoreCondition condition = look_for_room(cinema.store());
    if (condition.mode != StoreCondition::Mode::Writable) return problem(condition);
    CINELOOM_TRY(cinema.store().viewers());
    return json_response({{"status", "ok"}});
  });
  router.add("GET", "/", Policy::everyone(), [web](const HttpRequest& request) { return file_response(request, web / "index.html"); });
  router.add("GET", "/{file}", Policy::everyone(), [web](const HttpRequest& request) { return file_response_inside(request, web, request.path); });
  router.add("GET", "/assets/{file}", Policy::everyone(), [web](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(HttpResponse response, file_response_inside(request, web, request.path));
    // The build puts a hash of the content into the names of these files.
    for (auto& [name, value] : response.headers) {
      if (name == "Cache-Control") value = "public, max-age=31536000, immutable";
    }
    return response;
  });
}

}  // namespace cineloom::serve
