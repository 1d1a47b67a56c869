#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/secret.h"
#include "domain/webhook.h"

namespace cineloom {

class Store;

struct NewWebhook {
  std::string url;                  ///< 1 .. 2000 bytes
  std::vector<std::string> topics;  ///< of topic::kAll, at least one
  bool may_be_private = false;
  std::string_view secret;          ///< that messages are signed with
  Timestamp at;
};

/// Something to tell. The message's body is {"type", "timestamp", "data"} as JSON.
struct Announcement {
  std::string_view topic;
  Timestamp at;
  ViewerId viewer = {};  ///< whom it is about; none = nobody
  std::string data;      ///< a JSON object of up to 64 KiB
};

/// A delivery that is being made; `attempt` tells it from those who made it before or after.
struct TakenDelivery {
  DeliveryId id;
  WebhookId webhook;
  std::string url;
  bool may_be_private = false;
  std::optional<Timestamp> failing_since;
  Secret secret;
  Secret old_secret;     ///< empty = none that still counts
  std::string message;
  std::string topic;
  Timestamp created;
  std::string body;
  int attempt = 1;
};

/// What came of an attempt.
struct DeliveryOutcome {
  DeliveryState state = DeliveryState::Delivered;
  std::optional<Timestamp> due = {};    ///< of the next attempt, for Waiting
  int status = 0;
  std::string cause = {};
  enum class Attempt { Counts, GivenBack };
  Attempt attempt = Attempt::Counts;    ///< GivenBack: as if it had never been taken
  std::string disable_for = {};         ///< the address is told nothing more, for this cause; empty = it stays
};

/// The part of the store that remembers whom to tell of what happens, what is still to be told, and what was. Events that append_events
/// adds, new lists of put_slate and shared jobs that end are announced in the transactions that keep them. A delivery that is being made
/// belongs to its node for the length of a lease; a node that dies lets it run out, and another makes it. The same promises as Store.
class WebhookStore {
 public:
  static constexpr int kMostWebhooks = 50;
  static constexpr int kMostWaiting = 10'000;  ///< deliveries of an address
  static constexpr int kMostEnded = 1'000;     ///< of an address that the log keeps

  virtual ~WebhookStore() = default;

  /// Errors: InvalidArgument for an address or topics out of range; ResourceExhausted past kMostWebhooks.
  virtual Expected<Webhook> add_webhook(const NewWebhook& webhook) = 0;
  /// In order of id.
  virtual Expected<std::vector<Webhook>> webhooks() = 0;
  /// With all that waits for it and its log. Errors: NotFound.
  virtual Expected<void> remove_webhook(WebhookId id) = 0;
  /// Tells a disabled address again, from the next message on. Errors: NotFound.
  virtual Expected<Webhook> enable_webhook(WebhookId id) = 0;
  /// Signs with this secret, and with the one before until then. Errors: NotFound.
  virtual Expected<Webhook> rotate_webhook_secret(WebhookId id, std::string_view secret, Timestamp old_until) = 0;

  /// Has every active address that wants the topic told, but for those for which too much waits; gives how many.
  virtual Expected<int> announce(const Announcement& announcement) = 0;
  /// Has one address told whatever it wants. Errors: NotFound; Conflict if it is disabled; ResourceExhausted if too much waits for it.
  virtual Expected<WebhookDelivery> announce_to(WebhookId id, const Announcement& announcement) = 0;
  /// Newest first. Errors: NotFound.
  virtual Expected<std::vector<WebhookDelivery>> deliveries(WebhookId id, int limit) = 0;

  /// When the next delivery is due that is not to one of these addresses; none if nothing waits. Without writing.
  virtual Expected<std::optional<Timestamp>> next_delivery_due(std::span<const WebhookId> busy) = 0;
  /// Takes the delivery that has been due for longest; none if none is.
  virtual Expected<std::optional<TakenDelivery>> take_delivery(Timestamp now, std::chrono::milliseconds lease, std::span<const WebhookId> busy) = 0;
  /// What was sent is forgotten with the end of a delivery; the log stays. Nothing happens if the lease was lost.
  virtual Expected<void> end_delivery(const TakenDelivery& taken, const DeliveryOutcome& outcome, Timestamp now) = 0;
};

/// Every store is one; it lives as long as the store.
WebhookStore& webhook_store(Store& store);

}  // namespace cineloom
