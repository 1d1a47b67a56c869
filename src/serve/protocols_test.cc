#include <gmock/gmock.h>

#include "base/json.h"
#include "serve/internal/mcp_tools.h"
#include "serve/metrics.h"
#include "serve/testing/route_library.h"

namespace cineloom::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A library of twelve films that four viewers rated.
class Protocols : public ::testing::Test {
 protected:
  Protocols() {
    router_ = make_router(library_.context());
    std::vector<Event> events;
    for (int film = 0; film < 12; ++film)
      films_.push_back(
          *library_.store().put_film({.key = "film-" + std::to_string(film), .title = {.english = "Film & " + std::to_string(film)}, .genres = {"drama"}}));
    for (int viewer = 0; viewer < 4; ++viewer) {
      const ViewerId id = *library_.store().put_viewer({.name = "Viewer " + std::to_string(viewer)});
      for (std::size_t film = 0; film < 8; ++film)
        events.push_back({.viewer = id, .film = films_[film], .kind = EventKind::Rate, .value = film % 2 == 0 ? 4.5 : 2, .at = library_.now});
    }
    EXPECT_TRUE(library_.store().append_events(events));
    library_.now += std::chrono::days(1);
  }

  [[nodiscard]] HttpResponse get(const std::string& path) const { return router_.handle({.method = "GET", .path = path}); }
  [[nodiscard]] HttpResponse send(const std::string& method, const std::string& path, const std::string& body) const {
    return router_.handle({.method = method, .path = path, .headers = {{"content-type", "application/json"}}, .body = body});
  }
  /// The part of a viewer's addresses that is secret.
  [[nodiscard]] std::string feed_of(int viewer) const {
    const auto made = json::parse(send("POST", "/api/v1/viewers/" + std::to_string(viewer) + "/feeds", "{}").body);
    const std::string address(std::string_view(made->at("rss").as_string()));
    const auto begin = address.find("/feeds/") + 7;
    return address.substr(begin, address.find('/', begin) - begin);
  }

  testing::RouteLibrary library_{"cineloom-protocols"};
  std::vector<FilmId> films_;
  Router router_{RouteGuard()};
};

TEST_F(Protocols, AFeedLeadsToItsViewersPicksUntilAnotherIsMade) {
  const std::string feed = feed_of(1);
  const HttpResponse rss = get("/feeds/" + feed + "/picks.rss");
  EXPECT_EQ(rss.status, 200);
  EXPECT_THAT(rss.body, HasSubstr("<title>Film &amp; 9</title>"));
  EXPECT_THAT(get("/feeds/" + feed + "/picks.ics").body, HasSubstr("DTSTART:20241005T200000\r\n"));
  EXPECT_EQ(get("/feeds/" + feed + "/catalog/movie/other.json").status, 404);
  EXPECT_NE(feed_of(1), feed);
  EXPECT_EQ(get("/feeds/" + feed + "/picks.rss").status, 404);
  for (const char* wrong : {"1-", "1-00", "-1-aa", "x", "9-00000000000000000000000000000000", "2-"})
    EXPECT_EQ(get(std::string("/feeds/") + wrong + "/picks.rss").status, 404) << wrong;
}

TEST_F(Protocols, AnEndedFeedIsNotOpenedByNothing) {
  const std::string feed = feed_of(2);
  ASSERT_EQ(send("DELETE", "/api/v1/viewers/2/feeds", "").status, 204);
  EXPECT_EQ(get("/feeds/" + feed + "/picks.rss").status, 404);
}

TEST_F(Protocols, WhatIsNoMessageOfTheModelContextProtocolIsRefusedInItsWords) {
  for (const char* wrong : {"", "{", "[]", "7", R"({"id":1})", R"({"jsonrpc":"2.0","id":1})", R"({"jsonrpc":"2.0","id":1,"method":7})"}) {
    const HttpResponse response = send("POST", "/mcp", wrong);
    EXPECT_EQ(response.status, 400) << wrong;
    EXPECT_THAT(response.body, HasSubstr("\"error\":{\"code\":-32")) << wrong;
  }
  EXPECT_EQ(send("POST", "/mcp", R"({"jsonrpc":"2.0","method":"notifications/initialized"})").status, 202);
  EXPECT_THAT(send("POST", "/mcp", R"({"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"2025-06-18"}})").body,
              HasSubstr("\"protocolVersion\":\"2025-06-18\""));
  EXPECT_THAT(send("POST", "/mcp", R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"1999-01-01"}})").body,
              HasSubstr("\"protocolVersion\":\"2025-11-25\""));
}

TEST_F(Protocols, AToolsMistakeIsToldToTheModel) {
  const auto call = [&](const std::string& name, const std::string& arguments) {
    return send("POST", "/mcp", R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")" + name + R"(","arguments":)" + arguments + "}}").body;
  };
  EXPECT_THAT(call("film_facts", R"({"film":"film-3"})"), HasSubstr("\"isError\":false"));
  EXPECT_THAT(call("film_facts", R"({"film":7})"), HasSubstr("\"isError\":true"));
  EXPECT_THAT(call("film_facts", "[]"), HasSubstr("\"isError\":true"));
  EXPECT_THAT(call("recommend", "{}"), HasSubstr("for whom"));
  EXPECT_THAT(call("recommend", R"({"viewer":"Viewer 1"})"), HasSubstr("\"reasons\":["));
  EXPECT_THAT(call("rate_film", R"({"viewer":"Viewer 1","film":"film-9","stars":7})"), HasSubstr("\"isError\":true"));
}

TEST_F(Protocols, WhoMayOnlyReadChangesNothing) {
  McpServer server(*library_.cinema);
  const std::string rate = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rate_film","arguments":{"film":"film-9","stars":4}}})";
  const std::int64_t before = *library_.store().event_count();
  EXPECT_THAT(server.answer(rate, {.viewer = ViewerId(1), .may_see = {}, .may = [](Scope scope) { return scope != Scope::Events; }}).body,
              HasSubstr("\"isError\":true"));
  EXPECT_EQ(*library_.store().event_count(), before);
  const McpCaller ada{.viewer = ViewerId(1), .may_see = [](ViewerId viewer) { return viewer == ViewerId(1); }};
  const std::string of_another = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"recommend","arguments":{"viewer":"Viewer 2"}}})";
  const std::string of_nobody = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"recommend","arguments":{"viewer":"Viewer 99"}}})";
  const std::string by_number = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"recommend","arguments":{"viewer":"2"}}})";
  EXPECT_THAT(server.answer(of_another, ada).body, HasSubstr("there is no viewer 'Viewer 2' whom you may ask for"));
  EXPECT_THAT(server.answer(of_nobody, ada).body, HasSubstr("there is no viewer 'Viewer 99' whom you may ask for"));
  EXPECT_THAT(server.answer(by_number, ada).body, ::testing::Not(HasSubstr("Viewer 2"))) << "numbers are not led to names";
  EXPECT_THAT(server.answer(rate, ada).body, HasSubstr("\"isError\":false"));
}

TEST_F(Protocols, AToolAsksForTheScopeThatItsRouteAsksFor) {
  McpServer server(*library_.cinema);
  const std::string tell = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"tell_story","arguments":{"decisions":0}}})";
  const McpCaller events{.viewer = ViewerId(1), .may = [](Scope scope) { return scope == Scope::Events; }};
  EXPECT_THAT(server.answer(tell, events).body, HasSubstr("may not do this here"));
  const McpCaller stories{.viewer = ViewerId(1), .may = [](Scope scope) { return scope == Scope::Stories; }};
  EXPECT_THAT(server.answer(tell, stories).body, HasSubstr("\"isError\":false"));
}

TEST_F(Protocols, AUserIsErasedByNameAlsoWhereTheNameIsANumber) {
  const auto second = library_.store().viewer(ViewerId(2));
  ASSERT_TRUE(second);
  ASSERT_EQ(send("POST", "/api/users", R"([{"UserId":"2"}])").status, 200);
  EXPECT_EQ(send("DELETE", "/api/user/2", "").status, 200);
  EXPECT_TRUE(library_.store().viewer(ViewerId(2))) << second->name << " was not meant";
  EXPECT_FALSE(library_.store().find_viewer("2")->has_value());
}

TEST_F(Protocols, EveryToolSaysWhatItTakesAsASchema) {
  for (const McpTool& tool : mcp_tools()) {
    const auto schema = json::parse(tool.input);
    ASSERT_TRUE(schema) << tool.name;
    EXPECT_EQ(schema->at("type").as_string(), "object") << tool.name;
  }
}

TEST_F(Protocols, RequestsAreCountedByRouteNotByWhomTheyAreFor) {
  std::ignore = get("/api/v1/viewers/1");
  std::ignore = get("/api/v1/viewers/2");
  std::ignore = get("/api/v1/viewers/99");
  const HttpResponse metrics = get("/metrics");
  EXPECT_THAT(metrics.body, HasSubstr("cineloom_http_requests_total{route=\"GET /api/v1/viewers/{viewer}\",status=\"200\"} 2\n"));
  EXPECT_THAT(metrics.body, HasSubstr("cineloom_http_requests_total{route=\"GET /api/v1/viewers/{viewer}\",status=\"404\"} 1\n"));
  EXPECT_THAT(metrics.body, HasSubstr("cineloom_http_request_seconds_count{route=\"GET /api/v1/viewers/{viewer}\"} 3\n"));
  EXPECT_THAT(metrics.body, HasSubstr("cineloom_events 32\n"));
  EXPECT_THAT(metrics.body, Not(HasSubstr("viewers/99")));
}

TEST(MetricsTest, BucketsAddUpAndTheLastHoldsAll) {
  Metrics metrics;
  TemporaryFolder folder = *TemporaryFolder::create("cineloom-metrics");
  const auto cinema = Cinema::open({.data = folder.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = {}});
  LocalJobQueue jobs([&] { return (*cinema)->now(); });
  metrics.note("GET /x", 200, std::chrono::microseconds(700));
  metrics.note("GET /x", 200, std::chrono::milliseconds(1));
  metrics.note("GET /x", 500, std::chrono::seconds(60));
  const std::string text = *metrics.text(**cinema, jobs);
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"GET /x\",le=\"0.0005\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"GET /x\",le=\"0.001\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"GET /x\",le=\"10\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"GET /x\",le=\"+Inf\"} 3\n"));
}

TEST_F(Protocols, FeedbackOfAGorseClientIsKeptOnceAndMeansWhatItSays) {
  const std::string star = R"([{"FeedbackType":"star","UserId":"bob","ItemId":"film-9"}])";
  EXPECT_EQ(send("POST", "/api/feedback", star).body, R"({"RowAffected":1})");
  EXPECT_EQ(send("POST", "/api/feedback", star).body, R"({"RowAffected":0})");
  EXPECT_EQ(send("PUT", "/api/feedback", star).body, R"({"RowAffected":1})");
  EXPECT_THAT(get("/api/feedback/star/bob/film-9").body, HasSubstr("\"FeedbackType\":\"star\""));
  EXPECT_THAT(get("/api/v1/viewers/5/events").body, HasSubstr("\"kind\":\"like\""));
  EXPECT_EQ(send("POST", "/api/feedback", R"([{"FeedbackType":"star","UserId":"bob","ItemId":"nothing"}])").status, 404);
  EXPECT_EQ(send("POST", "/api/feedback", R"([{"FeedbackType":"wave","UserId":"bob","ItemId":"film-9"}])").status, 400);
  EXPECT_THAT(get("/api/recommend/bob/").body, Not(HasSubstr("film-9\"")));
  EXPECT_EQ(get("/api/feedback?").status, 404);
}

}  // namespace
}  // namespace cineloom::serve
