#include "serve/admission.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <vector>

namespace cineloom::serve {
namespace {

using namespace std::chrono_literals;

constexpr auto kPicks = "/api/v1/viewers/7/recommendations";

class AdmissionTest : public ::testing::Test {
 protected:
  std::optional<Admission::Ticket> ask(const std::string& path = kPicks) {
    return admission_.enter({.method = "GET", .path = path, .connections = connections_}, now_);
  }
  std::optional<Admission::Ticket> tell(std::size_t bytes = 100) {
    return admission_.enter({.method = "POST", .path = "/api/v1/viewers/7/events", .body_bytes = bytes, .connections = connections_}, now_);
  }
  /// Has the route answered often enough that its cost is known.
  void teach(Admission::Duration time, Admission::Duration processor, const std::string& path = kPicks) {
    for (int i = 0; i < 60; ++i) admission_.finish(*ask(path), Admission::Cost{time, processor});
  }
  /// How many are taken on when they all come at once.
  int taken_at_once(const std::string& path = kPicks) {
    int taken = 0;
    while (taken < 10'000 && ask(path)) ++taken;
    return taken;
  }

  Admission admission_{{.prompt_threads = 2, .patient_threads = 4, .prompt_wait = 20ms}};
  Admission::Time now_;
  int connections_ = 1000;
};

TEST_F(AdmissionTest, TakesOnAsManyQuestionsAsCanBeAnsweredInTime) {
  teach(5ms, 5ms);
  const int taken = taken_at_once();
  EXPECT_GE(taken, 8);  // 2 threads x 20 ms / 5 ms
  EXPECT_LE(taken, 10);
}

TEST_F(AdmissionTest, TakesOnMoreWhenOthersAreDone) {
  teach(5ms, 5ms);
  std::vector<Admission::Ticket> tickets;
  while (const auto ticket = ask()) tickets.push_back(*ticket);
  EXPECT_FALSE(ask());
  admission_.finish(tickets.back(), std::nullopt);
  EXPECT_TRUE(ask());
}

TEST_F(AdmissionTest, KnowsARouteByItsShapeNotByItsNumbers) {
  teach(10ms, 10ms);
  EXPECT_LE(taken_at_once("/api/v1/viewers/8123/recommendations"), 5);
}

TEST_F(AdmissionTest, WhatWritesDoesNotTakeTheTurnOfWhatIsAsked) {
  teach(10ms, 10ms);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(tell());
  EXPECT_EQ(ask()->lane, Admission::Lane::Prompt);
  EXPECT_EQ(tell()->lane, Admission::Lane::Patient);
}

TEST_F(AdmissionTest, WhatBringsMuchOrTakesLongWaitsInTheOtherLane) {
  EXPECT_EQ(admission_.enter({.method = "GET", .path = "/", .body_bytes = 1U << 20U}, now_)->lane, Admission::Lane::Patient);
  teach(900ms, 800ms, "/api/v1/model/health");
  EXPECT_EQ(ask("/api/v1/model/health")->lane, Admission::Lane::Patient);
}

TEST_F(AdmissionTest, ARouteThatOnlyWaitsIsNotTakenForALongOne) {
  teach(150ms, 5ms);
  EXPECT_EQ(ask()->lane, Admission::Lane::Prompt);
}

TEST_F(AdmissionTest, OneOddAnswerIsNotTheMeasureOfTheNext) {
  admission_.finish(*ask(), Admission::Cost{5s, 5s});
  EXPECT_EQ(ask()->lane, Admission::Lane::Prompt);
  EXPECT_LT(ask()->expected, 3ms);
}

TEST_F(AdmissionTest, AFewAreTakenOnWhateverIsExpectedOfThem) {
  teach(5s, 1ms);
  EXPECT_EQ(taken_at_once(), 4);
}

TEST_F(AdmissionTest, AHouseholdsPagesAreNeverRefusedHoweverSlowTheMachineIs) {
  teach(5s, 1ms);
  connections_ = 48;
  for (int i = 0; i < 48; ++i) EXPECT_TRUE(ask());
  connections_ = 49;
  EXPECT_FALSE(ask());
}

TEST_F(AdmissionTest, TheOtherLaneIsBoundedToo) {
  int taken = 0;
  while (taken < 10'000 && tell()) ++taken;
  EXPECT_EQ(taken, 512);
}

TEST_F(AdmissionTest, WhoWatchesOverTheServerIsAlwaysAnswered) {
  teach(5s, 1ms);
  EXPECT_EQ(taken_at_once(), 4);
  teach(5s, 1ms, "/health/ready");
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(ask("/health/ready"));
}

TEST_F(AdmissionTest, WhoWaitedTooLongIsNotAnswered) {
  const auto ticket = tell();
  EXPECT_TRUE(admission_.is_worth_it(*ticket, now_ + 30s));
  EXPECT_FALSE(admission_.is_worth_it(*ticket, now_ + 31s));
}

TEST_F(AdmissionTest, SaysWhenToComeAgain) {
  EXPECT_EQ(admission_.retry_after(), 1s);
  for (int i = 0; i < 60; ++i) admission_.finish(*tell(), Admission::Cost{4s, 1ms});
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(tell());
  EXPECT_EQ(admission_.retry_after(), 8s);
}

TEST_F(AdmissionTest, TwiceTheCapacityLeavesAlmostAllOfItUsedAndNobodyWaiting) {
  // One second in steps of a tenth of a millisecond: answers of 10 ms on two threads are 200 a second; 400 come.
  teach(10ms, 10ms);
  struct Running {
    Admission::Ticket ticket;
    Admission::Time ends;
  };
  std::vector<Admission::Ticket> waiting;
  std::vector<Running> running;
  int answered = 0;
  Admission::Duration longest{};
  for (int step = 0; step < 10'000; ++step, now_ += 100us) {
    if (step % 25 == 0) {
      if (const auto ticket = ask()) waiting.push_back(*ticket);
    }
    std::erase_if(running, [&](const Running& one) {
      if (one.ends > now_) return false;
      longest = std::max(longest, now_ - one.ticket.arrived);
      admission_.finish(one.ticket, Admission::Cost{10ms, 10ms});
      return ++answered > 0;
    });
    while (running.size() < 2 && !waiting.empty()) {
      running.push_back({waiting.front(), now_ + 10ms});
      waiting.erase(waiting.begin());
    }
  }
  EXPECT_GE(answered, 190);
  EXPECT_LE(longest, 40ms);
}

}  // namespace
}  // namespace cineloom::serve
