#include "serve/repeated_requests.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <latch>
#include <thread>

namespace cineloom::serve {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using namespace std::chrono_literals;

const RepeatedRequests::Time kNow{};

HttpRequest keyed(const std::string& key, const std::string& body = "{}", const std::string& method = "POST") {
  HttpRequest request{.method = method, .path = "/api/v1/stories", .headers = {{"idempotency-key", key}}, .body = body, .visitor = {}};
  request.visitor.kind = Visitor::Kind::Household;
  return request;
}

/// Answers with a number that says how often it was asked.
struct Counter {
  int status = 201;
  int made = 0;
  HttpResponse operator()() { return {.status = status, .body = fmt::format("{}", ++made)}; }
};

TEST(RepeatedRequests, OneThatIsSentAgainIsDoneOnce) {
  RepeatedRequests repeated;
  Counter counter;
  const auto make = [&counter] { return counter(); };
  EXPECT_EQ(repeated.answer(keyed("a"), kNow, make).body, "1");
  const HttpResponse again = repeated.answer(keyed("a"), kNow + 1h, make);
  EXPECT_EQ(again.body, "1");
  EXPECT_EQ(again.status, 201);
  EXPECT_THAT(again.headers, Contains(Pair("Idempotent-Replayed", "true")));
  EXPECT_EQ(repeated.answer(keyed("b"), kNow, make).body, "2");
}

TEST(RepeatedRequests, WithoutAKeyOrWhereRepeatingDoesNoHarmAllIsDone) {
  RepeatedRequests repeated;
  Counter counter;
  const auto make = [&counter] { return counter(); };
  for (int i = 0; i < 2; ++i) {
    repeated.answer(keyed(""), kNow, make);
    repeated.answer(keyed("a", "", "GET"), kNow, make);
    repeated.answer(keyed("a", "", "DELETE"), kNow, make);
  }
  EXPECT_EQ(counter.made, 6);
}

TEST(RepeatedRequests, AnotherRequestUnderTheSameKeyIsRefused) {
  RepeatedRequests repeated;
  Counter counter;
  const auto make = [&counter] { return counter(); };
  repeated.answer(keyed("a", R"({"seed":1})"), kNow, make);
  const HttpResponse refused = repeated.answer(keyed("a", R"({"seed":2})"), kNow, make);
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr("a key of its own"));
  HttpRequest elsewhere = keyed("a", R"({"seed":1})");
  elsewhere.query["viewer"] = "7";
  EXPECT_EQ(repeated.answer(elsewhere, kNow, make).status, 422);
  EXPECT_EQ(repeated.answer(keyed(std::string(256, 'k')), kNow, make).status, 400);
  EXPECT_EQ(counter.made, 1);
}

TEST(RepeatedRequests, KeysAreEachVisitorsOwn) {
  RepeatedRequests repeated;
  Counter counter;
  const auto make = [&counter] { return counter(); };
  repeated.answer(keyed("a"), kNow, make);
  HttpRequest another = keyed("a");
  another.visitor.kind = Visitor::Kind::Account;
  another.visitor.account.id = AccountId(3);
  EXPECT_EQ(repeated.answer(another, kNow, make).body, "2");
  HttpRequest nobody = keyed("a");
  nobody.visitor.kind = Visitor::Kind::Nobody;
  EXPECT_EQ(repeated.answer(nobody, kNow, make).body, "3");
}

TEST(RepeatedRequests, WhatTheServerCouldNotDoIsTriedAgain) {
  RepeatedRequests repeated;
  Counter counter{.status = 503};
  const auto make = [&counter] { return counter(); };
  EXPECT_EQ(repeated.answer(keyed("a"), kNow, make).status, 503);
  counter.status = 201;
  EXPECT_EQ(repeated.answer(keyed("a"), kNow, make).body, "2");
  const auto with_cookie = [] { return HttpResponse{.headers = {{"Set-Cookie", "s=1"}}, .body = "secret"}; };
  repeated.answer(keyed("b"), kNow, with_cookie);
  EXPECT_THAT(repeated.answer(keyed("b"), kNow, with_cookie).headers, Not(Contains(Pair("Idempotent-Replayed", "true"))));
}

TEST(RepeatedRequests, OneThatComesWhileTheFirstIsAnsweredIsToldToWait) {
  RepeatedRequests repeated;
  std::latch begun(1);
  std::latch may_end(1);
  std::jthread first([&] {
    repeated.answer(keyed("a"), kNow, [&] {
      begun.count_down();
      may_end.wait();
      return HttpResponse{.status = 201};
    });
  });
  begun.wait();
  EXPECT_EQ(repeated.answer(keyed("a"), kNow, [] { return HttpResponse{.status = 500}; }).status, 409);
  may_end.count_down();
  first.join();
  EXPECT_EQ(repeated.answer(keyed("a"), kNow, [] { return HttpResponse{.status = 500}; }).status, 201);
}

TEST(RepeatedRequests, TheOldestAreForgottenByTimeNumberAndSize) {
  RepeatedRequests repeated({.keep = 24h, .answers = 3, .bytes = 100});
  Counter counter;
  const auto make = [&counter] { return counter(); };
  repeated.answer(keyed("a"), kNow, make);
  EXPECT_EQ(repeated.answer(keyed("a"), kNow + 25h, make).body, "2");
  for (const char* key : {"b", "c", "d"}) repeated.answer(keyed(key), kNow + 25h, make);
  EXPECT_EQ(repeated.answer(keyed("a"), kNow + 25h, make).body, "6") << "three others came since";
  const auto long_one = [](std::size_t size) { return [size] { return HttpResponse{.status = 201, .body = std::string(size, 'x')}; }; };
  repeated.answer(keyed("long"), kNow + 25h, long_one(99));
  EXPECT_EQ(repeated.answer(keyed("d"), kNow + 25h, make).body, "7") << "the long one took the room";
  repeated.answer(keyed("too long"), kNow + 25h, long_one(101));
  EXPECT_EQ(repeated.answer(keyed("too long"), kNow + 25h, make).body, "8");
}

}  // namespace
}  // namespace cineloom::serve
