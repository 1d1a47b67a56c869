#include "pipeline/analysis_jobs.h"
#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

struct RestBody {
  bool is_resting = false;
};
BOOST_DESCRIBE_STRUCT(RestBody, (), (is_resting))

Expected<HttpResponse> accepted(const Expected<Job>& job) {
  if (!job) return std::unexpected(job.error());
  HttpResponse response = json_response(json::to_value(*job), 202);
  response.headers.emplace_back("Location", "/api/v1/jobs/" + std::to_string(job->id.number()));
  return response;
}

}  // namespace

void add_job_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  JobQueue& jobs = context.jobs;
  BackgroundTraining& training = context.training;
  router.add("GET", "/api/v1/jobs", Policy::viewer(Scope::Read), [&jobs](const HttpRequest&) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto all, jobs.jobs());
    return json_response({{"jobs", json::to_value(all)}, {"is_resting", jobs.is_resting()}});
  });
  router.add("PUT", "/api/v1/jobs/rest", Policy::admin(Scope::Manage),
             [&cinema, &jobs, &events = context.events](const HttpRequest& request) -> Expected<HttpResponse> {
               CINELOOM_TRY_ASSIGN(const RestBody body, body_of<RestBody>(request));
               CINELOOM_TRY(jobs.rest(body.is_resting));
               cinema.rest_analyses(body.is_resting);
               const boost::json::value told = json::to_value(body);
               events.publish("jobs", boost::json::serialize(told));
               return json_response(told);
             });
  router.add("GET", "/api/v1/jobs/{job}", Policy::viewer(Scope::Read), [&jobs](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const JobId id, captured<JobId>(request, "job"));
    CINELOOM_TRY_ASSIGN(const Job job, jobs.job(id));
    return json_response(json::to_value(job));
  });
  router.add("DELETE", "/api/v1/jobs/{job}", Policy::admin(Scope::Manage), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const JobId id, captured<JobId>(request, "job"));
    CINELOOM_TRY_ASSIGN(const Job job, jobs.cancel(id));
    if (job.kind == JobKind::Analyze) forget_analysis(cinema, job.film);
    return json_response(json::to_value(job));
  });
  router.add("POST", "/api/v1/films/{film}/analysis", Policy::admin(Scope::Manage), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
    CINELOOM_TRY_ASSIGN(const Job job, submit_analysis(cinema, jobs, id));
    return accepted(job);
  });
  router.add("POST", "/api/v1/playing", Policy::viewer(Scope::Events), [&cinema](const HttpRequest&) -> Expected<HttpResponse> {
    cinema.note_playing();
    return HttpResponse{.status = 204};
  });
  router.add("POST", "/api/v1/training", Policy::admin(Scope::Manage),
             [&training](const HttpRequest&) -> Expected<HttpResponse> { return accepted(training.request()); });
  router.add("GET", "/api/v1/events", Policy::viewer(Scope::Read),
             [](const HttpRequest&) -> Expected<HttpResponse> { return HttpResponse{.content_type = "text/event-stream", .is_event_stream = true}; });
}

}  // namespace cineloom::serve
