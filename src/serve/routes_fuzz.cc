// Whatever is sent to whichever route, it is answered: refused with its reason or done, and never by a fault of ours. The first line is
// "POST /api/v1/stories?from=2", then come headers, an empty line, and the body. The library has films, a viewer, a story, a room, a feed, a
// webhook and an admin who asks; ROOM and FEED in the first line stand for what is secret of them. The library begins anew now and then, and
// when something was removed or nobody is let in any more.
#include <algorithm>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <memory>

#include "base/assert.h"
#include "base/json.h"
#include "domain/json.h"
#include "domain/knowledge.h"
#include "serve/internal/exchange.h"
#include "serve/testing/route_library.h"

namespace cineloom::serve {
namespace {

namespace http = boost::beast::http;

constexpr auto kPassword = "violet anvil harbour";
constexpr int kRequestsOfALibrary = 400;

/// A key is found and given away.
FilmKnowledge knowledge_of(FilmId film) {
  FilmKnowledge known{.film = film};
  known.plot.characters = {{.name = "Ada", .aliases = {}, .importance = 0.6, .description = {}},
                           {.name = "Ben", .aliases = {}, .importance = 0.4, .description = {}}};
  for (const std::string action : {"Ada finds a brass key.", "Ada gives Ben the brass key."}) {
    const int scene = static_cast<int>(known.timeline.scenes.size());
    const FilmTime begin(4000 * scene);
    known.timeline.scenes.push_back({.begin = begin,
                                     .end = begin + FilmTime(4000),
                                     .heading = "INT. KITCHEN - DAY",
                                     .setting = {},
                                     .place = "Kitchen",
                                     .time_of_day = {},
                                     .characters = {"Ada", "Ben"},
                                     .action = action});
    known.timeline.lines.push_back({.begin = begin, .end = begin + FilmTime(2000), .speaker = "Ada", .text = "Look at this.", .scene = scene, .confidence = 1});
    known.plot.events.push_back({.title = action,
                                 .scene = scene,
                                 .at = begin,
                                 .actors = {"Ada"},
                                 .preconditions = {},
                                 .effects = {},
                                 .evidence = action,
                                 .span = {0, action.size()},
                                 .causes = {}});
  }
  known.plot.events.back().causes = {0};
  return known;
}

class World {
 public:
  World() : names_(*OwnNames::of("127.0.0.1", 8080, "")), router_(make_router(library_.context())) {
    plant_films();
    auto& accounts = *library_.entrance->accounts;
    CINELOOM_ASSERT(accounts.add({.name = "Chief", .role = Role::Admin, .password = Secret(kPassword)}, "console"));
    const std::string session(accounts.sign_in("Chief", Secret(kPassword), "127.0.0.1")->token.reveal());
    own_headers_ = {{"cookie", "cineloom-session=" + session}, {kPageTokenHeader, accounts::page_token_of(session)}};
    std::ignore = made("/api/v1/stories", R"({"language":"en","seed":5,"decisions":2})");
    std::ignore = made("/api/v1/webhooks", R"({"url":"http://127.0.0.1:9/x","topics":["event.created"],"may_be_private":true})");
    const auto room = made("/api/v1/rooms", R"({"kind":"picks","viewer":"1","name":"Ada"})");
    secrets_["ROOM"] = room.at("room").at("code").as_string();
    own_headers_["x-cineloom-member"] = room.at("key").as_string();
    const std::string feed(made("/api/v1/viewers/1/feeds", "{}").at("rss").as_string());
    const auto begin = feed.find("/feeds/") + 7;
    secrets_["FEED"] = feed.substr(begin, feed.find('/', begin) - begin);
  }

  [[nodiscard]] HttpRequest request_of(const std::string& method, std::string target, const std::map<std::string, std::string>& headers,
                                       std::string body) const {
    for (const auto& [word, secret] : secrets_) {
      if (const auto at = target.find(word); at != std::string::npos) target.replace(at, word.size(), secret);
    }
    http::request<http::string_body> message;
    message.method_string(method);
    message.target(target);
    message.set("host", "127.0.0.1:8080");
    for (const auto* some : {&own_headers_, &headers}) {
      for (const auto& [name, value] : *some) message.set(name, value);
    }
    message.body() = std::move(body);
    HttpRequest request = to_request(message);
    request.peer = "127.0.0.1";
    return request;
  }

  HttpResponse answer(const HttpRequest& request) {
    std::ignore = library_.jobs.rest(true);  // what is begun would go on beside the next requests
    return testing::answer_of(guard(request, names_, [this](const HttpRequest& one) { return router_.handle(one); }));
  }

 private:
  boost::json::value made(const std::string& target, std::string body) {
    const HttpResponse response = answer(request_of("POST", target, {{"content-type", "application/json"}}, std::move(body)));
    CINELOOM_ASSERT(response.status == 200 || response.status == 201);
    return *json::parse(response.body);
  }

  void plant_films() {
    Store& store = library_.store();
    const ViewerId viewer = *store.put_viewer({.name = "Ana"});
    std::vector<Event> events;
    for (int film = 0; film < 12; ++film) {
      const std::string number = std::to_string(film);
      const FilmId id = *store.put_film(
          {.key = "film-" + number, .title = {.english = "Film " + number}, .year = 1990 + film, .genres = {film % 2 == 0 ? "drama" : "comedy"}});
      events.push_back({.viewer = viewer, .film = id, .kind = EventKind::Rate, .value = 1 + film % 5, .at = library_.now});
    }
    CINELOOM_ASSERT(store.append_events(events));
    CINELOOM_ASSERT(store.put_knowledge(events.front().film, "all", to_json(knowledge_of(events.front().film))));
  }

  testing::RouteLibrary library_{"cineloom-fuzz-routes"};
  OwnNames names_;
  Router router_;
  std::map<std::string, std::string> own_headers_;
  std::map<std::string, std::string> secrets_;
};

std::string_view take(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

/// Header fields as Beast lets them through.
std::map<std::string, std::string> take_headers(std::string_view& text) {
  std::map<std::string, std::string> headers;
  const auto is_field = [](char letter) { return letter > ' ' && letter < 127 && letter != ':'; };
  for (std::string_view line = take(text, '\n'); !line.empty(); line = take(text, '\n')) {
    const std::string name(take(line, ':'));
    if (!name.empty() && name.size() < 100 && std::ranges::all_of(name, is_field)) headers[name] = line.substr(0, 4000);
  }
  return headers;
}

bool is_method(std::string_view word) {
  return !word.empty() && word.size() < 20 && std::ranges::all_of(word, [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

/// A receiver's name is looked up, which leaves this machine.
bool leaves_this_machine(const HttpRequest& request) {
  return request.method == "POST" && request.path.starts_with("/api/v1/webhooks") && request.body.contains("url");
}

}  // namespace
}  // namespace cineloom::serve

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  static std::unique_ptr<serve::World> world;
  static int asked = 0;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view line = serve::take(text, '\n');
  const std::string method(serve::take(line, ' '));
  if (!serve::is_method(method)) return 0;
  if (world == nullptr || ++asked % serve::kRequestsOfALibrary == 0) {
    world.reset();
    world = std::make_unique<serve::World>();
  }
  const auto headers = serve::take_headers(text);
  const serve::HttpRequest request = world->request_of(method, std::string(line), headers, std::string(text));
  if (serve::leaves_this_machine(request)) return 0;
  const serve::HttpResponse response = world->answer(request);
  CINELOOM_ASSERT(response.status >= 200 && response.status < 600 && response.status != 500);
  if (response.content_type.starts_with("application/json") && !response.body.empty()) CINELOOM_ASSERT(json::parse(response.body));
  // The next ones need what this one took away.
  if (response.status == 401 || (method == "DELETE" && response.status < 300)) world.reset();
  return 0;
}
