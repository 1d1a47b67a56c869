#include "pipeline/feedback.h"

#include "serve/internal/pages.h"
#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

struct ExplorationBody {
  std::optional<double> budget;
};
BOOST_DESCRIBE_STRUCT(ExplorationBody, (), (budget))

struct ForecastBody {
  FilmId film;
};
BOOST_DESCRIBE_STRUCT(ForecastBody, (), (film))

struct VersionBody {
  int number = 0;
};
BOOST_DESCRIBE_STRUCT(VersionBody, (), (number))

struct ExperimentBody {
  std::string name;
  std::string salt;  ///< empty = the name
  std::vector<Variant> variants;
  Allocation allocation = Allocation::Fixed;
  ExperimentMetric metric = ExperimentMetric::Watched;
};
BOOST_DESCRIBE_STRUCT(ExperimentBody, (), (name, salt, variants, allocation, metric))

Expected<HttpResponse> exploration_response(Cinema& cinema, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(const double budget, exploration_of(cinema.store(), viewer));
  return json_response({{"budget", budget}});
}

Expected<HttpResponse> put_exploration(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto viewer, captured<ViewerId>(request, "viewer"));
  CINELOOM_TRY_ASSIGN(const ExplorationBody body, body_of<ExplorationBody>(request));
  if (!body.budget) return fail(ErrorCode::InvalidArgument, "field budget: expected a number from 0 to 1");
  CINELOOM_TRY(set_exploration(cinema.store(), viewer, *body.budget));
  return exploration_response(cinema, viewer);
}

Expected<HttpResponse> lock_forecast(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto viewer, captured<ViewerId>(request, "viewer"));
  CINELOOM_TRY_ASSIGN(const ForecastBody body, body_of<ForecastBody>(request));
  CINELOOM_TRY_ASSIGN(const Forecast forecast, cinema.forecast(viewer, body.film));
  CINELOOM_TRY_ASSIGN(const LockReceipt receipt, cinema.store().lock_forecast(forecast));
  return json_response(json::to_value(receipt.kept), receipt.is_new ? 201 : 200);
}

Expected<HttpResponse> add_experiment(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(ExperimentBody body, body_of<ExperimentBody>(request));
  const Experiment experiment{.name = body.name,
                              .salt = body.salt.empty() ? body.name : body.salt,
                              .variants = std::move(body.variants),
                              .allocation = body.allocation,
                              .metric = body.metric,
                              .started_at = cinema.now(),
                              .stopped_at = {}};
  CINELOOM_TRY(begin_experiment(cinema, experiment));
  CINELOOM_TRY_ASSIGN(const ExperimentReport report, experiment_report(cinema.store(), body.name, cinema.now()));
  return json_response(json::to_value(report), 201);
}

void add_viewer_part(Router& router, Cinema& cinema) {
  router.add("GET", "/api/v1/viewers/{viewer}/accuracy", Policy::own(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto viewer, captured<ViewerId>(request, "viewer"));
    CINELOOM_TRY_ASSIGN(const Calibration calibration, accuracy_of(cinema.store(), viewer));
    return json_response(json::to_value(calibration));
  });
  router.add("GET", "/api/v1/viewers/{viewer}/forecasts", Policy::own(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto viewer, captured<ViewerId>(request, "viewer"));
    CINELOOM_TRY(cinema.store().viewer(viewer));
    CINELOOM_TRY_ASSIGN(auto forecasts, cinema.store().forecasts(viewer));
    const auto place = [](const Forecast& forecast) { return PageKey(forecast.at.time_since_epoch().count(), forecast.film.number()); };
    CINELOOM_TRY_ASSIGN(const auto page, page_of(request, std::move(forecasts), place));
    return json_response({{"forecasts", json::to_value(page.entries)}, {"next_cursor", page.next_cursor}});
  });
  router.add("POST", "/api/v1/viewers/{viewer}/forecasts", Policy::own(Scope::Events),
             [&](const HttpRequest& request) { return lock_forecast(cinema, request); });
  router.add("GET", "/api/v1/viewers/{viewer}/shown", Policy::own(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto viewer, captured<ViewerId>(request, "viewer"));
    CINELOOM_TRY_ASSIGN(const int lists, number_parameter(request, "lists", 20, 1, 1000));
    CINELOOM_TRY_ASSIGN(const auto shown, shown_films(cinema.store(), viewer, lists));
    return json_response({{"shown", json::to_value(shown)}});
  });
  router.add("GET", "/api/v1/viewers/{viewer}/exploration", Policy::own(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto viewer, captured<ViewerId>(request, "viewer"));
    return exploration_response(cinema, viewer);
  });
  router.add("PUT", "/api/v1/viewers/{viewer}/exploration", Policy::own(Scope::Events),
             [&](const HttpRequest& request) { return put_exploration(cinema, request); });
}

void add_model_part(Router& router, Cinema& cinema) {
  router.add("GET", "/api/v1/model/health", Policy::viewer(Scope::Read), [&](const HttpRequest&) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ModelHealth health, model_health(cinema.store()));
    return json_response(json::to_value(health));
  });
  router.add("GET", "/api/v1/model/versions", Policy::viewer(Scope::Read), [&](const HttpRequest&) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto versions, model_versions(cinema.store()));
    return json_response({{"versions", json::to_value(versions)}});
  });
  router.add("PUT", "/api/v1/model/active", Policy::admin(Scope::Manage), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const VersionBody body, body_of<VersionBody>(request));
    CINELOOM_TRY_ASSIGN(const ModelVersion version, use_model(cinema, body.number));
    return json_response(json::to_value(version));
  });
  router.add("POST", "/api/v1/model/rollback", Policy::admin(Scope::Manage), [&](const HttpRequest&) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ModelVersion version, roll_back_model(cinema));
    return json_response(json::to_value(version));
  });
}

void add_experiment_part(Router& router, Cinema& cinema) {
  router.add("GET", "/api/v1/experiments", Policy::admin(Scope::Manage), [&](const HttpRequest&) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto experiments, cinema.store().experiments());
    return json_response({{"experiments", json::to_value(experiments)}});
  });
  router.add("POST", "/api/v1/experiments", Policy::admin(Scope::Manage), [&](const HttpRequest& request) { return add_experiment(cinema, request); });
  router.add("GET", "/api/v1/experiments/{experiment}", Policy::admin(Scope::Manage), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ExperimentReport report, experiment_report(cinema.store(), request.captures.at("experiment"), cinema.now()));
    return json_response(json::to_value(report));
  });
  router.add("POST", "/api/v1/experiments/{experiment}/end", Policy::admin(Scope::Manage), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    const std::string& name = request.captures.at("experiment");
    CINELOOM_TRY(end_experiment(cinema, name));
    CINELOOM_TRY_ASSIGN(const ExperimentReport report, experiment_report(cinema.store(), name, cinema.now()));
    return json_response(json::to_value(report));
  });
}

}  // namespace

void add_feedback_routes(Router& router, const ApiContext& context) {
  add_viewer_part(router, context.cinema);
  add_model_part(router, context.cinema);
  add_experiment_part(router, context.cinema);
}

}  // namespace cineloom::serve
