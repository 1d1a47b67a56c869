#include "serve/server.h"

#include "base/json.h"
#include "llm/model_home.h"
#include "pipeline/analysis_jobs.h"
#include "pipeline/background_training.h"
#include "pipeline/job_queue.h"
#include "serve/api.h"
#include "serve/event_hub.h"
#include "serve/problem.h"

namespace cineloom::serve {

/// In order of building: the HTTP server stops first, then the jobs end, then their listeners go.
struct Server::Parts {
  Parts(Cinema& cinema, const ServerOptions& options)
      : jobs([&cinema] { return cinema.now(); }, [this](const Job& job) { events.publish("job", json::write(job)); }),
        training(cinema, jobs),
        router(make_router(
            {.cinema = cinema, .jobs = jobs, .training = training, .model = cinema.language_model(), .web = options.web, .openapi = options.openapi})) {}

  EventHub events;
  JobQueue jobs;
  BackgroundTraining training;
  Router router;
  std::unique_ptr<HttpServer> http;
};

namespace {

/// What a limit was may have been the disk: then it is said, since sending less would not help.
HttpResponse with_cause(HttpResponse response, Store& store) {
  const StoreCondition condition = condition_of(store);
  return condition.mode == StoreCondition::Mode::Writable ? std::move(response) : problem(condition);
}

}  // namespace

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() = default;

Expected<std::unique_ptr<Server>> Server::start(Cinema& cinema, const ServerOptions& options) {
  auto parts = std::make_unique<Parts>(cinema, options);
  CINELOOM_TRY(parts->training.look());
  CINELOOM_TRY(resume_analyses(cinema, parts->jobs));
  const auto handler = [router = &parts->router, &cinema](const HttpRequest& request) {
    HttpResponse response = router->handle(request);
    return response.status == status_of(ErrorCode::ResourceExhausted) ? with_cause(std::move(response), cinema.store()) : response;
  };
  CINELOOM_TRY_ASSIGN(parts->http, HttpServer::start(options.http, handler, parts->events));
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::uint16_t Server::port() const { return parts_->http->port(); }

}  // namespace cineloom::serve
