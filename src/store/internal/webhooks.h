#pragma once

#include "store/internal/sqlite.h"
#include "store/webhook_store.h"

/// The tables of webhooks and of what is told them; what the functions mean is said at the verbs of WebhookStore. The caller holds the
/// transaction. Of a sealed store secrets and bodies are cells of the household's.
namespace cineloom::sqlite {

Expected<Webhook> add_webhook(Connection& connection, const NewWebhook& webhook);
Expected<std::vector<Webhook>> webhooks(Connection& connection);
Expected<void> remove_webhook(Connection& connection, WebhookId id);
Expected<Webhook> enable_webhook(Connection& connection, WebhookId id);
Expected<Webhook> rotate_webhook_secret(Connection& connection, WebhookId id, std::string_view secret, Timestamp old_until);
Expected<int> announce(Connection& connection, const Announcement& announcement);
/// Whether any address wants to be told: whoever has much to say asks first.
enum class Audience { Nobody, Somebody };
Expected<Audience> audience_of(Connection& connection, std::string_view topic);
Expected<WebhookDelivery> announce_to(Connection& connection, WebhookId id, const Announcement& announcement);
Expected<std::vector<WebhookDelivery>> deliveries(Connection& connection, WebhookId id, int limit);
Expected<std::optional<Timestamp>> next_delivery_due(Connection& connection, std::span<const WebhookId> busy);
Expected<std::optional<TakenDelivery>> take_delivery(Connection& connection, Timestamp now, std::chrono::milliseconds lease, std::span<const WebhookId> busy);
Expected<void> end_delivery(Connection& connection, const TakenDelivery& taken, const DeliveryOutcome& outcome, Timestamp now);

/// Makes cells of what lies open.
Expected<void> seal_webhooks(Connection& connection);

}  // namespace cineloom::sqlite
