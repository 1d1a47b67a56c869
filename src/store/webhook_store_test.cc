// What every store must do for webhooks, and what it counts; the stores are listed in store_test.cc.
#include "store/webhook_store.h"

#include "store/rating_counts.h"
#include "store/testing/conformance.h"

namespace cineloom::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using namespace std::chrono_literals;

constexpr auto kLease = 1min;

Timestamp at(std::int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

Webhook add_hook(Store& store, std::vector<std::string> topics = {std::string(topic::kEventCreated)}) {
  const auto added = webhook_store(store).add_webhook({.url = "https://example.org/hook?x=1", .topics = std::move(topics), .secret = "whsec_one", .at = at(1)});
  EXPECT_TRUE(added) << added.error().describe();
  return added.value_or(Webhook());
}

Announcement hello(std::int64_t seconds = 10) { return {.topic = topic::kEventCreated, .at = at(seconds), .data = R"({"a":1})"}; }

std::optional<TakenDelivery> take(Store& store, Timestamp now, std::vector<WebhookId> busy = {}) {
  auto taken = webhook_store(store).take_delivery(now, kLease, busy);
  EXPECT_TRUE(taken) << taken.error().describe();
  return taken ? std::move(*taken) : std::nullopt;
}

TEST_P(StoreConformance, KeepsAWebhookAndItsSecretAcrossARestart) {
  const Webhook added = add_hook(*store_, {std::string(topic::kEventCreated), std::string(topic::kJobFinished)});
  ASSERT_TRUE(webhook_store(*store_).announce(hello()));
  restart();
  const auto webhooks = webhook_store(*store_).webhooks();
  ASSERT_TRUE(webhooks) << webhooks.error().describe();
  ASSERT_THAT(*webhooks, SizeIs(1));
  EXPECT_EQ(webhooks->front().id, added.id);
  EXPECT_EQ(webhooks->front().url, "https://example.org/hook?x=1");
  EXPECT_THAT(webhooks->front().topics, SizeIs(2));
  EXPECT_EQ(webhooks->front().waiting, 1);
  const auto taken = take(*store_, at(10));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->secret.reveal(), "whsec_one");
  EXPECT_TRUE(taken->old_secret.is_empty());
  EXPECT_EQ(taken->body, R"({"type":"event.created","timestamp":"1970-01-01T00:00:10.000Z","data":{"a":1}})");
}

TEST_P(StoreConformance, RefusesUnknownTopicsAndMoreWebhooksThanThereMayBe) {
  WebhookStore& hooks = webhook_store(*store_);
  EXPECT_EQ(hooks.add_webhook({.url = "https://x", .topics = {}, .secret = "s"}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(hooks.add_webhook({.url = "https://x", .topics = {"film.eaten"}, .secret = "s"}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(hooks.add_webhook({.url = "", .topics = {"job.finished"}, .secret = "s"}).error().code(), ErrorCode::InvalidArgument);
  for (int i = 0; i < WebhookStore::kMostWebhooks; ++i) add_hook(*store_);
  EXPECT_EQ(hooks.add_webhook({.url = "https://x", .topics = {"job.finished"}, .secret = "s"}).error().code(), ErrorCode::ResourceExhausted);
  EXPECT_EQ(hooks.remove_webhook(WebhookId(9999)).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(hooks.deliveries(WebhookId(9999), 1).error().code(), ErrorCode::NotFound);
}

TEST_P(StoreConformance, AnnouncesAnEventOnceToThoseWhoWantToKnow) {
  const Webhook told = add_hook(*store_);
  const Webhook other = add_hook(*store_, {std::string(topic::kJobFinished)});
  const Event event{.viewer = add_viewer("Ada"), .film = add_film("x"), .kind = EventKind::Rate, .value = 4, .at = at(5), .key = "k"};
  ASSERT_TRUE(store_->append_events(std::vector{event}));
  ASSERT_TRUE(store_->append_events(std::vector{event}));
  EXPECT_THAT(*webhook_store(*store_).deliveries(told.id, 10), SizeIs(1)) << "sent again, it is the same";
  EXPECT_THAT(*webhook_store(*store_).deliveries(other.id, 10), IsEmpty());
  const auto taken = take(*store_, at(5));
  ASSERT_TRUE(taken);
  EXPECT_THAT(taken->body, HasSubstr(R"("kind":"rate")"));
  EXPECT_THAT(taken->body, HasSubstr(R"("value":4)"));
  EXPECT_THAT(taken->message, HasSubstr("msg_"));
}

TEST_P(StoreConformance, AnnouncesAListWithoutWhatItsContextTells) {
  const Webhook told = add_hook(*store_, {std::string(topic::kRecommendationShown)});
  const ViewerId viewer = add_viewer("Ada");
  const Slate slate{
      .viewer = viewer, .at = at(7), .key = "v", .ranker = "r", .context = "very sad", .items = {{.film = add_film("x"), .position = 1, .score = 2}}};
  ASSERT_TRUE(store_->put_slate(slate));
  ASSERT_TRUE(store_->put_slate(slate));
  ASSERT_THAT(*webhook_store(*store_).deliveries(told.id, 10), SizeIs(1));
  const auto taken = take(*store_, at(7));
  EXPECT_THAT(taken->body, HasSubstr(R"("position":1)"));
  EXPECT_THAT(taken->body, Not(HasSubstr("sad")));
}

TEST_P(StoreConformance, LetsAnotherNodeMakeTheDeliveryOfOneThatDied) {
  add_hook(*store_);
  ASSERT_TRUE(webhook_store(*store_).announce(hello(10)));
  EXPECT_FALSE(take(*store_, at(9))) << "it is not due";
  const auto first = take(*store_, at(10));
  ASSERT_TRUE(first);
  EXPECT_FALSE(take(*store_, at(69)));
  restart();
  const auto second = take(*store_, at(70));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->attempt, 2);
  EXPECT_EQ(second->message, first->message);
  ASSERT_TRUE(webhook_store(*store_).end_delivery(*first, {.state = DeliveryState::GivenUp, .cause = "late"}, at(71)));
  const auto log = webhook_store(*store_).deliveries(second->webhook, 10);
  EXPECT_EQ(log->front().state, DeliveryState::Waiting) << "whose lease was lost ends nothing";
  ASSERT_TRUE(webhook_store(*store_).end_delivery(*second, {.state = DeliveryState::Delivered, .status = 204}, at(72)));
  const auto ended = webhook_store(*store_).deliveries(second->webhook, 10);
  EXPECT_EQ(ended->front().state, DeliveryState::Delivered);
  EXPECT_EQ(ended->front().status, 204);
  EXPECT_EQ(ended->front().ended, at(72));
  EXPECT_FALSE(take(*store_, at(9999)));
}

TEST_P(StoreConformance, PassesOverAddressesThatAreBusyAndGivesBackWhatWasTakenInVain) {
  const Webhook one = add_hook(*store_);
  const Webhook other = add_hook(*store_);
  ASSERT_EQ(*webhook_store(*store_).announce(hello(10)), 2);
  EXPECT_EQ(take(*store_, at(10), {one.id})->webhook, other.id);
  EXPECT_EQ(*webhook_store(*store_).next_delivery_due(std::vector{one.id}), at(70));
  EXPECT_EQ(*webhook_store(*store_).next_delivery_due({}), at(10));
  const auto taken = take(*store_, at(10));
  ASSERT_TRUE(
      webhook_store(*store_).end_delivery(*taken, {.state = DeliveryState::Waiting, .due = at(11), .attempt = DeliveryOutcome::Attempt::GivenBack}, at(11)));
  EXPECT_EQ(take(*store_, at(11))->attempt, 1);
  EXPECT_EQ((*webhook_store(*store_).webhooks())[0].failing_since, std::nullopt) << "a delivery that was given back has not failed";
}

TEST_P(StoreConformance, SignsWithTheOldSecretTooUntilItIsOver) {
  const Webhook added = add_hook(*store_);
  ASSERT_TRUE(webhook_store(*store_).rotate_webhook_secret(added.id, "whsec_two", at(100)));
  EXPECT_EQ(webhook_store(*store_).rotate_webhook_secret(WebhookId(999), "s", at(1)).error().code(), ErrorCode::NotFound);
  ASSERT_TRUE(webhook_store(*store_).announce(hello(10)));
  const auto early = take(*store_, at(10));
  EXPECT_EQ(early->secret.reveal(), "whsec_two");
  EXPECT_EQ(early->old_secret.reveal(), "whsec_one");
  const auto late = take(*store_, at(100));
  EXPECT_EQ(late->secret.reveal(), "whsec_two");
  EXPECT_TRUE(late->old_secret.is_empty());
}

TEST_P(StoreConformance, GivesUpWhatWaitsForAnAddressThatIsDisabledAndTellsItAgainWhenItIsEnabled) {
  const Webhook added = add_hook(*store_);
  ASSERT_TRUE(webhook_store(*store_).announce(hello(10)));
  ASSERT_TRUE(webhook_store(*store_).announce(hello(11)));
  const auto failed = take(*store_, at(12));
  ASSERT_TRUE(webhook_store(*store_).end_delivery(*failed, {.state = DeliveryState::Waiting, .due = at(20), .cause = "500"}, at(12)));
  EXPECT_EQ(webhook_store(*store_).webhooks()->front().failing_since, at(12));
  const auto again = take(*store_, at(20));
  ASSERT_TRUE(webhook_store(*store_).end_delivery(*again, {.state = DeliveryState::GivenUp, .cause = "410", .disable_for = "it is gone"}, at(21)));
  const auto disabled = webhook_store(*store_).webhooks();
  EXPECT_EQ(disabled->front().state, WebhookState::Disabled);
  EXPECT_EQ(disabled->front().cause, "it is gone");
  EXPECT_EQ(disabled->front().waiting, 0);
  EXPECT_EQ(*webhook_store(*store_).announce(hello(22)), 0);
  EXPECT_EQ(webhook_store(*store_).announce_to(added.id, hello()).error().code(), ErrorCode::Conflict);
  ASSERT_TRUE(webhook_store(*store_).enable_webhook(added.id));
  EXPECT_EQ(*webhook_store(*store_).announce(hello(23)), 1);
  EXPECT_EQ(webhook_store(*store_).webhooks()->front().failing_since, std::nullopt);
}

TEST_P(StoreConformance, ForgetsWhatWasToldOfAViewerWhoIsErased) {
  const Webhook told = add_hook(*store_);
  const ViewerId ada = add_viewer("Ada");
  const FilmId film = add_film("x");
  ASSERT_TRUE(
      store_->append_events(std::vector{Event{.viewer = ada, .film = film, .at = at(1)}, Event{.viewer = add_viewer("Bo"), .film = film, .at = at(2)}}));
  ASSERT_THAT(*webhook_store(*store_).deliveries(told.id, 10), SizeIs(2));
  EXPECT_THAT(*store_->viewer_data(ada), AllOf(HasSubstr("https://example.org"), Not(HasSubstr("/hook")))) << "a path may hold a secret of the receiver's";
  ASSERT_TRUE(store_->erase_viewer(ada, {}));
  EXPECT_THAT(*webhook_store(*store_).deliveries(told.id, 10), SizeIs(1));
  ASSERT_TRUE(webhook_store(*store_).remove_webhook(told.id));
  EXPECT_THAT(*webhook_store(*store_).webhooks(), IsEmpty());
  EXPECT_EQ(*webhook_store(*store_).next_delivery_due({}), std::nullopt);
}

TEST_P(StoreConformance, CountsTheRatingsThatStandAsReadingThemDoes) {
  const ViewerId ada = add_viewer("Ada");
  const ViewerId bo = add_viewer("Bo");
  add_viewer("Cy");
  const FilmId film = add_film("x");
  ASSERT_TRUE(store_->append_events(std::vector{Event{.viewer = ada, .film = film, .kind = EventKind::Rate, .value = 3, .at = at(1)},
                                                Event{.viewer = ada, .film = add_film("y"), .kind = EventKind::Rate, .value = 4, .at = at(2)},
                                                Event{.viewer = ada, .film = film, .kind = EventKind::Watch, .at = at(3)},
                                                Event{.viewer = bo, .film = film, .kind = EventKind::Like, .at = at(4)}}));
  const auto counts = rating_counts(*store_);
  ASSERT_TRUE(counts) << counts.error().describe();
  EXPECT_THAT(*counts, SizeIs(1));
  EXPECT_EQ(counts->at(ada), 2);
}

TEST_P(StoreConformance, CountsWhatWasWatchedUntilAndSinceAMomentWithoutDataSets) {
  const ViewerId ada = add_viewer("Ada");
  const FilmId film = add_film("x");
  const FilmId other = add_film("y");
  ASSERT_TRUE(store_->append_events(std::vector{Event{.viewer = ada, .film = film, .kind = EventKind::Rate, .value = 3, .at = at(1)},
                                                Event{.viewer = ada, .film = film, .kind = EventKind::Hide, .at = at(2)},
                                                Event{.viewer = ada, .film = film, .kind = EventKind::Watch, .at = at(3)},
                                                Event{.viewer = ada, .film = other, .kind = EventKind::Like, .at = at(4)}}));
  ImportBatch batch{.source = "movielens"};
  batch.films = {{.key = "x"}};
  batch.viewers = {{.name = "v7"}};
  batch.tables.push_back({.origin = "movielens", .viewers = {"v7"}, .film_keys = {"x"}, .ratings = {{.viewer = 0, .film = 0, .stars = 4, .at_seconds = 2}}});
  const auto applied = apply(batch);
  ASSERT_TRUE(applied) << applied.error().describe();
  const auto counts = watch_counts(*store_, at(3));
  ASSERT_TRUE(counts) << counts.error().describe();
  EXPECT_EQ(counts->until, (std::map<FilmId, int>{{film, 2}}));
  EXPECT_EQ(counts->since, (std::map<FilmId, int>{{other, 1}}));
}

}  // namespace
}  // namespace cineloom::testing
