// What a store on a server must do beyond what every store must: several programs at a time, and servers that go and come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <future>

#include "store/store_address.h"
#include "store/testing/postgres_server.h"

namespace cineloom::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class PostgresNodes : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_postgres(); !why.empty()) GTEST_SKIP() << why;
    const auto address = server().add_library();
    ASSERT_TRUE(address) << address.error().describe();
    address_ = *address;
  }
  static PostgresServer& server() { return **shared_postgres(); }
  std::unique_ptr<Store> open() {
    auto store = open_store(address_);
    EXPECT_TRUE(store) << store.error().describe();
    return store ? *std::move(store) : nullptr;
  }

  std::string address_;
};

Event event_of(ViewerId viewer, FilmId film, int number) {
  return {.viewer = viewer, .film = film, .kind = EventKind::Like, .at = Timestamp(std::chrono::seconds(number)), .key = std::to_string(number)};
}

TEST_F(PostgresNodes, MakeTheTablesOnceWhenSeveralStartAtATime) {
  std::vector<std::future<std::unique_ptr<Store>>> opening;
  for (int i = 0; i < 6; ++i) opening.push_back(std::async(std::launch::async, [this] { return open(); }));
  for (auto& one : opening) {
    const auto store = one.get();
    ASSERT_TRUE(store);
    EXPECT_TRUE(store->put_film({.key = "same"}));
  }
  EXPECT_THAT(*open()->all_films(), SizeIs(1));
}

TEST_F(PostgresNodes, CountEachEventOnceWhenAllTellTheSame) {
  const auto first = open();
  const ViewerId viewer = *first->put_viewer({.name = "Ada"});
  const FilmId film = *first->put_film({.key = "x"});
  std::vector<std::future<int>> telling;
  for (int node = 0; node < 4; ++node) {
    telling.push_back(std::async(std::launch::async, [&, node] {
      const auto store = open();
      int added = 0;
      for (int batch = 0; batch < 10; ++batch) {
        std::vector<Event> events;
        // Each node tells them in another order: they must wait for each other, not collide for good.
        for (int i = 0; i < 20; ++i) events.push_back(event_of(viewer, film, batch * 20 + (i * (node * 2 + 1)) % 20));
        const auto receipt = store->append_events(events);
        EXPECT_TRUE(receipt) << receipt.error().describe();
        if (receipt) added += receipt->added;
      }
      return added;
    }));
  }
  int added = 0;
  for (auto& one : telling) added += one.get();
  EXPECT_EQ(added, 200);
  EXPECT_THAT(*first->events_of(viewer), SizeIs(200));
}

TEST_F(PostgresNodes, KnowTheSameEventTwiceInOneCall) {
  const auto store = open();
  const ViewerId viewer = *store->put_viewer({.name = "Ada"});
  const FilmId film = *store->put_film({.key = "x"});
  const auto receipt = store->append_events(std::array{event_of(viewer, film, 1), event_of(viewer, film, 1)});
  ASSERT_TRUE(receipt) << receipt.error().describe();
  EXPECT_EQ(receipt->added, 1);
  EXPECT_EQ(receipt->duplicates, 1);
  EXPECT_EQ(receipt->ids[0], receipt->ids[1]);
}

TEST_F(PostgresNodes, SeeEachOthersModelsAndForecasts) {
  const auto one = open();
  const auto other = open();
  ASSERT_TRUE(one->put_model("m", "bytes"));
  EXPECT_EQ(**other->model("m"), "bytes");
  const ViewerId viewer = *one->put_viewer({.name = "Ada"});
  const FilmId film = *other->put_film({.key = "x"});
  ASSERT_TRUE(one->lock_forecast({.viewer = viewer, .film = film, .stars = 3, .low = 2, .high = 4}));
  EXPECT_FALSE(other->lock_forecast({.viewer = viewer, .film = film, .stars = 4, .low = 2, .high = 5})->is_new);
}

TEST_F(PostgresNodes, GoOnAfterTheServerCrashedWithAllThatWasAcknowledged) {
  const auto store = open();
  const ViewerId viewer = *store->put_viewer({.name = "Ada"});
  const FilmId film = *store->put_film({.key = "x"});
  for (int i = 0; i < 20; ++i) {
    if (i == 10) {
      server().stop(SIGKILL);
      ASSERT_TRUE(server().launch());
    }
    const auto receipt = store->append_events(std::array{event_of(viewer, film, i)});
    ASSERT_TRUE(receipt) << receipt.error().describe();
  }
  EXPECT_THAT(*store->events_of(viewer), SizeIs(20));
  EXPECT_TRUE(store->check());
}

TEST_F(PostgresNodes, RefuseAPasswordInTheAddressWithoutRepeatingIt) {
  const auto store = open_store("postgresql://ada:geh3im@localhost/library");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(store.error().describe(), Not(HasSubstr("geh3im")));
  EXPECT_THAT(store.error().next_step(), HasSubstr("pgpass"));
}

TEST_F(PostgresNodes, LeaveADatabaseOfAnotherProgramAlone) {
  ASSERT_TRUE(server().sql(address_, "CREATE TABLE films(title text)"));
  EXPECT_EQ(open_store(address_).error().code(), ErrorCode::DataLoss);
}

TEST_F(PostgresNodes, LeaveADatabaseOfANewerProgramAlone) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(server().sql(address_, "UPDATE cineloom_schema SET version=9999"));
  EXPECT_EQ(open_store(address_).error().code(), ErrorCode::DataLoss);
}

TEST_F(PostgresNodes, NeverChangeALockedForecastEvenFromOutside) {
  const auto store = open();
  const ViewerId viewer = *store->put_viewer({.name = "Ada"});
  const FilmId film = *store->put_film({.key = "x"});
  ASSERT_TRUE(store->lock_forecast({.viewer = viewer, .film = film, .stars = 3, .low = 2, .high = 4}));
  EXPECT_FALSE(server().sql(address_, "UPDATE forecasts SET stars=5"));
}

TEST_F(PostgresNodes, AnswerWithTheLastGoodModelWhenTheActiveOneIsDamaged) {
  const auto store = open();
  for (const char* bytes : {"first", "second"}) ASSERT_TRUE(store->add_model({.name = "m", .bytes = bytes}));
  ASSERT_TRUE(server().sql(address_, "UPDATE model_pieces SET bytes='x' WHERE model=2"));
  EXPECT_EQ((*store->active_model("m"))->bytes, "first");
  EXPECT_EQ(store->check().error().code(), ErrorCode::DataLoss);
}

TEST_F(PostgresNodes, SayThatAServerCannotBeReached) {
  const auto store = open_store("postgresql:///library?host=/nonexistent");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), ErrorCode::Unavailable);
}

}  // namespace
}  // namespace cineloom::testing
