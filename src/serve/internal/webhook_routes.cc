#include "serve/internal/webhook_routes.h"

#include "pipeline/webhooks.h"
#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

struct WebhookBody {
  std::string url;
  std::vector<std::string> topics;
  bool may_be_private = false;
};
BOOST_DESCRIBE_STRUCT(WebhookBody, (), (url, topics, may_be_private))

struct OverlapBody {
  int overlap_hours = 24;
};
BOOST_DESCRIBE_STRUCT(OverlapBody, (), (overlap_hours))

/// The only answers that hold a secret.
HttpResponse signed_response(const SignedWebhook& made, int status) {
  return json_response({{"webhook", json::to_value(made.webhook)}, {"secret", made.secret.reveal()}}, status);
}

Expected<HttpResponse> add(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(WebhookBody body, body_of<WebhookBody>(request));
  const WebhookWish wish{.url = std::move(body.url), .topics = std::move(body.topics), .may_be_private = body.may_be_private};
  CINELOOM_TRY_ASSIGN(const SignedWebhook added, add_webhook(cinema.store(), wish, cinema.now()));
  HttpResponse response = signed_response(added, 201);
  response.headers.emplace_back("Location", "/api/v1/webhooks/" + std::to_string(added.webhook.id.number()));
  return response;
}

Expected<HttpResponse> rotate(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto id, captured<WebhookId>(request, "webhook"));
  CINELOOM_TRY_ASSIGN(const OverlapBody body, body_of<OverlapBody>(request));
  CINELOOM_TRY_ASSIGN(const SignedWebhook rotated, rotate_webhook_secret(cinema.store(), id, std::chrono::hours(body.overlap_hours), cinema.now()));
  return signed_response(rotated, 200);
}

Expected<HttpResponse> log(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto id, captured<WebhookId>(request, "webhook"));
  CINELOOM_TRY_ASSIGN(const int limit, number_parameter(request, "limit", 100, 1, 1000));
  CINELOOM_TRY_ASSIGN(const auto deliveries, webhook_store(cinema.store()).deliveries(id, limit));
  return json_response({{"deliveries", json::to_value(deliveries)}});
}

}  // namespace

void add_webhook_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  router.add("GET", "/api/v1/webhooks", Policy::admin(Scope::Manage), [&cinema](const HttpRequest&) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto webhooks, webhook_store(cinema.store()).webhooks());
    return json_response({{"webhooks", json::to_value(webhooks)}});
  });
  router.add("POST", "/api/v1/webhooks", Policy::admin(Scope::Manage), [&cinema](const HttpRequest& request) { return add(cinema, request); });
  router.add("DELETE", "/api/v1/webhooks/{webhook}", Policy::admin(Scope::Manage), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto id, captured<WebhookId>(request, "webhook"));
    CINELOOM_TRY(webhook_store(cinema.store()).remove_webhook(id));
    return HttpResponse{.status = 204};
  });
  router.add("POST", "/api/v1/webhooks/{webhook}/enabled", Policy::admin(Scope::Manage), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto id, captured<WebhookId>(request, "webhook"));
    CINELOOM_TRY_ASSIGN(const Webhook enabled, webhook_store(cinema.store()).enable_webhook(id));
    return json_response(json::to_value(enabled));
  });
  router.add("POST", "/api/v1/webhooks/{webhook}/secret", Policy::admin(Scope::Manage),
             [&cinema](const HttpRequest& request) { return rotate(cinema, request); });
  router.add("POST", "/api/v1/webhooks/{webhook}/test", Policy::admin(Scope::Manage), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto id, captured<WebhookId>(request, "webhook"));
    CINELOOM_TRY_ASSIGN(const WebhookDelivery delivery, send_test_message(cinema.store(), id, cinema.now()));
    return json_response(json::to_value(delivery), 202);
  });
  router.add("GET", "/api/v1/webhooks/{webhook}/deliveries", Policy::admin(Scope::Manage),
             [&cinema](const HttpRequest& request) { return log(cinema, request); });
}

}  // namespace cineloom::serve
