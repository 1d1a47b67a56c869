// A room from its opening to its end, over the routes; who may not come in does not.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <set>

#include "serve/testing/route_library.h"

namespace cineloom::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RoomRoutes : public ::testing::Test {
 protected:
  RoomRoutes() {
    router_ = make_router(library_.context());
    for (int film = 0; film < 12; ++film) {
      std::ignore = library_.store().put_film({.key = "film-" + std::to_string(film),
                                               .title = {.english = "Film " + std::to_string(film)},
                                               .runtime = std::chrono::minutes(90 + film),
                                               .genres = {film % 2 == 0 ? "drama" : "war"}});
    }
    std::ignore = library_.store().put_viewer({.name = "Ada"});
  }

  HttpResponse ask(const std::string& method, const std::string& path, const std::string& body = {}, const std::string& key = {}) {
    HttpRequest request{.method = method, .path = path, .body = body, .peer = peer_, .visitor = {}};
    if (!body.empty()) request.headers["content-type"] = "application/json";
    if (!key.empty()) request.headers["x-cineloom-member"] = key;
    return testing::answer_of(router_.handle(std::move(request)));
  }
  /// The key, and the room's path in `room_`.
  std::string open(const std::string& kind = "picks") {
    const HttpResponse response = ask("POST", "/api/v1/rooms", R"({"kind":")" + kind + R"(","viewer":"1","name":"Ada"})");
    EXPECT_EQ(response.status, 201) << response.body;
    const auto joined = boost::json::parse(response.body).as_object();
    room_ = "/api/v1/rooms/" + std::string(joined.at("room").at("code").as_string());
    return std::string(joined.at("key").as_string());
  }
  std::string join(const std::string& name) {
    const HttpResponse response = ask("POST", room_ + "/guests", R"({"name":")" + name + "\"}");
    EXPECT_EQ(response.status, 201) << response.body;
    return std::string(boost::json::parse(response.body).at("key").as_string());
  }

  testing::RouteLibrary library_{"cineloom-serve-rooms"};
  Router router_{RouteGuard()};
  std::string room_;
  std::string peer_ = "192.0.2.1";
};

TEST_F(RoomRoutes, SeveralChooseAFilmAndNothingOfThemIsLeft) {
  const std::string ada = open();
  const std::string bo = join("Bo");
  const HttpResponse offered = ask("GET", room_ + "/films");
  ASSERT_EQ(offered.status, 200) << offered.body;
  EXPECT_EQ(boost::json::parse(offered.body).at("films").as_array().size(), 12U);
  EXPECT_THAT(offered.body, Not(HasSubstr("synopsis")));
  const std::string wishes = R"({"mood":"something short","liked":["1","3"],"vetoed":["5"],"without":["war"],"minutes":99})";
  const HttpResponse wished = ask("PUT", room_ + "/wishes", wishes, bo);
  ASSERT_EQ(wished.status, 200) << wished.body;
  EXPECT_THAT(ask("GET", room_).body, Not(HasSubstr("something short"))) << "what one wishes is told to nobody else";
  EXPECT_EQ(ask("POST", room_ + "/picks", "{}", bo).status, 409) << "that is the host's";
  const HttpResponse found = ask("POST", room_ + "/picks", "{}", ada);
  ASSERT_EQ(found.status, 200) << found.body;
  const auto room = boost::json::parse(found.body).as_object();
  EXPECT_EQ(room.at("phase").as_string(), "voting");
  const auto& picks = room.at("picks").as_array();
  ASSERT_EQ(picks.size(), 2U) << "of the dramas 1, 3, 5, 7, 9 and 11 two were liked and one ruled out, and one is too long";
  for (const auto& pick : picks) {
    EXPECT_EQ(pick.at("film").at("genres").at(0).as_string(), "drama");
    EXPECT_LE(pick.at("film").at("runtime_minutes").as_int64(), 99);
  }
  const std::string second(picks[1].at("film").at("id").as_string());
  EXPECT_EQ(ask("PUT", room_ + "/vote", R"({"option":")" + second + "\"}", bo).status, 200);
  const HttpResponse done = ask("PUT", room_ + "/vote", R"({"option":")" + second + "\"}", ada);
  EXPECT_THAT(done.body, HasSubstr(R"("rule":"most_votes")"));
  EXPECT_EQ(ask("DELETE", room_, {}, bo).status, 409);
  EXPECT_EQ(ask("DELETE", room_, {}, ada).status, 204);
  EXPECT_EQ(ask("GET", room_, {}, bo).status, 404);
  EXPECT_EQ(library_.store().event_count().value(), 0);
  EXPECT_EQ(library_.store().viewers()->size(), 1U);
}

TEST_F(RoomRoutes, WhoLooksAgainIsShownOthersUntilThereAreNone) {
  const std::string ada = open();
  const auto picked = [&] {
    std::set<std::string> films;
    const HttpResponse found = ask("POST", room_ + "/picks", "{}", ada);
    EXPECT_EQ(found.status, 200) << found.body;
    const auto room = boost::json::parse(found.body);
    for (const auto& pick : room.at("picks").as_array()) films.insert(std::string(pick.at("film").at("id").as_string()));
    return films;
  };
  std::set<std::string> all;
  for (int times = 0; times < 4; ++times) all.merge(picked());
  EXPECT_EQ(all.size(), 12U) << "twelve films in four looks";
  EXPECT_EQ(picked().size(), 3U) << "and then from the beginning";
}

TEST_F(RoomRoutes, AHostMayLeaveTheirHistoryOut) {
  const auto viewer = library_.store().find_viewer("Ada").value()->id;
  const FilmId seen = library_.store().find_film("film-2").value()->id;
  std::ignore = library_.store().append_events(std::vector<Event>{{.viewer = viewer, .film = seen, .kind = EventKind::Rate, .value = 5, .at = library_.now}});
  const HttpResponse opened = ask("POST", "/api/v1/rooms", R"({"kind":"picks","viewer":null,"name":"Ada"})");
  ASSERT_EQ(opened.status, 201) << opened.body;
  const auto joined = boost::json::parse(opened.body);
  room_ = "/api/v1/rooms/" + std::string(joined.at("room").at("code").as_string());
  const std::string ada(joined.at("key").as_string());
  const std::string bo = join("Bo");
  ASSERT_EQ(ask("PUT", room_ + "/wishes", R"({"mood":"","liked":["1"],"vetoed":["4","5","6","7","8","9","10","11","12"],"without":[],"minutes":0})", bo).status,
            200);
  const HttpResponse found = ask("POST", room_ + "/picks", "{}", ada);
  ASSERT_EQ(found.status, 200) << found.body;
  const auto picks = boost::json::parse(found.body).at("picks").as_array();
  ASSERT_EQ(picks.size(), 2U) << "also the one that her history holds";
  EXPECT_EQ(picks[0].at("members").as_array().size(), 2U);
}

TEST_F(RoomRoutes, ThoseInARoomHearItsChangesAndNoOthers) {
  const std::string ada = open();
  std::vector<std::string> heard;
  std::vector<std::string> elsewhere;
  const std::string scope = "room " + room_.substr(room_.rfind('/') + 1);
  const auto here = library_.events.subscribe(0, [&](const ServerEvent& event) { heard.push_back(event.data); }, scope);
  const auto all = library_.events.subscribe(0, [&](const ServerEvent& event) { elsewhere.push_back(event.data); });
  const HttpResponse stream = ask("GET", room_ + "/events");
  EXPECT_TRUE(stream.is_event_stream);
  EXPECT_EQ(stream.event_scope, scope);
  join("Bo");
  library_.events.publish("job", "{}");
  EXPECT_EQ(ask("DELETE", room_, {}, ada).status, 204);
  EXPECT_EQ(heard, (std::vector<std::string>{R"({"revision":2,"is_over":false})", R"({"revision":3,"is_over":true})"}));
  EXPECT_EQ(elsewhere, std::vector<std::string>{"{}"});
  EXPECT_TRUE(library_.events.subscribe(1, [](const ServerEvent&) {}, scope).missed.empty()) << "nothing of it is kept";
  library_.events.unsubscribe(here.number);
  library_.events.unsubscribe(all.number);
}

TEST_F(RoomRoutes, WhoTriesCodesWaitsAndMembersDoNot) {
  const std::string ada = open();
  int refused = 0;
  for (int guess = 0; guess < 14; ++guess) refused += ask("GET", "/api/v1/rooms/guess" + std::to_string(guess)).status == 429 ? 1 : 0;
  EXPECT_GE(refused, 3);
  EXPECT_EQ(ask("GET", room_).status, 429) << "also the right one waits";
  EXPECT_EQ(ask("GET", room_, {}, ada).status, 200);
  peer_ = "198.51.100.7";
  EXPECT_EQ(ask("GET", room_).status, 200) << "others come in";
  for (int times = 0; times < 30; ++times) ASSERT_EQ(ask("GET", room_).status, 200) << "right codes are no guesses";
  EXPECT_EQ(ask("GET", room_, {}, "room_wrong").status, 404);
}

TEST_F(RoomRoutes, WhatIsNoRoomNoKeyOrNoBodyIsSaid) {
  const std::string ada = open("story");
  EXPECT_EQ(ask("POST", "/api/v1/rooms", R"({"kind":"picks","viewer":"99","name":"x"})").status, 404);
  EXPECT_EQ(ask("POST", "/api/v1/rooms", R"({"kind":"party","viewer":"1","name":"x"})").status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/rooms", R"({"kind":"picks","viewer":"1","name":""})").status, 400);
  EXPECT_EQ(ask("PUT", room_ + "/wishes", "{}").status, 404) << "nobody's key";
  EXPECT_EQ(ask("PUT", room_ + "/lock", "not json", ada).status, 400);
  EXPECT_EQ(ask("PUT", room_ + "/ballot", R"({"question":"?","options":[{"id":"a","text":"A"},{"id":"b","text":"B"}],"seconds":601})", ada).status, 400);
  EXPECT_EQ(ask("POST", room_ + "/result", {}, ada).status, 409);
  EXPECT_EQ(ask("POST", room_ + "/result", "[]", ada).status, 400);
  EXPECT_EQ(ask("POST", room_ + "/picks", "{}", ada).status, 409);
  EXPECT_EQ(ask("DELETE", room_ + "/guests/none", {}, ada).status, 404);
  EXPECT_EQ(ask("DELETE", room_ + "/guests/0", {}, ada).status, 409);
}

}  // namespace
}  // namespace cineloom::serve
