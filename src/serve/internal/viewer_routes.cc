#include "serve/internal/routes.h"

#include <algorithm>
#include <map>

#include "pipeline/showing_recorder.h"

namespace cineloom::serve {
namespace {

/// An action as it comes over the wire.
struct EventBody {
  EventKind kind = EventKind::Watch;
  FilmId film;
  std::optional<double> value;
  std::string event_id;
};
BOOST_DESCRIBE_STRUCT(EventBody, (), (kind, film, value, event_id))

struct ViewerBody {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(ViewerBody, (), (name))

struct MoodBody {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(MoodBody, (), (text))

boost::json::value viewer_value(const Viewer& viewer, std::size_t ratings) {
  return {{"id", std::to_string(viewer.id.number())}, {"name", viewer.name}, {"simulated", viewer.is_simulated}, {"ratings", ratings}};
}

Expected<HttpResponse> list_viewers(Cinema& cinema) {
  CINELOOM_TRY_ASSIGN(const auto viewers, cinema.store().viewers());
  CINELOOM_TRY_ASSIGN(const auto events, cinema.store().all_events());
  std::map<ViewerId, std::size_t> ratings;
  for (const Event& event : events) ratings[event.viewer] += event.kind == EventKind::Rate ? 1 : 0;
  boost::json::array list;
  for (const Viewer& viewer : viewers) list.push_back(viewer_value(viewer, ratings[viewer.id]));
  return json_response({{"viewers", std::move(list)}});
}

Expected<HttpResponse> one_viewer(Cinema& cinema, ViewerId id, int status) {
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema.store().viewer(id));
  CINELOOM_TRY_ASSIGN(const auto events, cinema.store().events_of(id));
  const auto ratings = std::ranges::count(events, EventKind::Rate, &Event::kind);
  return json_response(viewer_value(viewer, static_cast<std::size_t>(ratings)), status);
}

/// The picks with the film each is, so that a page needs no second request.
Expected<boost::json::value> recommendation_value(Cinema& cinema, const Recommendation& recommendation) {
  boost::json::value value = json::to_value(recommendation);
  auto& picks = value.at("picks").as_array();
  for (std::size_t i = 0; i < picks.size(); ++i) {
    CINELOOM_TRY_ASSIGN(const Film film, cinema.store().film(recommendation.picks[i].film));
    picks[i].as_object()["film"] = json::to_value(film);
    for (auto& reason : picks[i].at("reasons").as_array()) {
      if (reason.at("because").is_null()) continue;
      CINELOOM_TRY_ASSIGN(const Film because, cinema.find_film(std::string(std::string_view(reason.at("because").as_string()))));
      reason.as_object()["because"] = json::to_value(because);
    }
  }
  return value;
}

Expected<TonightRequest> tonight_of(Cinema& cinema, const HttpRequest& request) {
  TonightRequest tonight{.mood = std::string(request.parameter("mood"))};
  CINELOOM_TRY_ASSIGN(tonight.viewer, captured<ViewerId>(request, "viewer"));
  CINELOOM_TRY_ASSIGN(const int minutes, number_parameter(request, "minutes", 0, 0, 1000));
  if (minutes > 0) tonight.time = std::chrono::minutes(minutes);
  CINELOOM_TRY_ASSIGN(tonight.count, number_parameter(request, "count", 6, 1, 50));
  if (!request.parameter("policy").empty()) {
    const auto policy = json::enum_from_name<MoodPolicy>(request.parameter("policy"));
    if (!policy) return fail(ErrorCode::InvalidArgument, "policy: expected lift, match or catharsis");
    tonight.policy = *policy;
  }
  if (!request.parameter("with").empty()) {
    CINELOOM_TRY_ASSIGN(const Viewer companion, cinema.find_viewer(std::string(request.parameter("with"))));
    tonight.companions.push_back(companion.id);
  }
  return tonight;
}

Expected<HttpResponse> post_event(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const EventBody body, body_of<EventBody>(request));
  Event event{.film = body.film, .kind = body.kind, .value = body.value, .at = cinema.now(), .key = body.event_id, .origin = "cineloom"};
  CINELOOM_TRY_ASSIGN(event.viewer, captured<ViewerId>(request, "viewer"));
  CINELOOM_TRY_ASSIGN(const AppendReceipt receipt, cinema.tell(event));
  event.id = receipt.ids.front();
  return json_response({{"accepted", receipt.added}, {"duplicates", receipt.duplicates}, {"event", json::to_value(event)}},
                       receipt.added > 0 ? 201 : 200);
}

}  // namespace

void add_viewer_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  // Shared by the copies of the route; it ends, and finishes its work, with the last of them.
  const auto recorder = std::make_shared<ShowingRecorder>(cinema.store());
  router.add("GET", "/api/v1/viewers", [&](const HttpRequest&) { return list_viewers(cinema); });
  router.add("POST", "/api/v1/viewers", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerBody body, body_of<ViewerBody>(request));
    CINELOOM_TRY_ASSIGN(const ViewerId id, cinema.store().put_viewer({.name = body.name}));
    return one_viewer(cinema, id, 201);
  });
  router.add("GET", "/api/v1/viewers/{viewer}", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerId id, captured<ViewerId>(request, "viewer"));
    return one_viewer(cinema, id, 200);
  });
  router.add("GET", "/api/v1/viewers/{viewer}/recommendations", [&cinema, recorder](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const TonightRequest tonight, tonight_of(cinema, request));
    CINELOOM_TRY_ASSIGN(Recommendation recommendation, cinema.recommend(tonight));
    CINELOOM_TRY_ASSIGN(const auto value, recommendation_value(cinema, recommendation));
    recorder->remember(showing_of(tonight, recommendation, cinema.now()), std::move(recommendation));
    return json_response(value);
  });
  router.add("GET", "/api/v1/viewers/{viewer}/events", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerId id, captured<ViewerId>(request, "viewer"));
    CINELOOM_TRY(cinema.store().viewer(id));
    CINELOOM_TRY_ASSIGN(const auto events, cinema.store().events_of(id));
    return json_response({{"events", json::to_value(events)}});
  });
  router.add("POST", "/api/v1/viewers/{viewer}/events", [&](const HttpRequest& request) { return post_event(cinema, request); });
  router.add("DELETE", "/api/v1/viewers/{viewer}/events/{event}", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerId viewer, captured<ViewerId>(request, "viewer"));
    CINELOOM_TRY_ASSIGN(const EventId event, captured<EventId>(request, "event"));
    CINELOOM_TRY(cinema.store().remove_event(viewer, event));
    return HttpResponse{.status = 204};
  });
  router.add("POST", "/api/v1/mood", [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const MoodBody body, body_of<MoodBody>(request));
    CINELOOM_TRY_ASSIGN(const Mood mood, cinema.read_mood(body.text));
    return json_response(json::to_value(mood));
  });
}

}  // namespace cineloom::serve
