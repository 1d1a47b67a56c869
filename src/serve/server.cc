#include "serve/server.h"

#include "base/json.h"
#include "llm/model_home.h"
#include "pipeline/background_training.h"
#include "pipeline/job_queue.h"
#include "serve/api.h"
#include "serve/event_hub.h"

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

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() = default;

Expected<std::unique_ptr<Server>> Server::start(Cinema& cinema, const ServerOptions& options) {
  auto parts = std::make_unique<Parts>(cinema, options);
  CINELOOM_TRY(parts->training.look());
  const auto handler = [router = &parts->router](const HttpRequest& request) { return router->handle(request); };
  CINELOOM_TRY_ASSIGN(parts->http, HttpServer::start(options.http, handler, parts->events));
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::uint16_t Server::port() const { return parts_->http->port(); }

}  // namespace cineloom::serve
