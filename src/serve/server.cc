#include "serve/server.h"

#include <functional>
#include <mutex>

#include "base/json.h"
#include "llm/model_home.h"
#include "pipeline/background_training.h"
#include "pipeline/local_job_queue.h"
#include "pipeline/shared_job_queue.h"
#include "serve/api.h"
#include "serve/event_hub.h"
#include "store/shared_work.h"

namespace cineloom::serve {

/// In order of building: the HTTP server stops first, then the jobs end, then their listeners go.
struct Server::Parts {
  Parts(Cinema& cinema, const ServerOptions& options)
      : events(shared_work(cinema.store()) == nullptr ? EventHub::Numbers::Counted : EventHub::Numbers::OfTime),
        jobs(make_queue(cinema, options)),
        training(cinema, *jobs),
        router(make_router(
            {.cinema = cinema, .jobs = *jobs, .training = training, .model = cinema.language_model(), .web = options.web, .openapi = options.openapi})) {
    const std::lock_guard lock(mutex);
    look = training.looker();
  }

  std::unique_ptr<JobQueue> make_queue(Cinema& cinema, const ServerOptions& options) {
    const auto now = [&cinema] { return cinema.now(); };
    const auto tell = [this](const Job& job) { events.publish("job", json::write(job)); };
    SharedWork* const shared = shared_work(cinema.store());
    if (shared == nullptr) return std::make_unique<LocalJobQueue>(now, tell);
    return std::make_unique<SharedJobQueue>(*shared, SharedQueueOptions{.now = now,
                                                                        .listener = tell,
                                                                        .runner = options.leaves_jobs ? JobRunner() : runner_of(cinema),
                                                                        .on_library_change = [this, &cinema] { hear_of_change(cinema); }});
  }
  void hear_of_change(Cinema& cinema) {
    cinema.renew_model();
    std::function<Expected<void>()> looking;
    {
      const std::lock_guard lock(mutex);
      looking = look;
    }
    if (looking) std::ignore = looking();  // the next change, and the next start, look again
  }

  EventHub events;
  std::mutex mutex;
  std::function<Expected<void>()> look;  // shared with the watching thread of the jobs
  std::unique_ptr<JobQueue> jobs;
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
