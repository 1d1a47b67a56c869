#include "store/internal/webhooks.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "store/internal/announcements.h"
#include "store/internal/vault.h"

namespace cineloom::sqlite {
namespace {

std::int64_t milliseconds_of(Timestamp at) { return at.time_since_epoch().count(); }
Timestamp timestamp_of(std::int64_t milliseconds) { return Timestamp(std::chrono::milliseconds(milliseconds)); }
std::optional<Timestamp> optional_time(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(timestamp_of(row.integer(column)));
}

Vault::Cell secret_cell(WebhookId id) { return {.table = "webhooks", .column = "sealed", .row = id.number(), .viewer = {}}; }
Vault::Cell body_cell(DeliveryId id) { return {.table = "webhook_deliveries", .column = "sealed", .row = id.number(), .viewer = {}}; }

/// What messages are signed with.
struct Secrets {
  Secret present;
  Secret old;
};

Expected<void> put_cell(Connection& connection, std::string_view update, const Vault::Cell& cell, std::string_view plain) {
  CINELOOM_TRY_ASSIGN(const std::string bytes, connection.vault()->seal(connection, cell, plain));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(update));
  statement->bind_blob(1, bytes);
  statement->bind(2, cell.row);
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<void> put_secrets(Connection& connection, WebhookId id, const Secrets& secrets) {
  if (connection.vault() == nullptr)
    return connection.run("UPDATE webhooks SET secret=?, old_secret=? WHERE id=?", secrets.present.reveal(), secrets.old.reveal(), id.number());
  const Secret both(fmt::format("{}\n{}", secrets.present.reveal(), secrets.old.reveal()));
  return put_cell(connection, "UPDATE webhooks SET secret='', old_secret='', sealed=? WHERE id=?", secret_cell(id), both.reveal());
}

Expected<Secrets> secrets_of(Connection& connection, WebhookId id) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT secret, old_secret, sealed FROM webhooks WHERE id=?"));
  statement->bind(1, id.number());
  CINELOOM_TRY(statement->step());
  Secrets secrets{.present = Secret(statement->text(0)), .old = Secret(statement->text(1))};
  const std::string cell(statement->text(2));
  statement->reset();
  if (connection.vault() == nullptr || cell.empty()) return secrets;
  CINELOOM_TRY_ASSIGN(std::string plain, connection.vault()->open(connection, secret_cell(id), cell));
  const Secret both(std::move(plain));
  const std::size_t end = both.reveal().find('\n');
  return Secrets{.present = Secret(both.reveal().substr(0, end)), .old = Secret(both.reveal().substr(end + 1))};
}

constexpr std::string_view kWebhookColumns =
    "id, url, topics, may_be_private, disabled, cause, created, failing_since, old_until, "
    "(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook=webhooks.id AND d.state=0), dropped";

Expected<Webhook> webhook_at(const Statement& row) {
  CINELOOM_TRY_ASSIGN(auto topics, json::read<std::vector<std::string>>(row.text(2)));
  return Webhook{.id = WebhookId(row.integer(0)),
                 .url = std::string(row.text(1)),
                 .topics = std::move(topics),
                 .may_be_private = row.integer(3) != 0,
                 .state = row.integer(4) != 0 ? WebhookState::Disabled : WebhookState::Active,
                 .cause = std::string(row.text(5)),
                 .created = timestamp_of(row.integer(6)),
                 .failing_since = optional_time(row, 7),
                 .old_secret_until = optional_time(row, 8),
                 .waiting = static_cast<int>(row.integer(9)),
                 .dropped = static_cast<int>(row.integer(10))};
}

Expected<Webhook> webhook(Connection& connection, WebhookId id) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(fmt::format("SELECT {} FROM webhooks WHERE id=?", kWebhookColumns)));
  statement->bind(1, id.number());
  CINELOOM_TRY_ASSIGN(auto found, rows(*statement, webhook_at));
  if (found.empty()) return fail(ErrorCode::NotFound, fmt::format("there is no webhook {}", id.number()));
  return std::move(found.front());
}

WebhookDelivery delivery_at(const Statement& row) {
  return {.id = DeliveryId(row.integer(0)),
          .message = std::string(row.text(1)),
          .topic = std::string(row.text(2)),
          .created = timestamp_of(row.integer(3)),
          .state = static_cast<DeliveryState>(row.integer(4)),
          .attempts = static_cast<int>(row.integer(5)),
          .due = optional_time(row, 6),
          .ended = optional_time(row, 7),
          .status = static_cast<int>(row.integer(8)),
          .cause = std::string(row.text(9))};
}

Expected<DeliveryId> add_delivery(Connection& connection, WebhookId webhook, std::string_view message, const Announcement& announcement) {
  const std::string body = store::body_of(announcement);
  const bool is_sealed = connection.vault() != nullptr;
  const std::int64_t at = milliseconds_of(announcement.at);
  CINELOOM_TRY(connection.run("INSERT INTO webhook_deliveries(webhook, message, topic, viewer, created, due, body) VALUES(?,?,?,?,?,?,?)", webhook.number(),
                              message, announcement.topic, announcement.viewer.number(), at, at, is_sealed ? std::string_view() : std::string_view(body)));
  const DeliveryId id(connection.last_id());
  if (is_sealed) CINELOOM_TRY(put_cell(connection, "UPDATE webhook_deliveries SET sealed=? WHERE id=?", body_cell(id), body));
  return id;
}

/// An address that wants to be told, and whether there is room for more.
struct Listener {
  WebhookId id;
  bool has_room = true;
};
Expected<std::vector<Listener>> listeners(Connection& connection, std::string_view topic) {
  CINELOOM_TRY_ASSIGN(
      Statement * statement,
      connection.prepare("SELECT id, (SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries d WHERE d.webhook=w.id AND d.state=0 LIMIT ?2))<?2 "
                         "FROM webhooks w WHERE disabled=0 AND EXISTS(SELECT 1 FROM json_each(topics) WHERE value=?1) ORDER BY id"));
  statement->bind(1, topic);
  statement->bind(2, std::int64_t{WebhookStore::kMostWaiting});
  return rows(*statement, [](const Statement& row) { return Listener{.id = WebhookId(row.integer(0)), .has_room = row.integer(1) != 0}; });
}

std::string numbers_of(std::span<const WebhookId> webhooks) {
  boost::json::array numbers;
  for (const WebhookId webhook : webhooks) numbers.emplace_back(webhook.number());
  return boost::json::serialize(numbers);
}

Expected<void> disable(Connection& connection, WebhookId webhook, std::string_view cause, Timestamp now) {
  CINELOOM_TRY(connection.run("UPDATE webhooks SET disabled=1, cause=? WHERE id=?", cause, webhook.number()));
  return connection.run("UPDATE webhook_deliveries SET state=?, due=NULL, ended=?, body='', sealed=NULL, cause=? WHERE webhook=? AND state=0",
                        std::int64_t{std::to_underlying(DeliveryState::GivenUp)}, milliseconds_of(now), cause, webhook.number());
}

Expected<void> drop_old(Connection& connection, WebhookId webhook) {
  return connection.run(
      "DELETE FROM webhook_deliveries WHERE webhook=?1 AND state<>0 AND id<=(SELECT id FROM webhook_deliveries WHERE webhook=?1 AND state<>0 "
      "ORDER BY id DESC LIMIT 1 OFFSET ?2)",
      webhook.number(), std::int64_t{WebhookStore::kMostEnded});
}

/// Errors: NotFound.
Expected<void> require_changed(Connection& connection, WebhookId id) {
  if (connection.changes() > 0) return {};
  return fail(ErrorCode::NotFound, fmt::format("there is no webhook {}", id.number()));
}

}  // namespace

Expected<Webhook> add_webhook(Connection& connection, const NewWebhook& added) {
  CINELOOM_TRY(store::require_sound(added));
  CINELOOM_TRY_ASSIGN(const auto known, webhooks(connection));
  if (std::cmp_greater_equal(known.size(), WebhookStore::kMostWebhooks))
    return fail(ErrorCode::ResourceExhausted, fmt::format("there are {} webhooks already, which is all there may be", known.size()));
  const std::string topics = json::write(added.topics);
  CINELOOM_TRY(connection.run("INSERT INTO webhooks(url, topics, may_be_private, created, secret) VALUES(?,?,?,?,'')", std::string_view(added.url),
                              std::string_view(topics), std::int64_t{added.may_be_private ? 1 : 0}, milliseconds_of(added.at)));
  const WebhookId id(connection.last_id());
  CINELOOM_TRY(put_secrets(connection, id, {.present = Secret(added.secret), .old = {}}));
  return webhook(connection, id);
}

Expected<std::vector<Webhook>> webhooks(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(fmt::format("SELECT {} FROM webhooks ORDER BY id", kWebhookColumns)));
  return rows(*statement, webhook_at);
}

Expected<void> remove_webhook(Connection& connection, WebhookId id) {
  CINELOOM_TRY(connection.run("DELETE FROM webhook_deliveries WHERE webhook=?", id.number()));
  CINELOOM_TRY(connection.run("DELETE FROM webhooks WHERE id=?", id.number()));
  return require_changed(connection, id);
}

Expected<Webhook> enable_webhook(Connection& connection, WebhookId id) {
  CINELOOM_TRY(connection.run("UPDATE webhooks SET disabled=0, cause='', failing_since=NULL, dropped=0 WHERE id=?", id.number()));
  return webhook(connection, id);
}

Expected<Webhook> rotate_webhook_secret(Connection& connection, WebhookId id, std::string_view secret, Timestamp old_until) {
  CINELOOM_TRY(connection.run("UPDATE webhooks SET old_until=? WHERE id=?", milliseconds_of(old_until), id.number()));
  CINELOOM_TRY(require_changed(connection, id));
  CINELOOM_TRY_ASSIGN(Secrets before, secrets_of(connection, id));
  CINELOOM_TRY(put_secrets(connection, id, {.present = Secret(secret), .old = std::move(before.present)}));
  return webhook(connection, id);
}

Expected<int> announce(Connection& connection, const Announcement& announcement) {
  CINELOOM_TRY(store::require_sound(announcement));
  CINELOOM_TRY_ASSIGN(const auto who, listeners(connection, announcement.topic));
  if (who.empty()) return 0;
  CINELOOM_TRY_ASSIGN(const std::string message, store::new_message_id());
  int told = 0;
  for (const Listener& listener : who) {
    if (!listener.has_room) {
      CINELOOM_TRY(connection.run("UPDATE webhooks SET dropped=dropped+1 WHERE id=?", listener.id.number()));
      continue;
    }
    CINELOOM_TRY(add_delivery(connection, listener.id, message, announcement));
    ++told;
  }
  return told;
}

Expected<Audience> audience_of(Connection& connection, std::string_view topic) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT 1 FROM webhooks WHERE disabled=0 AND EXISTS(SELECT 1 FROM json_each(topics) WHERE value=?)"));
  statement->bind(1, topic);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  statement->reset();
  return step == Statement::Step::Row ? Audience::Somebody : Audience::Nobody;
}

Expected<WebhookDelivery> announce_to(Connection& connection, WebhookId id, const Announcement& announcement) {
  CINELOOM_TRY(store::require_sound(announcement));
  CINELOOM_TRY_ASSIGN(const Webhook told, webhook(connection, id));
  CINELOOM_TRY(store::require_room(told));
  CINELOOM_TRY_ASSIGN(const std::string message, store::new_message_id());
  CINELOOM_TRY(add_delivery(connection, id, message, announcement));
  CINELOOM_TRY_ASSIGN(auto newest, deliveries(connection, id, 1));
  return std::move(newest.front());
}

Expected<std::vector<WebhookDelivery>> deliveries(Connection& connection, WebhookId id, int limit) {
  CINELOOM_TRY(webhook(connection, id));
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT id, message, topic, created, state, attempts, due, ended, status, cause FROM webhook_deliveries "
                                         "WHERE webhook=? ORDER BY id DESC LIMIT ?"));
  statement->bind(1, id.number());
  statement->bind(2, std::int64_t{limit});
  return rows(*statement, delivery_at);
}

Expected<std::optional<Timestamp>> next_delivery_due(Connection& connection, std::span<const WebhookId> busy) {
  const std::string numbers = numbers_of(busy);
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT due FROM webhook_deliveries WHERE state=0 AND webhook NOT IN (SELECT value FROM json_each(?)) "
                                         "ORDER BY due LIMIT 1"));
  statement->bind(1, std::string_view(numbers));
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return std::optional<Timestamp>();
  const Timestamp due = timestamp_of(statement->integer(0));
  statement->reset();
  return std::optional(due);
}

Expected<std::optional<TakenDelivery>> take_delivery(Connection& connection, Timestamp now, std::chrono::milliseconds lease, std::span<const WebhookId> busy) {
  const std::string numbers = numbers_of(busy);
  CINELOOM_TRY_ASSIGN(
      Statement * statement,
      connection.prepare("SELECT d.id, d.webhook, w.url, w.may_be_private, w.failing_since, w.old_until, d.message, d.topic, d.created, d.body, "
                         "d.sealed, d.attempts FROM webhook_deliveries d JOIN webhooks w ON w.id=d.webhook "
                         "WHERE d.state=0 AND d.due<=? AND d.webhook NOT IN (SELECT value FROM json_each(?)) ORDER BY d.due, d.id LIMIT 1"));
  statement->bind(1, milliseconds_of(now));
  statement->bind(2, std::string_view(numbers));
  std::optional<Timestamp> old_until;
  std::string cell;
  const auto taken_at = [&](const Statement& row) {
    old_until = optional_time(row, 5);
    cell = row.text(10);
    TakenDelivery taken{.id = DeliveryId(row.integer(0)),
                        .webhook = WebhookId(row.integer(1)),
                        .url = std::string(row.text(2)),
                        .may_be_private = row.integer(3) != 0,
                        .failing_since = optional_time(row, 4),
                        .secret = {},
                        .old_secret = {},
                        .message = std::string(row.text(6)),
                        .topic = std::string(row.text(7)),
                        .created = timestamp_of(row.integer(8)),
                        .body = std::string(row.text(9)),
                        .attempt = static_cast<int>(row.integer(11)) + 1};
    return taken;
  };
  CINELOOM_TRY_ASSIGN(auto due, rows(*statement, taken_at));
  if (due.empty()) return std::optional<TakenDelivery>();
  TakenDelivery taken = std::move(due.front());
  if (!cell.empty()) { CINELOOM_TRY_ASSIGN(taken.body, connection.vault()->open(connection, body_cell(taken.id), cell)); }
  CINELOOM_TRY_ASSIGN(Secrets secrets, secrets_of(connection, taken.webhook));
  taken.secret = std::move(secrets.present);
  if (old_until && now < *old_until) taken.old_secret = std::move(secrets.old);
  CINELOOM_TRY(connection.run("UPDATE webhook_deliveries SET attempts=?, due=? WHERE id=?", std::int64_t{taken.attempt}, milliseconds_of(now + lease),
                              taken.id.number()));
  return std::optional(std::move(taken));
}

Expected<void> end_delivery(Connection& connection, const TakenDelivery& taken, const DeliveryOutcome& outcome, Timestamp now) {
  const bool is_waiting = outcome.state == DeliveryState::Waiting;
  const std::int64_t attempts = taken.attempt - (outcome.attempt == DeliveryOutcome::Attempt::GivenBack ? 1 : 0);
  CINELOOM_TRY(
      connection.run("UPDATE webhook_deliveries SET state=?1, attempts=?2, due=CASE WHEN ?1=0 THEN ?3 END, ended=CASE WHEN ?1=0 THEN NULL ELSE ?4 END, "
                     "status=?5, cause=?6, body=CASE WHEN ?1=0 THEN body ELSE '' END, sealed=CASE WHEN ?1=0 THEN sealed END "
                     "WHERE id=?7 AND attempts=?8 AND state=0",
                     std::int64_t{std::to_underlying(outcome.state)}, attempts, milliseconds_of(outcome.due.value_or(now)), milliseconds_of(now),
                     std::int64_t{outcome.status}, std::string_view(outcome.cause), taken.id.number(), std::int64_t{taken.attempt}));
  if (connection.changes() == 0 || outcome.attempt == DeliveryOutcome::Attempt::GivenBack) return {};
  if (outcome.state == DeliveryState::Delivered) {
    CINELOOM_TRY(connection.run("UPDATE webhooks SET failing_since=NULL WHERE id=?", taken.webhook.number()));
  } else {
    CINELOOM_TRY(connection.run("UPDATE webhooks SET failing_since=coalesce(failing_since,?) WHERE id=?", milliseconds_of(now), taken.webhook.number()));
  }
  if (!outcome.disable_for.empty()) CINELOOM_TRY(disable(connection, taken.webhook, outcome.disable_for, now));
  return is_waiting ? Expected<void>() : drop_old(connection, taken.webhook);
}

Expected<void> seal_webhooks(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id FROM webhooks WHERE sealed IS NULL"));
  CINELOOM_TRY_ASSIGN(const auto open, rows(*statement, [](const Statement& row) { return WebhookId(row.integer(0)); }));
  for (const WebhookId id : open) {
    CINELOOM_TRY_ASSIGN(const Secrets secrets, secrets_of(connection, id));
    CINELOOM_TRY(put_secrets(connection, id, secrets));
  }
  CINELOOM_TRY_ASSIGN(Statement * bodies, connection.prepare("SELECT id, body FROM webhook_deliveries WHERE body<>''"));
  CINELOOM_TRY_ASSIGN(const auto told, rows(*bodies, [](const Statement& row) { return std::pair(DeliveryId(row.integer(0)), std::string(row.text(1))); }));
  for (const auto& [id, body] : told) CINELOOM_TRY(put_cell(connection, "UPDATE webhook_deliveries SET body='', sealed=? WHERE id=?", body_cell(id), body));
  return {};
}

}  // namespace cineloom::sqlite
