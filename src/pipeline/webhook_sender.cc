#include "pipeline/webhook_sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "base/random.h"
#include "privacy/webhook_signature.h"

namespace cineloom {
namespace {

constexpr int kSenders = 4;
constexpr double kLonger = 4;
constexpr double kSpread = 0.2;                    // so that what failed together does not come back together
constexpr std::chrono::hours kLongestPause{24};    // that a receiver may ask for
constexpr std::size_t kMostAnswer = 64U << 10U;    // bytes; nothing in it is used
constexpr long kGone = 410;

std::chrono::milliseconds wait_after(const TakenDelivery& taken, const DeliveryPatience& patience) {
  const double longest = static_cast<double>(patience.longest.count());
  const double plain = std::min(longest, static_cast<double>(patience.first.count()) * std::pow(kLonger, taken.attempt - 1));
  Random random(derive_seed(fnv1a64(taken.message), static_cast<std::uint64_t>(taken.attempt)));
  return std::chrono::milliseconds(static_cast<std::int64_t>(plain * (1 + kSpread * (2 * random.uniform() - 1))));
}

DeliveryOutcome failed(std::string cause, int status, std::chrono::milliseconds least_wait, const TakenDelivery& taken, const DeliveryPatience& patience,
                       Timestamp now) {
  DeliveryOutcome outcome{.state = DeliveryState::GivenUp, .status = status, .cause = std::move(cause)};
  if (taken.failing_since && now - *taken.failing_since >= patience.disable)
    outcome.disable_for =
        fmt::format("it failed for {} hours: {}", std::chrono::duration_cast<std::chrono::hours>(now - *taken.failing_since).count(), outcome.cause);
  if (taken.attempt >= patience.attempts || !outcome.disable_for.empty()) return outcome;
  outcome.state = DeliveryState::Waiting;
  outcome.due = now + std::max(least_wait, wait_after(taken, patience));
  return outcome;
}

/// Both signatures while an old secret counts.
Expected<std::string> signatures_of(const TakenDelivery& taken, std::int64_t seconds) {
  const privacy::SignedMessage message{.id = taken.message, .seconds = seconds, .body = taken.body};
  CINELOOM_TRY_ASSIGN(std::string signatures, privacy::sign_webhook(taken.secret, message));
  if (taken.old_secret.is_empty()) return signatures;
  CINELOOM_TRY_ASSIGN(const std::string old, privacy::sign_webhook(taken.old_secret, message));
  return signatures + " " + old;
}

Expected<outbound::HttpReply> send(const TakenDelivery& taken, Timestamp now, const outbound::Deadlines& deadlines, const CancelToken& cancel) {
  const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  CINELOOM_TRY_ASSIGN(const std::string signatures, signatures_of(taken, seconds));
  CINELOOM_TRY_ASSIGN(const outbound::CheckedReceiver receiver,
                      outbound::check_receiver(taken.url, taken.may_be_private ? outbound::ReceiverPlace::Private : outbound::ReceiverPlace::Public));
  const outbound::HttpCall call{.url = receiver.url,
                                .method = "POST",
                                .body = taken.body,
                                .headers = {"Content-Type: application/json", "Expect:", fmt::format("webhook-id: {}", taken.message),
                                            fmt::format("webhook-timestamp: {}", seconds), fmt::format("webhook-signature: {}", signatures)},
                                .pinned = receiver.pinned,
                                .deadlines = deadlines,
                                .most_bytes = kMostAnswer,
                                .reach = receiver.reach};
  return outbound::transfer(call, [](const outbound::HttpReply&, std::string_view) { return Expected<void>(); }, cancel);
}

}  // namespace

DeliveryOutcome outcome_of(const Expected<outbound::HttpReply>& reply, const TakenDelivery& taken, const DeliveryPatience& patience, Timestamp now) {
  if (!reply && reply.error().code() == ErrorCode::Cancelled)
    return {.state = DeliveryState::Waiting, .due = now, .cause = "the server stopped", .attempt = DeliveryOutcome::Attempt::GivenBack};
  if (!reply) return failed(reply.error().message(), 0, {}, taken, patience, now);
  const int status = static_cast<int>(reply->status);
  if (status >= 200 && status < 300) return {.state = DeliveryState::Delivered, .status = status};
  if (reply->status == kGone)
    return {.state = DeliveryState::GivenUp,
            .status = status,
            .cause = "the receiver answered 410: it is gone",
            .disable_for = "the receiver answered 410: it is gone"};
  const auto pause =
      std::chrono::milliseconds(std::clamp<std::chrono::seconds>(std::chrono::seconds(reply->retry_after_seconds), std::chrono::seconds(0), kLongestPause));
  const bool is_redirect = status >= 300 && status < 400;
  return failed(is_redirect ? fmt::format("the receiver answered {}, and redirects are not followed", status) : fmt::format("the receiver answered {}", status),
                status, pause, taken, patience, now);
}

WebhookSender::WebhookSender(WebhookStore& store, WebhookSenderOptions options)
    : store_(store), options_(std::move(options)), senders_(kSenders), thread_([this] { run(); }) {}

WebhookSender::~WebhookSender() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  stop_.cancel();
  changed_.notify_all();
}

std::optional<TakenDelivery> WebhookSender::take_next() {
  std::vector<WebhookId> busy;
  {
    const std::lock_guard lock(mutex_);
    if (is_closing_ || busy_.size() == kSenders) return std::nullopt;
    busy.assign(busy_.begin(), busy_.end());
  }
  const Timestamp now = options_.now();
  const auto due = store_.next_delivery_due(busy);
  if (!due || !*due || **due > now) return std::nullopt;
  auto taken = store_.take_delivery(now, options_.lease, busy);
  return taken ? std::move(*taken) : std::nullopt;
}

void WebhookSender::run() {
  for (;;) {
    auto taken = take_next();
    std::unique_lock lock(mutex_);
    if (!taken) {
      if (is_closing_) return;
      changed_.wait_for(lock, options_.look);
      continue;
    }
    busy_.insert(taken->webhook);
    lock.unlock();
    senders_.submit([this, taken = *std::move(taken)] { deliver(taken); });
  }
}

void WebhookSender::deliver(const TakenDelivery& taken) {
  const auto reply = send(taken, options_.now(), options_.deadlines, stop_.token());
  const Timestamp now = options_.now();
  std::ignore = store_.end_delivery(taken, outcome_of(reply, taken, options_.patience, now), now);  // what is not noted is told again after the lease
  {
    const std::lock_guard lock(mutex_);
    busy_.erase(taken.webhook);
  }
  changed_.notify_all();
}

}  // namespace cineloom
