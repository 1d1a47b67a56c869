#include "store/postgres/webhooks.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "store/internal/announcements.h"
#include "store/postgres/tables.h"

namespace cineloom::postgres {
namespace {

std::optional<Timestamp> optional_time(const Rows& rows, int row, int column) {
  return rows.is_null(row, column) ? std::nullopt : std::optional(timestamp_of(rows.integer(row, column)));
}

constexpr std::string_view kWebhookColumns =
    "id, url, topics, may_be_private, disabled, cause, created, failing_since, old_until, "
    "(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook=webhooks.id AND d.state=0), dropped";

Expected<Webhook> webhook_at(const Rows& rows, int row) {
  CINELOOM_TRY_ASSIGN(auto topics, json::read<std::vector<std::string>>(rows.text(row, 2)));
  return Webhook{.id = WebhookId(rows.integer(row, 0)),
                 .url = std::string(rows.text(row, 1)),
                 .topics = std::move(topics),
                 .may_be_private = rows.integer(row, 3) != 0,
                 .state = rows.integer(row, 4) != 0 ? WebhookState::Disabled : WebhookState::Active,
                 .cause = std::string(rows.text(row, 5)),
                 .created = timestamp_of(rows.integer(row, 6)),
                 .failing_since = optional_time(rows, row, 7),
                 .old_secret_until = optional_time(rows, row, 8),
                 .waiting = static_cast<int>(rows.integer(row, 9)),
                 .dropped = static_cast<int>(rows.integer(row, 10))};
}

Expected<Webhook> webhook(Connection& connection, WebhookId id) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(fmt::format("SELECT {} FROM webhooks WHERE id=$1", kWebhookColumns), Parameters(id.number())));
  if (rows.is_empty()) return fail(ErrorCode::NotFound, fmt::format("there is no webhook {}", id.number()));
  return webhook_at(rows, 0);
}

WebhookDelivery delivery_at(const Rows& rows, int row) {
  return {.id = DeliveryId(rows.integer(row, 0)),
          .message = std::string(rows.text(row, 1)),
          .topic = std::string(rows.text(row, 2)),
          .created = timestamp_of(rows.integer(row, 3)),
          .state = static_cast<DeliveryState>(rows.integer(row, 4)),
          .attempts = static_cast<int>(rows.integer(row, 5)),
          .due = optional_time(rows, row, 6),
          .ended = optional_time(rows, row, 7),
          .status = static_cast<int>(rows.integer(row, 8)),
          .cause = std::string(rows.text(row, 9))};
}

Expected<void> add_delivery(Connection& connection, std::int64_t webhook, std::string_view message, const Announcement& announcement) {
  CINELOOM_TRY(connection.run(
      "INSERT INTO webhook_deliveries(webhook, message, topic, viewer, created, due, body) VALUES($1, $2, $3, $4, $5, $5, $6)",
      Parameters(webhook, message, announcement.topic, announcement.viewer.number(), milliseconds_of(announcement.at), store::body_of(announcement))));
  return {};
}

std::vector<std::int64_t> numbers_of(std::span<const WebhookId> webhooks) {
  std::vector<std::int64_t> numbers;
  for (const WebhookId webhook : webhooks) numbers.push_back(webhook.number());
  return numbers;
}

Expected<void> disable(Connection& connection, WebhookId webhook, std::string_view cause, Timestamp now) {
  CINELOOM_TRY(connection.run("UPDATE webhooks SET disabled=true, cause=$1 WHERE id=$2", Parameters(cause, webhook.number())));
  CINELOOM_TRY(connection.run("UPDATE webhook_deliveries SET state=$1, due=NULL, ended=$2, body='', cause=$3 WHERE webhook=$4 AND state=0",
                              Parameters(std::int64_t{std::to_underlying(DeliveryState::GivenUp)}, milliseconds_of(now), cause, webhook.number())));
  return {};
}

Expected<void> drop_old(Connection& connection, WebhookId webhook) {
  CINELOOM_TRY(
      connection.run("DELETE FROM webhook_deliveries WHERE webhook=$1 AND state<>0 AND id<=(SELECT id FROM webhook_deliveries WHERE webhook=$1 AND state<>0 "
                     "ORDER BY id DESC OFFSET $2 LIMIT 1)",
                     Parameters(webhook.number(), WebhookStore::kMostEnded)));
  return {};
}

}  // namespace

Expected<Webhook> add_webhook(Connection& connection, const NewWebhook& added) {
  CINELOOM_TRY(store::require_sound(added));
  // Whoever adds at the same time waits, so that there are never too many.
  CINELOOM_TRY(connection.execute("LOCK TABLE webhooks IN SHARE ROW EXCLUSIVE MODE"));
  CINELOOM_TRY_ASSIGN(const auto known, webhooks(connection));
  if (std::cmp_greater_equal(known.size(), WebhookStore::kMostWebhooks))
    return fail(ErrorCode::ResourceExhausted, fmt::format("there are {} webhooks already, which is all there may be", known.size()));
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("INSERT INTO webhooks(url, topics, may_be_private, created, secret) VALUES($1, $2::json, $3, $4, $5) RETURNING id",
                                     Parameters(added.url, json::write(added.topics), added.may_be_private, milliseconds_of(added.at), added.secret)));
  return webhook(connection, WebhookId(rows.integer(0, 0)));
}

Expected<std::vector<Webhook>> webhooks(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(fmt::format("SELECT {} FROM webhooks ORDER BY id", kWebhookColumns)));
  std::vector<Webhook> found;
  for (int row = 0; row < rows.size(); ++row) {
    CINELOOM_TRY_ASSIGN(Webhook one, webhook_at(rows, row));
    found.push_back(std::move(one));
  }
  return found;
}

Expected<void> remove_webhook(Connection& connection, WebhookId id) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("DELETE FROM webhooks WHERE id=$1", Parameters(id.number())));
  if (rows.changed() > 0) return {};
  return fail(ErrorCode::NotFound, fmt::format("there is no webhook {}", id.number()));
}

Expected<Webhook> enable_webhook(Connection& connection, WebhookId id) {
  CINELOOM_TRY(connection.run("UPDATE webhooks SET disabled=false, cause='', failing_since=NULL, dropped=0 WHERE id=$1", Parameters(id.number())));
  return webhook(connection, id);
}

Expected<Webhook> rotate_webhook_secret(Connection& connection, WebhookId id, std::string_view secret, Timestamp old_until) {
  CINELOOM_TRY(connection.run("UPDATE webhooks SET old_secret=secret, secret=$1, old_until=$2 WHERE id=$3",
                              Parameters(secret, milliseconds_of(old_until), id.number())));
  return webhook(connection, id);
}

Expected<int> announce(Connection& connection, const Announcement& announcement) {
  CINELOOM_TRY(store::require_sound(announcement));
  CINELOOM_TRY_ASSIGN(
      const Rows listeners,
      connection.run("SELECT id, (SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries d WHERE d.webhook=w.id AND d.state=0 LIMIT $2) few)<$2 "
                     "FROM webhooks w WHERE NOT disabled AND EXISTS(SELECT 1 FROM json_array_elements_text(topics) t WHERE t=$1) ORDER BY id",
                     Parameters(announcement.topic, WebhookStore::kMostWaiting)));
  if (listeners.is_empty()) return 0;
  CINELOOM_TRY_ASSIGN(const std::string message, store::new_message_id());
  int told = 0;
  for (int row = 0; row < listeners.size(); ++row) {
    if (listeners.integer(row, 1) == 0) {
      CINELOOM_TRY(connection.run("UPDATE webhooks SET dropped=dropped+1 WHERE id=$1", Parameters(listeners.integer(row, 0))));
      continue;
    }
    CINELOOM_TRY(add_delivery(connection, listeners.integer(row, 0), message, announcement));
    ++told;
  }
  return told;
}

Expected<Audience> audience_of(Connection& connection, std::string_view topic) {
  CINELOOM_TRY_ASSIGN(
      const Rows rows,
      connection.run("SELECT 1::bigint FROM webhooks WHERE NOT disabled AND EXISTS(SELECT 1 FROM json_array_elements_text(topics) t WHERE t=$1) LIMIT 1",
                     Parameters(topic)));
  return rows.is_empty() ? Audience::Nobody : Audience::Somebody;
}

Expected<WebhookDelivery> announce_to(Connection& connection, WebhookId id, const Announcement& announcement) {
  CINELOOM_TRY(store::require_sound(announcement));
  CINELOOM_TRY_ASSIGN(const Webhook told, webhook(connection, id));
  CINELOOM_TRY(store::require_room(told));
  CINELOOM_TRY_ASSIGN(const std::string message, store::new_message_id());
  CINELOOM_TRY(add_delivery(connection, id.number(), message, announcement));
  CINELOOM_TRY_ASSIGN(auto newest, deliveries(connection, id, 1));
  return std::move(newest.front());
}

Expected<std::vector<WebhookDelivery>> deliveries(Connection& connection, WebhookId id, int limit) {
  CINELOOM_TRY(webhook(connection, id));
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, message, topic, created, state, attempts, due, ended, status, cause FROM webhook_deliveries "
                                                      "WHERE webhook=$1 ORDER BY id DESC LIMIT $2",
                                                      Parameters(id.number(), limit)));
  std::vector<WebhookDelivery> found;
  for (int row = 0; row < rows.size(); ++row) found.push_back(delivery_at(rows, row));
  return found;
}

Expected<std::optional<Timestamp>> next_delivery_due(Connection& connection, std::span<const WebhookId> busy) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT due FROM webhook_deliveries WHERE state=0 AND webhook<>ALL($1) ORDER BY due LIMIT 1",
                                                      Parameters(numbers_of(busy))));
  return rows.is_empty() ? std::optional<Timestamp>() : std::optional(timestamp_of(rows.integer(0, 0)));
}

Expected<std::optional<TakenDelivery>> take_delivery(Connection& connection, Timestamp now, std::chrono::milliseconds lease, std::span<const WebhookId> busy) {
  // Who takes at the same time passes over what is being taken.
  CINELOOM_TRY_ASSIGN(
      const Rows rows,
      connection.run("UPDATE webhook_deliveries d SET attempts=attempts+1, due=$2 FROM webhooks w WHERE w.id=d.webhook AND d.id=("
                     "SELECT id FROM webhook_deliveries WHERE state=0 AND due<=$1 AND webhook<>ALL($3) ORDER BY due, id LIMIT 1 FOR UPDATE SKIP LOCKED) "
                     "RETURNING d.id, d.webhook, w.url, w.may_be_private, w.failing_since, w.old_until, d.message, d.topic, d.created, d.body, "
                     "d.attempts, w.secret, w.old_secret",
                     Parameters(milliseconds_of(now), milliseconds_of(now + lease), numbers_of(busy))));
  if (rows.is_empty()) return std::optional<TakenDelivery>();
  TakenDelivery taken{.id = DeliveryId(rows.integer(0, 0)),
                      .webhook = WebhookId(rows.integer(0, 1)),
                      .url = std::string(rows.text(0, 2)),
                      .may_be_private = rows.integer(0, 3) != 0,
                      .failing_since = optional_time(rows, 0, 4),
                      .secret = Secret(rows.text(0, 11)),
                      .old_secret = {},
                      .message = std::string(rows.text(0, 6)),
                      .topic = std::string(rows.text(0, 7)),
                      .created = timestamp_of(rows.integer(0, 8)),
                      .body = std::string(rows.text(0, 9)),
                      .attempt = static_cast<int>(rows.integer(0, 10))};
  if (const auto old_until = optional_time(rows, 0, 5); old_until && now < *old_until) taken.old_secret = Secret(rows.text(0, 12));
  return std::optional(std::move(taken));
}

Expected<void> end_delivery(Connection& connection, const TakenDelivery& taken, const DeliveryOutcome& outcome, Timestamp now) {
  const bool is_waiting = outcome.state == DeliveryState::Waiting;
  const int attempts = taken.attempt - (outcome.attempt == DeliveryOutcome::Attempt::GivenBack ? 1 : 0);
  CINELOOM_TRY_ASSIGN(
      const Rows rows,
      connection.run("UPDATE webhook_deliveries SET state=$1, attempts=$2, due=CASE WHEN $1=0 THEN $3 END, ended=CASE WHEN $1=0 THEN NULL ELSE $4 END, "
                     "status=$5, cause=$6, body=CASE WHEN $1=0 THEN body ELSE '' END WHERE id=$7 AND attempts=$8 AND state=0",
                     Parameters(std::int64_t{std::to_underlying(outcome.state)}, attempts, milliseconds_of(outcome.due.value_or(now)), milliseconds_of(now),
                                outcome.status, outcome.cause, taken.id.number(), taken.attempt)));
  if (rows.changed() == 0 || outcome.attempt == DeliveryOutcome::Attempt::GivenBack) return {};
  if (outcome.state == DeliveryState::Delivered) {
    CINELOOM_TRY(connection.run("UPDATE webhooks SET failing_since=NULL WHERE id=$1 AND failing_since IS NOT NULL", Parameters(taken.webhook.number())));
  } else {
    CINELOOM_TRY(
        connection.run("UPDATE webhooks SET failing_since=$1 WHERE id=$2 AND failing_since IS NULL", Parameters(milliseconds_of(now), taken.webhook.number())));
  }
  if (!outcome.disable_for.empty()) CINELOOM_TRY(disable(connection, taken.webhook, outcome.disable_for, now));
  return is_waiting ? Expected<void>() : drop_old(connection, taken.webhook);
}

}  // namespace cineloom::postgres
