#include "base/json.h"
#include "outbound/outbound.h"
#include "pipeline/consent.h"
#include "pipeline/privacy.h"
#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

boost::json::value budget_value(const PrivacyBudget& budget) {
  boost::json::array releases;
  for (const Release& release : budget.releases) {
    releases.push_back({{"at_ms", release.at.time_since_epoch().count()}, {"what", release.what}, {"epsilon", release.epsilon}, {"delta", release.delta}});
  }
  return {{"epsilon", budget.epsilon}, {"epsilon_of_year", budget.epsilon_of_year}, {"delta", budget.delta}, {"releases", std::move(releases)}};
}

/// What was told of all viewers, and what left this machine.
Expected<HttpResponse> privacy_now(const ApiContext& context) {
  CINELOOM_TRY_ASSIGN(const PrivacyBudget budget, privacy_budget(context.cinema.store(), context.cinema.now()));
  CINELOOM_TRY_ASSIGN(const llm::ModelChoice choice, llm::read_choice(context.model.home()));
  return json_response({{"budget", budget_value(budget)}, {"outbound_bytes", outbound::outbound_bytes()}, {"language_model_server", choice.url}});
}

Expected<HttpResponse> data_of_one(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const ViewerId viewer, captured<ViewerId>(request, "viewer"));
  const std::string format(request.parameter("format"));
  if (!format.empty() && format != "json" && format != "csv") return fail(ErrorCode::InvalidArgument, "format: expected json or csv");
  const bool is_csv = format == "csv";
  CINELOOM_TRY_ASSIGN(std::string text, exported_viewer(cinema, viewer, is_csv ? ExportFormat::Csv : ExportFormat::Json));
  const std::string name = "cineloom-viewer-" + std::to_string(viewer.number()) + (is_csv ? ".csv" : ".json");
  return HttpResponse{.content_type = is_csv ? "text/csv; charset=utf-8" : "application/json",
                      .headers = {{"Cache-Control", "no-store"}, {"Content-Disposition", "attachment; filename=\"" + name + "\""}},
                      .body = std::move(text)};
}

Expected<HttpResponse> consents_of_one(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const ViewerId viewer, captured<ViewerId>(request, "viewer"));
  CINELOOM_TRY_ASSIGN(const auto log, consents_of(cinema.store(), viewer));
  return json_response({{"consents", json::to_value(log)}});
}

Expected<HttpResponse> note_one(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const ViewerId viewer, captured<ViewerId>(request, "viewer"));
  CINELOOM_TRY_ASSIGN(Consent consent, json::read<Consent>(request.body));
  consent.at = cinema.now();
  CINELOOM_TRY(note_consent(cinema.store(), viewer, consent));
  return consents_of_one(cinema, request);
}

Expected<HttpResponse> forget_one(const ApiContext& context, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const ViewerId viewer, captured<ViewerId>(request, "viewer"));
  CINELOOM_TRY_ASSIGN(const ErasureReceipt receipt, forget_viewer(context, viewer, request.peer));
  return HttpResponse{.headers = {{"Cache-Control", "no-store"}}, .body = to_json(receipt)};
}

}  // namespace

Expected<ErasureReceipt> forget_viewer(const ApiContext& context, ViewerId viewer, std::string_view address) {
  CINELOOM_TRY_ASSIGN(const Viewer known, context.cinema.store().viewer(viewer));
  const auto account = context.accounts.find(known.name);
  if (account && account->name == known.name) CINELOOM_TRY(context.accounts.remove(account->id, address));
  return erase_viewer(context.cinema, viewer);
}

void add_privacy_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  router.add("GET", "/api/v1/privacy", Policy::viewer(Scope::Read), [context](const HttpRequest&) { return privacy_now(context); });
  router.add("GET", "/api/v1/viewers/{viewer}/data", Policy::own(Scope::Read), [&cinema](const HttpRequest& request) { return data_of_one(cinema, request); });
  router.add("GET", "/api/v1/viewers/{viewer}/consents", Policy::own(Scope::Read),
             [&cinema](const HttpRequest& request) { return consents_of_one(cinema, request); });
  router.add("POST", "/api/v1/viewers/{viewer}/consents", Policy::own(Scope::Events),
             [&cinema](const HttpRequest& request) { return note_one(cinema, request); });
  router.add("DELETE", "/api/v1/viewers/{viewer}", Policy::own(Scope::Manage), [context](const HttpRequest& request) { return forget_one(context, request); });
}

}  // namespace cineloom::serve
