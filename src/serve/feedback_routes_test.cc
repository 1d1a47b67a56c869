#include <gmock/gmock.h>

#include <set>

#include "serve/testing/route_library.h"

namespace cineloom::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FeedbackRoutes : public ::testing::Test {
 protected:
  FeedbackRoutes() {
    router_ = router();
    std::vector<Event> events;
    for (int viewer = 0; viewer < 4; ++viewer) {
      const ViewerId id = *library_.store().put_viewer({.name = "Viewer " + std::to_string(viewer)});
      for (int film = 0; film < 12; ++film) {
        const FilmId known = *library_.store().put_film({.key = "film-" + std::to_string(film), .genres = {film % 2 == 0 ? "drama" : "war"}});
        if (film < 8) events.push_back({.viewer = id, .film = known, .kind = EventKind::Rate, .value = film % 2 == 0 ? 4.5 : 2, .at = library_.now});
      }
    }
    EXPECT_TRUE(library_.store().append_events(events));
  }

  Router router() { return make_router(library_.context()); }
  /// `target` may end in one parameter: "/path?name=value".
  [[nodiscard]] HttpResponse get(const std::string& target) const {
    const auto question = target.find('?');
    HttpRequest request{.method = "GET", .path = target.substr(0, question)};
    if (question != std::string::npos) {
      const auto equals = target.find('=', question);
      request.query[target.substr(question + 1, equals - question - 1)] = target.substr(equals + 1);
    }
    return router_.handle(request);
  }
  [[nodiscard]] HttpResponse send(const std::string& method, const std::string& path, const std::string& body) const {
    return router_.handle({.method = method, .path = path, .headers = {{"content-type", "application/json"}}, .body = body});
  }

  testing::RouteLibrary library_{"cineloom-serve-feedback"};
  Router router_{RouteGuard()};
};

TEST_F(FeedbackRoutes, ARecommendationIsLoggedAndItsForecastsAreHeldAgainstTheRating) {
  ASSERT_EQ(get("/api/v1/viewers/1/recommendations").status, 200);
  router_ = router();  // the old routes end, and with them their recorder finishes
  const auto slates = *library_.store().slates({.viewer = ViewerId(1), .since = {}});
  ASSERT_EQ(slates.size(), 1U);
  EXPECT_EQ(slates[0].model_version, 1);
  const FilmId film = slates[0].items[0].film;
  library_.now += std::chrono::hours(1);
  const std::string told = R"({"kind":"rate","value":4,"film":")" + std::to_string(film.number()) + "\"}";
  ASSERT_EQ(send("POST", "/api/v1/viewers/1/events", told).status, 201);
  const HttpResponse accuracy = get("/api/v1/viewers/1/accuracy");
  EXPECT_EQ(accuracy.status, 200);
  EXPECT_THAT(accuracy.body, HasSubstr("\"rated\":1,"));
  const HttpResponse shown = get("/api/v1/viewers/1/shown");
  EXPECT_THAT(shown.body, HasSubstr("\"response\":\"liked\""));
}

TEST_F(FeedbackRoutes, ADrawnEveningSaysOfEachPickWhetherItsCourseIsKnown) {
  const HttpResponse drawn = get("/api/v1/viewers/1/recommendations?draw=-0.5,0,0.9");
  ASSERT_EQ(drawn.status, 200) << drawn.body;
  EXPECT_THAT(drawn.body, HasSubstr("\"course\":null"));
  EXPECT_THAT(get("/api/v1/viewers/1/recommendations").body, Not(HasSubstr("\"course\"")));
  for (const std::string_view wrong : {"1", "0,2", "0,x"}) EXPECT_EQ(get("/api/v1/viewers/1/recommendations?draw=" + std::string(wrong)).status, 400) << wrong;
}

TEST_F(FeedbackRoutes, AnAnswerThatStillHoldsIsGivenAgainAndKnowsTheLastEvent) {
  const std::string first = get("/api/v1/viewers/1/recommendations").body;
  library_.now += std::chrono::minutes(10);
  EXPECT_EQ(get("/api/v1/viewers/1/recommendations").body, first);
  ASSERT_THAT(first, HasSubstr("\"key\":\"film-9\""));
  const std::string film = std::to_string((*library_.store().find_film("film-9"))->id.number());
  ASSERT_EQ(send("POST", "/api/v1/viewers/1/events", R"({"kind":"hide","film":")" + film + "\"}").status, 201);
  EXPECT_THAT(get("/api/v1/viewers/1/recommendations").body, Not(HasSubstr("\"key\":\"film-9\"")));
  router_ = router();  // the old routes end, and with them their recorder finishes
  EXPECT_EQ(library_.store().slates({.viewer = ViewerId(1), .since = {}})->size(), 2U);
}

TEST_F(FeedbackRoutes, AForecastIsLockedOnceAndNotAfterTheRating) {
  const FilmId open = (*library_.store().find_film("film-9"))->id;
  const FilmId rated = (*library_.store().find_film("film-0"))->id;
  const auto lock = [&](FilmId film) { return send("POST", "/api/v1/viewers/1/forecasts", R"({"film":")" + std::to_string(film.number()) + "\"}").status; };
  EXPECT_EQ(lock(open), 201);
  EXPECT_EQ(lock(open), 200);
  EXPECT_EQ(lock(rated), 409);
  EXPECT_EQ(lock(FilmId(999)), 404);
  const std::string locked = get("/api/v1/viewers/1/forecasts").body;
  EXPECT_THAT(locked, HasSubstr("\"film\":\"" + std::to_string(open.number()) + "\""));
  EXPECT_THAT(locked, Not(HasSubstr("\"film\":\"" + std::to_string(rated.number()) + "\"")));
  EXPECT_EQ(get("/api/v1/viewers/999/forecasts").status, 404);
}

TEST_F(FeedbackRoutes, AnExplorationBudgetIsKept) {
  EXPECT_THAT(get("/api/v1/viewers/1/exploration").body, HasSubstr("\"budget\":0E0"));
  EXPECT_EQ(send("PUT", "/api/v1/viewers/1/exploration", R"({"budget":0.5})").status, 200);
  EXPECT_EQ(get("/api/v1/viewers/1/exploration").body, R"({"budget":5E-1})");
  EXPECT_THAT(get("/api/v1/viewers/1/recommendations").body, HasSubstr("\"name\":\"exploration\""));
  EXPECT_THAT(get("/api/v1/viewers/1/recommendations?surprise=0").body, Not(HasSubstr("\"name\":\"exploration\"")));
  for (const char* body : {R"({"budget":2})", R"({"budget":"much"})", "{}", "{"})
    EXPECT_EQ(send("PUT", "/api/v1/viewers/1/exploration", body).status, 400) << body;
}

TEST_F(FeedbackRoutes, ModelsAreListedSwitchedAndRolledBack) {
  EXPECT_EQ(send("POST", "/api/v1/model/rollback", "").status, 404);
  EXPECT_THAT(get("/api/v1/model/health").body, HasSubstr("\"is_retraining_advised\":true"));
  Progress progress;
  ASSERT_TRUE(library_.cinema->train(progress, CancelToken()));
  ASSERT_TRUE(library_.cinema->train(progress, CancelToken()));
  EXPECT_THAT(get("/api/v1/model/health").body, HasSubstr("\"is_retraining_advised\":false"));
  EXPECT_THAT(send("POST", "/api/v1/model/rollback", "").body, HasSubstr("\"number\":1,"));
  EXPECT_THAT(send("PUT", "/api/v1/model/active", R"({"number":2})").body, HasSubstr("\"is_active\":true"));
  EXPECT_EQ(send("PUT", "/api/v1/model/active", R"({"number":9})").status, 404);
  EXPECT_THAT(get("/api/v1/model/versions").body, HasSubstr("\"number\":2,"));
}

TEST_F(FeedbackRoutes, AnExperimentBeginsReportsAndEnds) {
  const std::string body = R"({"name":"e","variants":[{"name":"a","share":0.5},{"name":"b","share":0.5}]})";
  EXPECT_EQ(send("POST", "/api/v1/experiments", body).status, 201);
  EXPECT_EQ(send("POST", "/api/v1/experiments", R"({"name":"e","variants":[{"name":"a","share":0.4},{"name":"b","share":0.6}]})").status, 409);
  EXPECT_EQ(send("POST", "/api/v1/experiments", R"({"name":"f","variants":[{"name":"a","share":1}]})").status, 400);
  EXPECT_THAT(get("/api/v1/experiments/e").body, HasSubstr("\"low\":null"));
  EXPECT_EQ(send("POST", "/api/v1/experiments/e/end", "").status, 200);
  EXPECT_EQ(send("POST", "/api/v1/experiments/e/end", "").status, 409);
  EXPECT_EQ(get("/api/v1/experiments/none").status, 404);
  EXPECT_THAT(get("/api/v1/experiments").body, Not(HasSubstr("\"stopped_at_ms\":null")));
}

TEST_F(FeedbackRoutes, ListsOfViewersFollowAnExperimentUntilItEnds) {
  const std::string body = R"({"name":"e","variants":[{"name":"plain","share":0.5},{"name":"bold","share":0.5,"settings":"{\"surprise\":1}"}]})";
  const auto all = [&] {
    std::string bodies;
    for (int viewer = 1; viewer <= 4; ++viewer) bodies += get("/api/v1/viewers/" + std::to_string(viewer) + "/recommendations").body + "\n";
    return bodies;
  };
  const std::string before = all();
  ASSERT_EQ(send("POST", "/api/v1/experiments", body).status, 201);
  EXPECT_THAT(before, Not(HasSubstr("\"name\":\"exploration\"")));
  EXPECT_THAT(all(), HasSubstr("\"name\":\"exploration\"")) << "what was kept is no answer to a viewer on whom something is tried";
  const auto wished = [&] { return get("/api/v1/viewers/1/recommendations?surprise=0").body + get("/api/v1/viewers/2/recommendations?surprise=0").body; };
  EXPECT_THAT(wished(), Not(HasSubstr("\"name\":\"exploration\""))) << "what a viewer wants is not tried on them";
  router_ = router();  // the old routes end, and with them their recorder finishes
  ASSERT_EQ(send("POST", "/api/v1/experiments/e/end", "").status, 200);
  EXPECT_EQ(all(), before);
  std::set<std::string> rankers;
  const auto slates = library_.store().slates({.since = {}});
  ASSERT_TRUE(slates);
  for (const Slate& slate : *slates) rankers.insert(slate.ranker);
  EXPECT_THAT(rankers, ::testing::Contains("recommender"));
  EXPECT_THAT(rankers, ::testing::Contains(::testing::AnyOf("e:plain", "e:bold")));
  EXPECT_EQ(library_.store().exposures("e")->size(), 4U);
  EXPECT_THAT(get("/api/v1/viewers/1/shown").body, HasSubstr("\"ranker_chance\":1"));
  EXPECT_EQ(
      send("POST", "/api/v1/experiments", R"({"name":"x","variants":[{"name":"a","share":0.5,"settings":"{\"volume\":1}"},{"name":"b","share":0.5}]})").status,
      400);
}

TEST_F(FeedbackRoutes, UnknownViewersAreNotFound) {
  for (const char* path : {"accuracy", "shown", "exploration"}) EXPECT_EQ(get(std::string("/api/v1/viewers/99/") + path).status, 404);
  EXPECT_EQ(send("PUT", "/api/v1/viewers/99/exploration", R"({"budget":0.5})").status, 404);
}

TEST_F(FeedbackRoutes, AddTestRotateAndRemoveAWebhookAndTellItsSecretOnlyWhenItIsMade) {
  const HttpResponse added = send("POST", "/api/v1/webhooks", R"({"url":"http://127.0.0.1:9/x","topics":["event.created"],"may_be_private":true})");
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_THAT(added.body, HasSubstr("whsec_"));
  EXPECT_EQ(send("POST", "/api/v1/webhooks", R"({"url":"http://127.0.0.1:9/x","topics":["event.created"]})").status, 400);
  EXPECT_EQ(send("POST", "/api/v1/webhooks", R"({"url":"http://127.0.0.1:9/x","topics":["film.eaten"],"may_be_private":true})").status, 400);
  EXPECT_THAT(get("/api/v1/webhooks").body, Not(HasSubstr("whsec_")));
  EXPECT_EQ(send("POST", "/api/v1/webhooks/1/test", "").status, 202);
  EXPECT_THAT(get("/api/v1/webhooks/1/deliveries?limit=5").body, HasSubstr("webhook.test"));
  const HttpResponse rotated = send("POST", "/api/v1/webhooks/1/secret", R"({"overlap_hours":2})");
  EXPECT_EQ(rotated.status, 200);
  EXPECT_THAT(rotated.body, HasSubstr("whsec_"));
  EXPECT_EQ(send("POST", "/api/v1/webhooks/1/secret", R"({"overlap_hours":1000})").status, 400);
  EXPECT_EQ(send("POST", "/api/v1/webhooks/1/enabled", "").status, 200);
  EXPECT_EQ(send("DELETE", "/api/v1/webhooks/1", "").status, 204);
  EXPECT_EQ(send("DELETE", "/api/v1/webhooks/1", "").status, 404);
}

}  // namespace
}  // namespace cineloom::serve
