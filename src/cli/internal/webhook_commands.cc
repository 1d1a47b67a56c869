#include "cli/internal/webhook_commands.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <thread>

#include "base/json.h"
#include "cli/internal/commands.h"
#include "pipeline/webhook_sender.h"
#include "pipeline/webhooks.h"

namespace cineloom::cli {
namespace {

using namespace std::chrono_literals;

struct WebhookOptions {
  std::string url;
  std::vector<std::string> topics;
  bool may_be_private = false;
  std::int64_t id = 0;
  int hours = 24;
  int limit = 20;
};

std::string moment(Timestamp at) { return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(at))); }

std::string described(const Webhook& webhook) {
  std::string text = fmt::format("{} {}  {}\n    {}\n", bold(fmt::format("{}", webhook.id.number())), webhook.url, json::enum_name(webhook.state),
                                 faint(fmt::format("{}; {} waiting", fmt::join(webhook.topics, ", "), webhook.waiting)));
  if (!webhook.cause.empty()) text += fmt::format("    {}\n", webhook.cause);
  if (webhook.failing_since) text += fmt::format("    fails since {}\n", moment(*webhook.failing_since));
  if (webhook.dropped > 0) text += fmt::format("    {} messages were not kept, because too many waited\n", webhook.dropped);
  return text;
}

std::string described(const WebhookDelivery& delivery) {
  std::string text = fmt::format("{}  {:<20} {:<10} {} attempts", moment(delivery.created), delivery.topic, json::enum_name(delivery.state), delivery.attempts);
  if (delivery.status > 0) text += fmt::format(", answered {}", delivery.status);
  if (!delivery.cause.empty()) text += fmt::format(": {}", delivery.cause);
  return text + "\n";
}

/// The secret is shown this once.
void show_secret(const Session& session, const SignedWebhook& made) {
  if (session.format == Format::Json) {
    print(boost::json::serialize(boost::json::value{{"webhook", json::to_value(made.webhook)}, {"secret", made.secret.reveal()}}) + "\n");
    return;
  }
  print(described(made.webhook) + fmt::format("secret, shown this once: {}\n", made.secret.reveal()));
}

Expected<void> add(Session& session, const WebhookOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(const SignedWebhook added,
                      add_webhook(cinema->store(), {.url = options.url, .topics = options.topics, .may_be_private = options.may_be_private}, cinema->now()));
  show_secret(session, added);
  return {};
}

Expected<void> list(Session& session, const WebhookOptions&) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const auto webhooks, webhook_store(cinema->store()).webhooks());
  std::string text;
  for (const Webhook& webhook : webhooks) text += described(webhook);
  print(session.format == Format::Json ? json::write(webhooks) + "\n" : webhooks.empty() ? "nobody is told of what happens\n" : text);
  return {};
}

Expected<void> remove(Session& session, const WebhookOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY(webhook_store(cinema->store()).remove_webhook(WebhookId(options.id)));
  print(session.format == Format::Json ? fmt::format("{{\"removed\":\"{}\"}}\n", options.id) : fmt::format("webhook {} is gone\n", options.id));
  return {};
}

Expected<void> enable(Session& session, const WebhookOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(const Webhook enabled, webhook_store(cinema->store()).enable_webhook(WebhookId(options.id)));
  print(session.format == Format::Json ? json::write(enabled) + "\n" : described(enabled));
  return {};
}

Expected<void> rotate(Session& session, const WebhookOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(const SignedWebhook rotated,
                      rotate_webhook_secret(cinema->store(), WebhookId(options.id), std::chrono::hours(options.hours), cinema->now()));
  show_secret(session, rotated);
  return {};
}

Expected<WebhookDelivery> find_delivery(WebhookStore& store, WebhookId id, DeliveryId wanted) {
  CINELOOM_TRY_ASSIGN(const auto log, store.deliveries(id, 1000));
  const auto found = std::ranges::find(log, wanted, &WebhookDelivery::id);
  if (found == log.end()) return fail(ErrorCode::NotFound, "the test message has left the log already");
  return *found;
}

/// Sends it here and now, with whatever else is due: no server may be running.
Expected<void> test(Session& session, const WebhookOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(WebhookDelivery delivery, send_test_message(cinema->store(), WebhookId(options.id), cinema->now()));
  const WebhookSender sender(webhook_store(cinema->store()), {.now = [&cinema] { return cinema->now(); }, .patience = {}});
  const auto end = std::chrono::steady_clock::now() + 30s;
  while ((delivery.status == 0 && delivery.cause.empty()) && std::chrono::steady_clock::now() < end) {
    CINELOOM_TRY(session.cancel.check());
    std::this_thread::sleep_for(100ms);
    CINELOOM_TRY_ASSIGN(delivery, find_delivery(webhook_store(cinema->store()), WebhookId(options.id), delivery.id));
  }
  print(session.format == Format::Json ? json::write(delivery) + "\n" : described(delivery));
  if (delivery.state == DeliveryState::Delivered) return {};
  return std::unexpected(
      Error(ErrorCode::Unavailable, fmt::format("the test message was not delivered: {}", delivery.cause.empty() ? "no answer yet" : delivery.cause))
          .advise("it is tried again while a server runs; see 'cineloom webhooks log'"));
}

Expected<void> log(Session& session, const WebhookOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const auto deliveries, webhook_store(cinema->store()).deliveries(WebhookId(options.id), options.limit));
  std::string text;
  for (const WebhookDelivery& delivery : deliveries) text += described(delivery);
  print(session.format == Format::Json ? json::write(deliveries) + "\n" : deliveries.empty() ? "nothing was told yet\n" : text);
  return {};
}

}  // namespace

void add_webhook_commands(Commands& commands) {
  CLI::App* const group = commands.group("webhooks", "tell other programs of what happens");
  const auto numbered = [](CLI::App& command, WebhookOptions& options) { command.add_option("id", options.id, "of the webhook")->required(); };
  commands.add<WebhookOptions>(
      "add", "tell an address; shows the secret that its messages are signed with",
      [](CLI::App& command, WebhookOptions& options) {
        command.add_option("url", options.url, "https address")->required();
        command.add_option("--topic", options.topics, fmt::format("{}", fmt::join(topic::kAll, ", ")))->required();
        command.add_flag("--private", options.may_be_private, "the address may lie on this machine or in a private network, and have http there");
      },
      add, group);
  commands.add<WebhookOptions>("list", "who is told of what", [](CLI::App&, WebhookOptions&) {}, list, group);
  commands.add<WebhookOptions>("remove", "tell an address nothing more, and forget its log", numbered, remove, group);
  commands.add<WebhookOptions>("enable", "tell an address again that was disabled because it failed", numbered, enable, group);
  commands.add<WebhookOptions>("test", "send a test message now", numbered, test, group);
  commands.add<WebhookOptions>(
      "rotate", "sign with a new secret, and with the old one too for a while",
      [numbered](CLI::App& command, WebhookOptions& options) {
        numbered(command, options);
        command.add_option("--overlap", options.hours, "hours for which both signatures are sent, 0 to 720")->capture_default_str();
      },
      rotate, group);
  commands.add<WebhookOptions>(
      "log", "what was told, and what came of it",
      [numbered](CLI::App& command, WebhookOptions& options) {
        numbered(command, options);
        command.add_option("--count", options.limit, "newest so many")->check(CLI::Range(1, 1000))->capture_default_str();
      },
      log, group);
}

}  // namespace cineloom::cli
