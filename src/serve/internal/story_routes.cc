#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

struct RetellBody {
  std::uint64_t seed = 1;
};
BOOST_DESCRIBE_STRUCT(RetellBody, (), (seed))

Expected<HttpResponse> list_stories(Cinema& cinema) {
  CINELOOM_TRY_ASSIGN(const auto ids, cinema.store().stories());
  boost::json::array list;
  for (const StoryId id : ids) {
    CINELOOM_TRY_ASSIGN(const Story story, cinema.story(id));
    list.push_back({{"id", std::to_string(id.number())},
                    {"title", json::to_value(story.title)},
                    {"request", json::to_value(story.request)},
                    {"arc_correlation", story.arc_correlation},
                    {"nodes", story.graph.nodes.size()},
                    {"is_sound", story.findings.empty()}});
  }
  return json_response({{"stories", std::move(list)}});
}

}  // namespace

void add_story_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  router.add("GET", "/api/v1/stories", [&](const HttpRequest&) { return list_stories(cinema); });
  router.add("POST", "/api/v1/stories", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryRequest wanted, body_of<StoryRequest>(request));
    Progress progress;
    CINELOOM_TRY_ASSIGN(const Story story, cinema.write_story(wanted, progress, CancelToken()));
    return json_response(json::to_value(story), 201);
  });
  router.add("GET", "/api/v1/stories/{story}", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY_ASSIGN(const Story story, cinema.story(id));
    return json_response(json::to_value(story));
  });
  router.add("GET", "/api/v1/stories/{story}/export", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY_ASSIGN(std::string text, cinema.export_story(id, std::string(request.parameter("format"))));
    return HttpResponse{.content_type = "text/plain; charset=utf-8", .headers = {{"Cache-Control", "no-store"}}, .body = std::move(text)};
  });
  router.add("DELETE", "/api/v1/stories/{story}", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY(cinema.store().remove_story(id));
    return HttpResponse{.status = 204};
  });
  router.add("POST", "/api/v1/stories/{story}/nodes/{node}/retelling", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY_ASSIGN(const RetellBody body, body_of<RetellBody>(request));
    CINELOOM_TRY_ASSIGN(const Story story, cinema.retell(id, request.captures.at("node"), body.seed));
    return json_response(json::to_value(story));
  });
  router.add("GET", "/api/v1/evaluation", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const int seed, number_parameter(request, "seed", 1, 0, 1 << 30));
    Progress progress;
    CINELOOM_TRY_ASSIGN(const RatingEvaluation evaluation, cinema.evaluate(static_cast<Seed>(seed), progress, CancelToken()));
    return json_response(json::to_value(evaluation));
  });
}

}  // namespace cineloom::serve
