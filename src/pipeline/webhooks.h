#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "domain/job.h"
#include "store/store.h"
#include "store/webhook_store.h"

namespace cineloom {

/// A webhook as it is told once, with what its messages are signed with.
struct SignedWebhook {
  Webhook webhook;
  Secret secret;
};

struct WebhookWish {
  std::string url;
  std::vector<std::string> topics;
  bool may_be_private = false;
};
/// Errors: InvalidArgument for an address that may not be spoken with, or for unknown topics; Unavailable if its host is not found; those of the
/// store.
Expected<SignedWebhook> add_webhook(Store& store, const WebhookWish& wish, Timestamp now);

/// Messages are signed with the old secret too for this long, 0 h .. 30 days. Errors: NotFound, InvalidArgument.
Expected<SignedWebhook> rotate_webhook_secret(Store& store, WebhookId id, std::chrono::hours overlap, Timestamp now);
/// Errors: those of WebhookStore::announce_to.
Expected<WebhookDelivery> send_test_message(Store& store, WebhookId id, Timestamp now);

/// Tell whoever wants to know. What cannot be noted is not told: the work itself is done.
void tell_of_film(Store& store, FilmId film, const std::string& key, Timestamp now);
void tell_of_model(Store& store, const ModelVersion& version, Timestamp now);
void tell_of_job(Store& store, const Job& job);

}  // namespace cineloom
