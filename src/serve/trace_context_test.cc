#include "serve/trace_context.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "serve/internal/exchange.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr auto kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr auto kCaller = "00f067aa0ba902b7";

TraceContext trace_with(const std::string& header) { return trace_of({.method = "GET", .path = "/", .headers = {{"traceparent", header}}}); }
std::string sent(const std::string& version, const std::string& trace, const std::string& span, const std::string& flags) {
  return version + "-" + trace + "-" + span + "-" + flags;
}

TEST(TraceContext, GoesOnWithTheCallersTraceUnderASpanOfItsOwn) {
  const TraceContext trace = trace_with(sent("00", kTrace, kCaller, "01"));
  EXPECT_EQ(trace.trace_id, kTrace);
  EXPECT_EQ(trace.parent_id, kCaller);
  EXPECT_TRUE(trace.is_sampled);
  EXPECT_NE(trace.span_id, kCaller);
  EXPECT_EQ(trace.header(), sent("00", kTrace, trace.span_id, "01"));
  EXPECT_NE(trace_with(sent("00", kTrace, kCaller, "01")).span_id, trace.span_id);
  EXPECT_FALSE(trace_with(sent("00", kTrace, kCaller, "02")).is_sampled);
}

TEST(TraceContext, WhatIsNotAsTheSpecificationSaysBeginsATraceAnew) {
  for (const std::string& header :
       {std::string(), std::string("nonsense"), sent("ff", kTrace, kCaller, "01"), sent("00", std::string(32, '0'), kCaller, "01"),
        sent("00", kTrace, std::string(16, '0'), "01"), sent("00", "4BF92F3577B34DA6A3CE929D0E0E4736", kCaller, "01"),
        sent("00", kTrace, kCaller, "01") + "-more", sent("01", kTrace, kCaller, "01") + "more", sent("00", kTrace, kCaller, "0x")}) {
    const TraceContext trace = trace_with(header);
    EXPECT_NE(trace.trace_id, kTrace) << header;
    EXPECT_EQ(trace.trace_id.size(), 32U) << header;
    EXPECT_TRUE(trace.parent_id.empty()) << header;
  }
}

TEST(TraceContext, ALaterVersionIsReadAsFarAsThisOneGoes) { EXPECT_EQ(trace_with(sent("01", kTrace, kCaller, "01") + "-more").trace_id, kTrace); }

TEST(TraceContext, AnAnswerSaysItsTraceAndAProblemCarriesItInItsBody) {
  const HttpRequest request{
      .method = "GET", .path = "/secret/path", .headers = {{"host", "127.0.0.1:8787"}, {"traceparent", sent("00", kTrace, kCaller, "00")}}};
  const auto names = OwnNames::of("127.0.0.1", 8787, "");
  ASSERT_TRUE(names);
  const HttpResponse good = guard(request, *names, [](const HttpRequest&) { return HttpResponse{.body = "{}"}; });
  EXPECT_THAT(good.headers, Contains(Pair("traceresponse", HasSubstr(kTrace))));
  EXPECT_EQ(good.body, "{}");
  const HttpResponse bad = guard(request, *names, [](const HttpRequest&) { return problem(Error(ErrorCode::NotFound, "there is none")); });
  const auto body = json::parse(bad.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(std::string_view(body->at("trace_id").as_string()), kTrace);
  EXPECT_EQ(std::string_view(body->at("cause").as_string()), "there is none");
}

TEST(TraceContext, ALineAboutOurOwnFaultNamesTheTraceAndNothingOfTheRequest) {
  const HttpRequest request{.method = "GET", .path = "/feeds/secret", .headers = {}};
  const TraceContext trace = trace_with(sent("00", kTrace, kCaller, "01"));
  const std::string line = fault_line(request, problem(Error(ErrorCode::Internal, "a table is gone")), trace);
  EXPECT_TRUE(json::parse(line));
  EXPECT_THAT(line, HasSubstr(kTrace));
  EXPECT_THAT(line, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace cineloom::serve
