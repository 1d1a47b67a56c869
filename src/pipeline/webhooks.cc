#include "pipeline/webhooks.h"

#include <fmt/format.h>

#include "base/json.h"
#include "outbound/transfer.h"
#include "privacy/webhook_signature.h"

namespace cineloom {
namespace {

constexpr std::chrono::hours kLongestOverlap{30 * 24};

/// What receivers need of a version: its settings and metrics are the owner's.
struct SwitchedModel {
  std::string name;
  int number = 0;
  Timestamp trained_at;
};
BOOST_DESCRIBE_STRUCT(SwitchedModel, (), (name, number, trained_at))

struct AnalysedFilm {
  FilmId film;
  std::string key;
};
BOOST_DESCRIBE_STRUCT(AnalysedFilm, (), (film, key))

}  // namespace

Expected<SignedWebhook> add_webhook(Store& store, const WebhookWish& wish, Timestamp now) {
  CINELOOM_TRY(outbound::check_receiver(wish.url, wish.may_be_private ? outbound::ReceiverPlace::Private : outbound::ReceiverPlace::Public));
  CINELOOM_TRY_ASSIGN(Secret secret, privacy::new_webhook_secret());
  CINELOOM_TRY_ASSIGN(
      Webhook webhook,
      webhook_store(store).add_webhook({.url = wish.url, .topics = wish.topics, .may_be_private = wish.may_be_private, .secret = secret.reveal(), .at = now}));
  return SignedWebhook{.webhook = std::move(webhook), .secret = std::move(secret)};
}

Expected<SignedWebhook> rotate_webhook_secret(Store& store, WebhookId id, std::chrono::hours overlap, Timestamp now) {
  if (overlap < std::chrono::hours(0) || overlap > kLongestOverlap)
    return fail(ErrorCode::InvalidArgument, fmt::format("overlap_hours: expected 0 to {}, found {}", kLongestOverlap.count(), overlap.count()));
  CINELOOM_TRY_ASSIGN(Secret secret, privacy::new_webhook_secret());
  CINELOOM_TRY_ASSIGN(Webhook webhook, webhook_store(store).rotate_webhook_secret(id, secret.reveal(), now + overlap));
  return SignedWebhook{.webhook = std::move(webhook), .secret = std::move(secret)};
}

Expected<WebhookDelivery> send_test_message(Store& store, WebhookId id, Timestamp now) {
  return webhook_store(store).announce_to(id, {.topic = topic::kTest, .at = now, .data = R"({"hello":"cineloom"})"});
}

void tell_of_film(Store& store, FilmId film, const std::string& key, Timestamp now) {
  std::ignore =
      webhook_store(store).announce({.topic = topic::kFilmAnalysed, .at = now, .data = json::write(AnalysedFilm{.film = film, .key = key})});  // see header
}

void tell_of_model(Store& store, const ModelVersion& version, Timestamp now) {
  const SwitchedModel told{.name = version.name, .number = version.number, .trained_at = version.trained_at};
  std::ignore = webhook_store(store).announce({.topic = topic::kModelSwitched, .at = now, .data = json::write(told)});  // see header
}

void tell_of_job(Store& store, const Job& job) {
  if (job.finished) std::ignore = webhook_store(store).announce({.topic = topic::kJobFinished, .at = *job.finished, .data = json::write(job)});  // see header
}

}  // namespace cineloom
