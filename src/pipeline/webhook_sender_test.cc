// A real receiver on this machine, a real store, and the sender between them.
#include "pipeline/webhook_sender.h"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <atomic>
#include <deque>

#include "base/files.h"
#include "outbound/testing/loopback_listener.h"
#include "pipeline/webhooks.h"
#include "privacy/webhook_signature.h"
#include "store/store_address.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

Timestamp at(std::int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

/// Answers each request with the next prepared status, the last one again and again, and remembers what it was sent.
class Receiver {
 public:
  explicit Receiver(std::deque<std::string> answers) : answers_(std::move(answers)) {
    thread_ = listener_.start([this](int client) { answer(client); });
  }
  [[nodiscard]] std::string url() const { return listener_.url() + "/hook"; }
  [[nodiscard]] std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void answer(int client) {
    std::string request;
    std::size_t wanted = std::string::npos;
    while (request.size() < wanted) {
      char bytes[4096];
      const ssize_t got = ::recv(client, bytes, sizeof(bytes), 0);
      if (got <= 0) return;
      request.append(bytes, static_cast<std::size_t>(got));
      const auto head = request.find("\r\n\r\n");
      const auto length = request.find("Content-Length: ");
      if (head != std::string::npos) wanted = head + 4 + (length == std::string::npos ? 0 : std::stoul(request.substr(length + 16)));
    }
    std::string text;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      text = "HTTP/1.1 " + answers_.front() + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      if (answers_.size() > 1) answers_.pop_front();
    }
    std::ignore = ::send(client, text.data(), text.size(), MSG_NOSIGNAL);  // whoever has hung up is not told
  }

  std::mutex mutex_;
  std::deque<std::string> answers_;
  std::vector<std::string> requests_;
  LoopbackListener listener_;
  std::jthread thread_;
};

std::string header_of(const std::string& request, const std::string& name) {
  const auto begin = request.find("\r\n" + name + ": ");
  if (begin == std::string::npos) return "";
  const auto value = begin + name.size() + 4;
  return request.substr(value, request.find("\r\n", value) - value);
}
std::string body_of(const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); }

/// What a receiver does with a message and the secret it was given.
std::string expected_signature(const std::string& request, const Secret& secret) {
  const auto signature = privacy::sign_webhook(
      secret, {.id = header_of(request, "webhook-id"), .seconds = std::stoll(header_of(request, "webhook-timestamp")), .body = body_of(request)});
  return signature ? *signature : signature.error().describe();
}

class WebhookSending : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::create("cineloom-webhooks");
    ASSERT_TRUE(folder);
    folder_.emplace(*std::move(folder));
    open();
  }
  void open() {
    store_.reset();
    auto opened = open_store(folder_->path().string(), StoreAccess::ReadWrite);
    ASSERT_TRUE(opened) << opened.error().describe();
    store_ = *std::move(opened);
  }
  SignedWebhook add(const std::string& url) {
    auto added = add_webhook(*store_, {.url = url, .topics = {std::string(topic::kEventCreated)}, .may_be_private = true}, at(1));
    EXPECT_TRUE(added) << added.error().describe();
    return added ? std::move(*added) : SignedWebhook();
  }
  void tell(std::int64_t seconds) {
    const auto viewer = store_->put_viewer({.name = "Ada"});
    const auto film = store_->put_film({.key = "x"});
    ASSERT_TRUE(store_->append_events(std::vector{Event{.viewer = *viewer, .film = *film, .kind = EventKind::Like, .at = at(seconds)}}));
  }
  [[nodiscard]] std::unique_ptr<WebhookSender> start(DeliveryPatience patience = {}) {
    return std::make_unique<WebhookSender>(
        webhook_store(*store_), WebhookSenderOptions{.now = [this] { return at(now_); }, .patience = patience, .look = std::chrono::milliseconds(1)});
  }
  WebhookDelivery newest(WebhookId id) {
    const auto log = webhook_store(*store_).deliveries(id, 1);
    return log && !log->empty() ? log->front() : WebhookDelivery();
  }
  /// The newest delivery once it is so.
  template <class Claim>
  WebhookDelivery once(WebhookId id, Claim is_so) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    for (;;) {
      WebhookDelivery delivery = newest(id);
      if (is_so(delivery) || std::chrono::steady_clock::now() > end) return delivery;
      std::this_thread::yield();
    }
  }
  WebhookDelivery once_tried(WebhookId id) {
    return once(id, [](const WebhookDelivery& delivery) { return delivery.status != 0 || !delivery.cause.empty(); });
  }
  WebhookDelivery once_ended(WebhookId id) {
    return once(id, [](const WebhookDelivery& delivery) { return delivery.attempts > 0 && delivery.state != DeliveryState::Waiting; });
  }

  std::optional<TemporaryFolder> folder_;
  std::unique_ptr<Store> store_;
  std::atomic<std::int64_t> now_ = 100;
};

TEST_F(WebhookSending, ASignedMessageReachesItsReceiver) {
  Receiver receiver({"204 No Content"});
  const SignedWebhook hook = add(receiver.url());
  const auto sender = start();
  tell(100);
  EXPECT_EQ(once_ended(hook.webhook.id).state, DeliveryState::Delivered);
  const auto requests = receiver.requests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(header_of(requests[0], "webhook-signature"), expected_signature(requests[0], hook.secret));
  EXPECT_EQ(header_of(requests[0], "webhook-timestamp"), "100");
  EXPECT_EQ(header_of(requests[0], "webhook-id"), newest(hook.webhook.id).message);
  EXPECT_EQ(header_of(requests[0], "Content-Type"), "application/json");
  EXPECT_THAT(body_of(requests[0]), HasSubstr(R"("type":"event.created")"));
}

TEST_F(WebhookSending, WhatFailedIsToldAgainByWhoeverComesNext) {
  Receiver receiver({"500 Internal Server Error", "200 OK"});
  const SignedWebhook hook = add(receiver.url());
  {
    const auto sender = start();
    tell(100);
    const WebhookDelivery failed = once_tried(hook.webhook.id);
    EXPECT_EQ(failed.state, DeliveryState::Waiting);
    EXPECT_EQ(failed.status, 500);
    EXPECT_GE(*failed.due, at(104));
    EXPECT_LE(*failed.due, at(106));
  }
  open();  // another process, some time later
  now_ = 110;
  const auto sender = start();
  EXPECT_EQ(once_ended(hook.webhook.id).state, DeliveryState::Delivered);
  const auto requests = receiver.requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(header_of(requests[0], "webhook-id"), header_of(requests[1], "webhook-id"));
  EXPECT_EQ(header_of(requests[1], "webhook-timestamp"), "110");
  EXPECT_EQ(header_of(requests[1], "webhook-signature"), expected_signature(requests[1], hook.secret));
  EXPECT_EQ(body_of(requests[0]), body_of(requests[1]));
}

TEST_F(WebhookSending, BothSecretsSignWhileTheOldOneCounts) {
  Receiver receiver({"200 OK"});
  const SignedWebhook old = add(receiver.url());
  const auto rotated = rotate_webhook_secret(*store_, old.webhook.id, std::chrono::hours(1), at(100));
  ASSERT_TRUE(rotated) << rotated.error().describe();
  const auto sender = start();
  tell(100);
  once_ended(old.webhook.id);
  const auto requests = receiver.requests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(header_of(requests[0], "webhook-signature"), expected_signature(requests[0], rotated->secret) + " " + expected_signature(requests[0], old.secret));
}

TEST_F(WebhookSending, ARedirectIsNoDeliveryAndLeadsNowhere) {
  Receiver other({"200 OK"});
  Receiver receiver({"302 Found\r\nLocation: " + other.url()});
  const SignedWebhook hook = add(receiver.url());
  const auto sender = start();
  tell(100);
  const WebhookDelivery delivery = once_tried(hook.webhook.id);
  EXPECT_EQ(delivery.state, DeliveryState::Waiting);
  EXPECT_THAT(delivery.cause, HasSubstr("redirects are not followed"));
  EXPECT_THAT(other.requests(), IsEmpty());
}

TEST_F(WebhookSending, AReceiverThatIsGoneIsToldNothingMore) {
  Receiver receiver({"410 Gone"});
  const SignedWebhook hook = add(receiver.url());
  const auto sender = start();
  tell(100);
  EXPECT_EQ(once_ended(hook.webhook.id).state, DeliveryState::GivenUp);
  EXPECT_EQ(webhook_store(*store_).webhooks()->front().state, WebhookState::Disabled);
}

TEST_F(WebhookSending, AnAddressOfThisMachineIsRefusedUnlessTheOwnerSaysSo) {
  Receiver receiver({"200 OK"});
  const auto refused = add_webhook(*store_, {.url = receiver.url(), .topics = {std::string(topic::kEventCreated)}}, at(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::InvalidArgument);
  for (const char* url :
       {"https://127.0.0.1/", "https://[::1]/", "https://10.0.0.7/", "https://169.254.169.254/", "ftp://example.org/", "https://a:b@example.org/"})
    EXPECT_EQ(add_webhook(*store_, {.url = url, .topics = {std::string(topic::kEventCreated)}}, at(1)).error().code(), ErrorCode::InvalidArgument) << url;
  // Whatever was named before: the address is judged at each attempt.
  const auto known = webhook_store(*store_).add_webhook({.url = "https" + receiver.url().substr(4),
                                                         .topics = {std::string(topic::kEventCreated)},
                                                         .may_be_private = false,
                                                         .secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                                         .at = at(1)});
  ASSERT_TRUE(known);
  const auto sender = start();
  tell(100);
  EXPECT_THAT(once_tried(known->id).cause, HasSubstr("not spoken with"));
  EXPECT_THAT(receiver.requests(), IsEmpty());
}

TakenDelivery taken_at(int attempt, std::optional<Timestamp> failing_since = {}) {
  TakenDelivery taken;
  taken.message = "msg_x";
  taken.attempt = attempt;
  taken.failing_since = failing_since;
  return taken;
}

TEST(DeliveryOutcomes, WaitLongerAfterEachFailureAndEndAfterTheLast) {
  const DeliveryPatience patience;
  const Expected<outbound::HttpReply> broken = outbound::HttpReply{.status = 503, .content_type = {}};
  Timestamp before = at(0);
  for (int attempt = 1; attempt < patience.attempts; ++attempt) {
    const DeliveryOutcome outcome = outcome_of(broken, taken_at(attempt), patience, at(0));
    ASSERT_EQ(outcome.state, DeliveryState::Waiting);
    EXPECT_GT(*outcome.due, at(0));
    EXPECT_LE(*outcome.due, at(0) + patience.longest * 6 / 5);
    if (attempt < 7) { EXPECT_GT(*outcome.due, before); }
    before = *outcome.due;
  }
  EXPECT_EQ(outcome_of(broken, taken_at(patience.attempts), patience, at(0)).state, DeliveryState::GivenUp);
}

TEST(DeliveryOutcomes, GiveAnAddressUpThatFailedForDays) {
  const DeliveryPatience patience;
  const Expected<outbound::HttpReply> broken = fail(ErrorCode::Unavailable, "no connection");
  EXPECT_EQ(outcome_of(broken, taken_at(2, at(0)), patience, at(4 * 86'400)).disable_for, "");
  const DeliveryOutcome outcome = outcome_of(broken, taken_at(2, at(0)), patience, at(5 * 86'400));
  EXPECT_EQ(outcome.state, DeliveryState::GivenUp);
  EXPECT_THAT(outcome.disable_for, HasSubstr("no connection"));
}

TEST(DeliveryOutcomes, KeepToWhatAReceiverAsksForWithinADay) {
  const Expected<outbound::HttpReply> busy = outbound::HttpReply{.status = 429, .content_type = {}, .retry_after_seconds = 600};
  EXPECT_EQ(outcome_of(busy, taken_at(1), {}, at(0)).due, at(600));
  const Expected<outbound::HttpReply> greedy = outbound::HttpReply{.status = 429, .content_type = {}, .retry_after_seconds = 1'000'000};
  EXPECT_EQ(outcome_of(greedy, taken_at(1), {}, at(0)).due, at(86'400));
}

}  // namespace
}  // namespace cineloom
