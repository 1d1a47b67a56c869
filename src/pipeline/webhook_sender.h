#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "base/thread_pool.h"
#include "outbound/transfer.h"
#include "store/webhook_store.h"

namespace cineloom {

/// When a delivery that failed is tried again, and when an address is given up.
struct DeliveryPatience {
  std::chrono::milliseconds first{5'000};        ///< after the first failure; each further wait is four times as long, give or take a fifth
  std::chrono::milliseconds longest{12 * 3'600'000};
  int attempts = 10;                             ///< of one delivery, some 32 hours of them; >= 1
  std::chrono::milliseconds disable{5 * 86'400'000};  ///< an address that failed for so long without a success between is told nothing more
};

/// What an attempt comes to: an answer of 2xx is a delivery; 410 says that nobody wants to be told any more; everything else, also a redirect,
/// is tried again, no sooner than a Retry-After asks for.
DeliveryOutcome outcome_of(const Expected<outbound::HttpReply>& reply, const TakenDelivery& taken, const DeliveryPatience& patience, Timestamp now);

struct WebhookSenderOptions {
  std::function<Timestamp()> now;
  DeliveryPatience patience;
  outbound::Deadlines deadlines{
      .connect = std::chrono::seconds(5), .first_byte = std::chrono::seconds(15), .idle = std::chrono::seconds(5), .total = std::chrono::seconds(20)};
  std::chrono::milliseconds look{250};           ///< how often the store is looked into, > 0
  std::chrono::milliseconds lease{60'000};       ///< after which another node makes the delivery of one that died; more than deadlines.total
};

/// Tells other programs what the store has for them: signed as Standard Webhooks asks, to each address one message at a time, to several
/// addresses at once. Any number of nodes may do so on one store. What is under way when it ends is given back and told again by whoever
/// comes next, so a message may come twice; its id tells.
class WebhookSender {
 public:
  /// The store must outlive it.
  WebhookSender(WebhookStore& store, WebhookSenderOptions options);
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

 private:
  void run();
  /// The next delivery that is due, taken; none if there is none, or the store cannot be asked now.
  std::optional<TakenDelivery> take_next();
  void deliver(const TakenDelivery& taken);

  WebhookStore& store_;
  WebhookSenderOptions options_;
  CancelSource stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<WebhookId> busy_;
  bool is_closing_ = false;
  ThreadPool senders_;
  std::jthread thread_;  ///< ends first
};

}  // namespace cineloom
