#include <gmock/gmock.h>

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include "base/cancel.h"
#include "base/files.h"
#include "base/json.h"
#include "domain/json.h"
#include "pipeline/cinema.h"
#include "pipeline/local_job_queue.h"
#include "serve/api.h"
#include "serve/event_hub.h"
#include "serve/problem.h"
#include "serve/static_files.h"
#include "serve/testing/entrance.h"

namespace cineloom::serve {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ServeTest : public ::testing::Test {
 protected:
  ServeTest() : folder_(fs::path(::testing::TempDir()) / "cineloom-serve") {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "web");
    write("web/index.html", "<!doctype html><title>page</title>");
    auto cinema = Cinema::open({.data = folder_ / "library", .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = {}});
    EXPECT_TRUE(cinema) << cinema.error().describe();
    cinema_ = std::move(*cinema);
    jobs_ = std::make_unique<LocalJobQueue>([this] { return cinema_->now(); });
    training_ = std::make_unique<BackgroundTraining>(*cinema_, *jobs_);
    entrance_.emplace(folder_ / "library", cinema_->store());
    router_ = make_router({.cinema = *cinema_,
                           .jobs = *jobs_,
                           .training = *training_,
                           .model = model_,
                           .web = folder_ / "web",
                           .openapi = kDescription,
                           .accounts = *entrance_->accounts,
                           .gate = entrance_->gate,
                           .events = events_,
                           .setup_token = {}});
  }
  ~ServeTest() override { fs::remove_all(folder_); }

  void write(const fs::path& name, std::string_view text) const { std::ofstream(folder_ / name) << text; }
  [[nodiscard]] HttpResponse get(const std::string& path) const { return router_.handle({.method = "GET", .path = path}); }
  [[nodiscard]] HttpResponse post(const std::string& path, const std::string& body) const {
    return router_.handle({.method = "POST", .path = path, .headers = {{"content-type", "application/json"}}, .body = body});
  }

  inline static const std::string kDescription = std::string(CINELOOM_SOURCE_DIR) + "/api/openapi.yaml";
  fs::path folder_;
  std::unique_ptr<Cinema> cinema_;
  std::unique_ptr<LocalJobQueue> jobs_;
  std::unique_ptr<BackgroundTraining> training_;
  llm::SharedModel model_{{}};
  EventHub events_;
  std::optional<testing::Entrance> entrance_;
  Router router_{RouteGuard()};
};

TEST_F(ServeTest, AKnownPathWithAnotherMethodSaysWhichMethodsThereAre) {
  const HttpResponse response = router_.handle({.method = "PUT", .path = "/api/v1/films"});
  EXPECT_EQ(response.status, 405);
  EXPECT_THAT(response.headers, ::testing::Contains(::testing::Pair("Allow", HasSubstr("GET"))));
}

TEST_F(ServeTest, AViewerIsAddedOnceAndFoundAgain) {
  EXPECT_EQ(post("/api/v1/viewers", R"({"name":"Ana"})").status, 201);
  EXPECT_EQ(post("/api/v1/viewers", R"({"name":"Ana"})").status, 201);
  const HttpResponse list = get("/api/v1/viewers");
  EXPECT_EQ(list.body, R"({"viewers":[{"id":"1","name":"Ana","simulated":false,"ratings":0}],"next_cursor":null})");
}

TEST_F(ServeTest, AHistoryComesInIsPreviewedTakenAwayAndTakenBack) {
  const std::string table = "Const,Your Rating,Date Rated,Title,URL,Title Type,Year\ntt0089881,9,2024-03-01,Ran,u,Movie,1985\n";
  const auto send = [&](const std::string& preview) {
    return router_.handle({.method = "POST", .path = "/api/v1/imports", .query = {{"viewer", "Ana"}, {"name", "x.csv"}, {"preview", preview}}, .body = table});
  };
  const HttpResponse preview = send("true");
  EXPECT_EQ(preview.status, 200);
  EXPECT_THAT(preview.body, HasSubstr(R"("kinds":{"rate":1})"));
  EXPECT_EQ(get("/api/v1/imports").body, R"({"imports":[],"next_cursor":null})");
  const std::string cut_archive("PK\x03\x04 and no more");
  EXPECT_EQ(router_.handle({.method = "POST", .path = "/api/v1/imports", .query = {{"name", "x.zip"}}, .body = cut_archive}).status, 400);
  EXPECT_EQ(send("false").status, 201);
  const HttpResponse own = get("/api/v1/viewers/1/export");
  EXPECT_EQ(own.content_type, "application/x-ndjson");
  EXPECT_THAT(own.body, HasSubstr(R"("key":"imdb:rate:tt0089881")"));
  const HttpResponse trakt = router_.handle({.method = "GET", .path = "/api/v1/viewers/1/export", .query = {{"format", "trakt"}}});
  EXPECT_EQ(trakt.content_type, "application/zip");
  EXPECT_EQ(router_.handle({.method = "GET", .path = "/api/v1/viewers/1/export", .query = {{"format", "paper"}}}).status, 400);
  EXPECT_EQ(router_.handle({.method = "DELETE", .path = "/api/v1/imports/1"}).status, 200);
  EXPECT_EQ(router_.handle({.method = "DELETE", .path = "/api/v1/imports/1"}).status, 409);
  EXPECT_EQ(router_.handle({.method = "DELETE", .path = "/api/v1/imports/9"}).status, 404);
}

TEST_F(ServeTest, AViewerReadsWhatIsKeptAndIsForgottenWithAReceipt) {
  ASSERT_EQ(post("/api/v1/viewers", R"({"name":"Ana"})").status, 201);
  EXPECT_EQ(get("/api/v1/privacy").body,
            R"({"budget":{"epsilon":0E0,"epsilon_of_year":0E0,"delta":0E0,"releases":[]},"outbound_bytes":0,"language_model_server":""})");
  const std::string objection = R"({"topic":"anonymous_export","is_given":false,"text_version":"2026-11"})";
  EXPECT_THAT(router_.handle({.method = "POST", .path = "/api/v1/viewers/1/consents", .body = objection}).body, HasSubstr("\"is_given\":false"));
  EXPECT_THAT(get("/api/v1/viewers/1/consents").body, HasSubstr("2026-11"));
  EXPECT_EQ(router_.handle({.method = "POST", .path = "/api/v1/viewers/1/consents", .body = R"({"topic":"x"})"}).status, 400);
  EXPECT_THAT(get("/api/v1/viewers/1/data").body, HasSubstr("2026-11"));
  EXPECT_THAT(get("/api/v1/viewers/1/data").body, HasSubstr("Ana"));
  const HttpResponse table = router_.handle({.method = "GET", .path = "/api/v1/viewers/1/data", .query = {{"format", "csv"}}});
  EXPECT_EQ(table.body, "day,kind,film,title,value,origin\n");
  const HttpResponse receipt = router_.handle({.method = "DELETE", .path = "/api/v1/viewers/1"});
  EXPECT_EQ(receipt.status, 200) << receipt.body;
  EXPECT_THAT(receipt.body, HasSubstr(R"("viewer":"Ana")"));
  EXPECT_EQ(get("/api/v1/viewers/1/data").status, 404);
  EXPECT_EQ(router_.handle({.method = "DELETE", .path = "/api/v1/viewers/1"}).status, 404);
}

TEST_F(ServeTest, ListsComeInPagesThatMissNothingAndRepeatNothing) {
  const ViewerId ana = *cinema_->store().put_viewer({.name = "Ana"});
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(cinema_->store().put_viewer({.name = "Viewer " + std::to_string(i)}));
  std::vector<Event> acts;
  for (int i = 0; i < 7; ++i) {
    const FilmId film = *cinema_->store().put_film({.key = "paged-" + std::to_string(i), .title = {.english = "Paged"}});
    acts.push_back({.viewer = ana, .film = film, .kind = EventKind::Like, .at = Timestamp(std::chrono::seconds(100 * (i / 2)))});  // some at one moment
  }
  ASSERT_TRUE(cinema_->store().append_events(acts));
  const auto walk = [&](const std::string& path, const std::string& name, bool is_disturbed) {
    std::vector<std::string> found;
    std::string cursor;
    for (int page = 0; page < 10; ++page) {
      HttpRequest request{.method = "GET", .path = path, .query = {{"limit", "3"}}};
      if (!cursor.empty()) request.query["cursor"] = cursor;
      const auto answer = boost::json::parse(router_.handle(request).body);
      EXPECT_LE(answer.at(name).as_array().size(), 3U);
      for (const auto& entry : answer.at(name).as_array()) found.emplace_back(entry.at("id").as_string());
      if (answer.at("next_cursor").is_null()) break;
      cursor = std::string(answer.at("next_cursor").as_string());
      // Between two pages something earlier is taken away: what follows does not move.
      if (is_disturbed && page == 0) { EXPECT_TRUE(cinema_->store().remove_event(ana, EventId(std::stoll(found.front())))); }
    }
    return found;
  };
  const std::string events = "/api/v1/viewers/" + std::to_string(ana.number()) + "/events";
  const auto all = walk(events, "events", false);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 7U);
  EXPECT_EQ(walk(events, "events", true), all);
  EXPECT_EQ(walk("/api/v1/viewers", "viewers", false).size(), cinema_->store().viewers()->size());
  HttpRequest wild{.method = "GET", .path = events, .query = {{"cursor", "none"}}};
  EXPECT_EQ(router_.handle(wild).status, 400);
  wild.query = {{"limit", "0"}};
  EXPECT_EQ(router_.handle(wild).status, 400);
}

TEST_F(ServeTest, AStoryThatNobodyCanTellAsAskedForIsNotKept) {
  const auto write_with = [&](const std::string& teller) {
    return router_.handle({.method = "POST",
                           .path = "/api/v1/stories",
                           .query = {{"tell_with", teller}},
                           .headers = {{"content-type", "application/json"}},
                           .body = R"({"arc":"icarus","language":"en","seed":3,"decisions":1})"});
  };
  EXPECT_EQ(write_with("poet").status, 400);
  EXPECT_EQ(write_with("model").status, 503) << "no model was chosen";
  EXPECT_EQ(get("/api/v1/stories").body, R"({"stories":[],"next_cursor":null})");
  EXPECT_EQ(write_with("templates").status, 201);
}

TEST_F(ServeTest, MistakesAreProblemDocumentsWithANextStep) {
  for (const HttpResponse& response :
       {get("/api/v1/films/7"), get("/api/v1/films/seven"), post("/api/v1/viewers", "{"), post("/api/v1/viewers", R"({"name":""})"),
        get("/api/v1/films/7/knowledge"), get("/media/films/7/takes/a.mp4/subtitles/en.vtt"), get("/nothing/here")}) {
    EXPECT_GE(response.status, 400);
    EXPECT_LT(response.status, 500) << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_THAT(response.body, ::testing::Not(HasSubstr("\"next_step\":\"\"")));
  }
}

TEST_F(ServeTest, FilmsAreFoundByADrawnCourseOfFeeling) {
  Store& store = cinema_->store();
  const auto put = [&](const std::string& key, const std::vector<double>& course) {
    FilmKnowledge known;
    for (std::size_t i = 0; i < course.size(); ++i) { known.arc.push_back({.at = FilmTime(static_cast<std::int64_t>(i) * 1000), .valence = course[i]}); }
    ASSERT_TRUE(store.put_findings({.key = key, .title = {.original = key, .english = key}, .year = 2000}, {}, "all", to_json(known)));
  };
  put("rises", {-1, -0.5, 0, 0.5, 1});
  put("falls", {1, 0.5, 0, -0.5, -1});
  const auto ask = [&](const std::string& draw) { return router_.handle({.method = "GET", .path = "/api/v1/arcs", .query = {{"draw", draw}}}); };
  const HttpResponse found = ask("-0.2,0,0.4");
  ASSERT_EQ(found.status, 200) << found.body;
  const auto films = *json::parse(found.body);
  ASSERT_EQ(films.at("films").as_array().size(), 2U);
  EXPECT_EQ(films.at("films").at(0).at("film").at("key").as_string(), "rises");
  EXPECT_GT(films.at("films").at(0).at("likeness").as_double(), 0.9);
  EXPECT_LT(films.at("films").at(1).at("likeness").as_double(), 0);
  for (const char* wrong : {"", "0.5", "0.2,0.2", "a,b", "0,7", "0,,1", "nan,0", "inf,0", "0;1"}) EXPECT_EQ(ask(wrong).status, 400) << wrong;
}

TEST_F(ServeTest, TheServerIsReadyOnceTheLibraryCanBeRead) { EXPECT_EQ(get("/health/ready").status, 200); }

TEST_F(ServeTest, ThePageIsServedAndNothingOutsideItsFolder) {
  write("secret.txt", "secret");
  EXPECT_EQ(get("/").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(get("/../secret.txt").status, 404);
  fs::create_symlink("../secret.txt", folder_ / "web" / "link.txt");
  EXPECT_EQ(get("/link.txt").status, 404);
  EXPECT_FALSE(file_response_inside({.method = "GET", .path = "/", .visitor = {}}, folder_ / "web", "../secret.txt"));
}

TEST_F(ServeTest, RangesGiveTheirPartOfAFile) {
  write("web/ten.txt", "0123456789");
  const auto ranged = [this](const std::string& range) {
    return *file_response({.method = "GET", .path = "/ten.txt", .headers = {{"range", range}}}, folder_ / "web/ten.txt");
  };
  EXPECT_EQ(ranged("bytes=2-4").status, 206);
  EXPECT_EQ(ranged("bytes=2-4").file->offset, 2U);
  EXPECT_EQ(ranged("bytes=2-4").file->size, 3U);
  EXPECT_EQ(ranged("bytes=-3").file->offset, 7U);
  EXPECT_EQ(ranged("bytes=8-100").file->size, 2U);
  EXPECT_EQ(ranged("bytes=10-").status, 416);
  EXPECT_EQ(ranged("bytes=a-b").status, 200);
}

TEST_F(ServeTest, AStoryIsReadWhileItIsTold) {
  HttpRequest request{.method = "POST", .path = "/api/v1/stories", .query = {{"stream", "true"}}, .headers = {{"content-type", "application/json"}}};
  request.body = R"({"language":"en","seed":5,"decisions":2})";
  const HttpResponse response = testing::answer_of(router_.handle(request));
  EXPECT_EQ(response.content_type, "text/event-stream");
  const auto story = response.body.find("event: story\ndata: ");
  ASSERT_NE(story, std::string::npos) << response.body;
  const auto whole = boost::json::parse(response.body.substr(story + 19));
  std::size_t passages = 0;
  for (auto at = response.body.find("event: passage"); at < story; at = response.body.find("event: passage", at + 1)) ++passages;
  EXPECT_EQ(passages, whole.at("graph").at("nodes").as_array().size());
  EXPECT_THAT(response.body, HasSubstr("\"told\":1,\"all\":" + std::to_string(passages)));
  EXPECT_EQ(cinema_->store().stories()->size(), 1U);
  request.body = R"({"language":"xx"})";
  EXPECT_EQ(testing::answer_of(router_.handle(request)).status, 400) << "what is wrong from the beginning is an answer of its own";
  EXPECT_EQ(cinema_->store().stories()->size(), 1U);
}

/// A reader who goes away with the first piece.
class LeavingReader final : public ResponseWriter {
 public:
  void answer(HttpResponse) override { ADD_FAILURE() << "it has begun already"; }
  void begin(HttpResponse) override {}
  void piece(std::string_view bytes) override {
    told += bytes;
    source_.cancel();
  }
  [[nodiscard]] const CancelToken& gone() const override { return token_; }
  std::string told;

 private:
  CancelSource source_;
  CancelToken token_ = source_.token();
};

TEST_F(ServeTest, AStoryWhoseReaderGoesAwayIsToldNoFurtherAndNotKept) {
  const HttpResponse response = router_.handle({.method = "POST",
                                                .path = "/api/v1/stories",
                                                .query = {{"stream", "true"}},
                                                .headers = {{"content-type", "application/json"}},
                                                .body = R"({"language":"en","seed":5,"decisions":3})",
                                                .visitor = {}});
  ASSERT_TRUE(response.produce);
  LeavingReader reader;
  response.produce(reader);
  EXPECT_THAT(reader.told, HasSubstr("\"told\":1,"));
  EXPECT_THAT(reader.told, ::testing::Not(HasSubstr("\"told\":2,"))) << "nothing is told to nobody";
  EXPECT_EQ(cinema_->store().stories()->size(), 0U);
}

TEST_F(ServeTest, AStoryIsPlannedAnewAfterWhatWasDoneAndNotAfterTooMuch) {
  ASSERT_EQ(post("/api/v1/stories", R"({"language":"en","seed":5,"decisions":2})").status, 201);
  const auto replan = [this](std::size_t count) {
    std::string signals;
    for (std::size_t i = 0; i < count; ++i) signals += std::string(i == 0 ? "" : ",") + R"({"node":"n0","signal":"like"})";
    return post("/api/v1/stories/1/replanning", R"({"seen":["n0"],"signals":[)" + signals + "]}");
  };
  EXPECT_EQ(replan(1000).status, 201);
  EXPECT_EQ(replan(1001).status, 400);
  EXPECT_EQ(cinema_->store().stories()->size(), 2U) << "the story as it was stays";
}

TEST(EventHubTest, GivesWhatWasMissedAndThenWhatHappens) {
  EventHub hub;
  hub.publish("job", "1");
  hub.publish("job", "2");
  std::vector<std::string> heard;
  const auto subscription = hub.subscribe(1, [&heard](const ServerEvent& event) { heard.push_back(event.data); });
  ASSERT_EQ(subscription.missed.size(), 1U);
  EXPECT_EQ(subscription.missed.front().wire_text(), "id: 2\nevent: job\ndata: 2\n\n");
  hub.publish("job", "3");
  hub.unsubscribe(subscription.number);
  hub.publish("job", "4");
  EXPECT_THAT(heard, ElementsAre("3"));
}

TEST(ProblemTest, EveryErrorCodeHasAStatusOfItsKind) {
  EXPECT_EQ(status_of(ErrorCode::InvalidArgument), 400);
  EXPECT_EQ(status_of(ErrorCode::NotFound), 404);
  EXPECT_EQ(status_of(ErrorCode::Conflict), 409);
  EXPECT_EQ(status_of(ErrorCode::DataLoss), 500);
}

}  // namespace
}  // namespace cineloom::serve
