#include "serve/server.h"

#include <functional>
#include <mutex>
#include <thread>

#include "base/json.h"
#include "llm/model_home.h"
#include "pipeline/analysis_jobs.h"
#include "pipeline/background_training.h"
#include "pipeline/local_job_queue.h"
#include "pipeline/shared_job_queue.h"
#include "pipeline/webhook_sender.h"
#include "pipeline/webhooks.h"
#include "serve/api.h"
#include "serve/event_hub.h"
#include "serve/problem.h"
#include "store/shared_work.h"
#include "store/store_address.h"

namespace cineloom::serve {

/// In order of building: what warms the server up ends first, then the HTTP server stops, then the jobs end, then their listeners go.
struct Server::Parts {
  Parts(Cinema& cinema, const ServerOptions& options, const OwnNames& names, std::unique_ptr<accounts::Accounts> opened, Secret setup_secret)
      : accounts(std::move(opened)),
        setup_token(std::move(setup_secret)),
        gate(*accounts, cinema.store(), {.is_household_welcome = names.is_loopback() && options.http.public_url.empty(), .is_https = names.is_https()}),
        events(shared_work(cinema.store()) == nullptr ? EventHub::Numbers::Counted : EventHub::Numbers::OfTime),
        jobs(make_queue(cinema, options)),
        training(cinema, *jobs),
        webhooks(webhook_store(cinema.store()), {.now = [&cinema] { return cinema.now(); }, .patience = options.webhook_patience}),
        router(make_router({.cinema = cinema,
                            .jobs = *jobs,
                            .training = training,
                            .model = cinema.language_model(),
                            .web = options.web,
                            .openapi = options.openapi,
                            .accounts = *accounts,
                            .gate = gate,
                            .events = events,
                            .setup_token = setup_token.reveal()})) {
    const std::lock_guard lock(mutex);
    look = training.looker();
  }

  std::unique_ptr<JobQueue> make_queue(Cinema& cinema, const ServerOptions& options) {
    const auto now = [&cinema] { return cinema.now(); };
    const auto tell = [this](const Job& job) { events.publish("job", json::write(job)); };
    SharedWork* const shared = shared_work(cinema.store());
    // Of shared jobs the store itself tells other programs, once for all nodes.
    const auto tell_all = [tell, &cinema](const Job& job) {
      tell(job);
      tell_of_job(cinema.store(), job);
    };
    if (shared == nullptr) return std::make_unique<LocalJobQueue>(now, tell_all);
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

  std::unique_ptr<accounts::Accounts> accounts;
  Secret setup_token;
  Gatekeeper gate;

  EventHub events;
  std::mutex mutex;
  std::function<Expected<void>()> look;  // shared with the watching thread of the jobs
  std::unique_ptr<JobQueue> jobs;
  BackgroundTraining training;
  WebhookSender webhooks;
  Router router;
  std::unique_ptr<HttpServer> http;
  std::jthread warming;  ///< loads what answers are made from; ends before what it looks at
};

namespace {

/// What a limit was may have been the disk: then it is said, since sending less would not help.
HttpResponse with_cause(HttpResponse response, Store& store) {
  const StoreCondition condition = condition_of(store);
  return condition.mode == StoreCondition::Mode::Writable ? std::move(response) : problem(condition);
}

/// Whoever can read what the server prints may make the first account; on this machine alone nobody needs one.
Expected<Secret> setup_token_for(accounts::Accounts& accounts, const OwnNames& names, const ServerOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto population, accounts.population());
  const bool is_household = names.is_loopback() && options.http.public_url.empty();
  if (is_household || population == accounts::Accounts::Population::Somebody) return Secret();
  return privacy::new_token("");
}

}  // namespace

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() = default;

Expected<std::unique_ptr<Server>> Server::start(Cinema& cinema, const ServerOptions& options) {
  CINELOOM_TRY_ASSIGN(const OwnNames names, OwnNames::of(options.http.address, options.http.port, options.http.public_url));
  CINELOOM_TRY_ASSIGN(auto accounts, accounts::Accounts::open(library_address(cinema.options().store, cinema.options().data), options.accounts));
  CINELOOM_TRY_ASSIGN(Secret setup_token, setup_token_for(*accounts, names, options));
  auto parts = std::make_unique<Parts>(cinema, options, names, std::move(accounts), std::move(setup_token));
  CINELOOM_TRY(resume_analyses(cinema, *parts->jobs));
  const auto handler = [router = &parts->router, &cinema](const HttpRequest& request) {
    HttpResponse response = router->handle(request);
    return response.status == status_of(ErrorCode::ResourceExhausted) ? with_cause(std::move(response), cinema.store()) : response;
  };
  CINELOOM_TRY_ASSIGN(parts->http, HttpServer::start(options.http, handler, parts->events));
  // Of many films the model is read for seconds: pages, films and events do not wait for it. What fails here is told to the first question.
  parts->warming = std::jthread([look = parts->training.looker()] { std::ignore = look(); });
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::string_view Server::setup_token() const { return parts_->setup_token.reveal(); }

std::uint16_t Server::port() const { return parts_->http->port(); }

}  // namespace cineloom::serve
