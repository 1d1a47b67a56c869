// Every route times everybody who may ask: what is declared in the code, in api/openapi.yaml and what is answered are one.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "base/json.h"
#include "serve/testing/route_library.h"

namespace cineloom::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kDescription = std::string(CINELOOM_SOURCE_DIR) + "/api/openapi.yaml";
constexpr auto kGoodPassword = "violet anvil harbour";

std::string name_of_access(const Policy& policy) { return json::enum_name(policy.access()); }

/// "own [{session: []}, {token: [read]}]", in the words of the document.
std::string text_of(const Policy& policy) {
  if (policy.access() == Access::Everyone) return "everyone []";
  return name_of_access(policy) + " [{session: []}" + (policy.scope() ? ", {token: [" + json::enum_name(*policy.scope()) + "]}" : "") + "]";
}

/// What the document says of each operation: paths stand two spaces deep, methods four, what they ask six.
std::map<std::string, std::string> described_routes() {
  std::map<std::string, std::string> routes;
  std::ifstream lines(kDescription);
  std::string path;
  std::string route;
  for (std::string line; std::getline(lines, line) && !line.starts_with("components:");) {
    if (line.starts_with("  /")) path = line.substr(2, line.size() - 3);
    for (const std::string_view method : {"get", "post", "put", "patch", "delete"}) {
      if (path.empty() || line != "    " + std::string(method) + ":") continue;
      route = std::string(method) + " " + path;
      std::transform(route.begin(), route.begin() + std::ssize(method), route.begin(), [](char letter) { return static_cast<char>(letter - 'a' + 'A'); });
      routes[route] = "";
    }
    constexpr std::string_view kAccess = "      x-access: ";
    constexpr std::string_view kSecurity = "      security: ";
    if (line.starts_with(kAccess)) routes[route] = line.substr(kAccess.size());
    if (line.starts_with(kSecurity)) routes[route] += " " + line.substr(kSecurity.size());
  }
  return routes;
}

class RoutePolicies : public ::testing::Test {
 protected:
  RoutePolicies() { open_door({}); }

  void open_door(const GateOptions& options, std::string_view setup_token = {}) {
    library_.enter(options);
    router_ = make_router(library_.context(setup_token));
  }
  accounts::Accounts& accounts() { return *library_.entrance->accounts; }

  Account add(const std::string& name, Role role) {
    auto added = accounts().add({.name = name, .role = role, .password = Secret(kGoodPassword)}, "console");
    EXPECT_TRUE(added) << added.error().describe();
    return *added;
  }
  using Headers = std::map<std::string, std::string>;
  Headers browser_of(const std::string& name) {
    const auto in = accounts().sign_in(name, Secret(kGoodPassword), "192.0.2.1");
    EXPECT_EQ(in->outcome, accounts::SignIn::Outcome::Welcome);
    const std::string token(in->token.reveal());
    return {{"cookie", "theme=dark; cineloom-session=" + token}, {kPageTokenHeader, accounts::page_token_of(token)}};
  }
  Headers token_of(const Account& account, const std::vector<Scope>& scopes) {
    const auto given = accounts().add_token(account, {.name = "test", .scopes = scopes, .lifetime = {}}, "console");
    EXPECT_TRUE(given) << given.error().describe();
    return {{"authorization", "Bearer " + std::string(given->token.reveal())}};
  }

  Headers guest_in_a_room(const Headers& host) const {
    const HttpResponse opened = ask("POST", "/api/v1/rooms", host, R"({"kind":"picks","name":"Chief"})");
    EXPECT_EQ(opened.status, 201) << opened.body;
    const std::string code(boost::json::parse(opened.body).at("room").at("code").as_string());
    const HttpResponse joined = ask("POST", "/api/v1/rooms/" + code + "/guests", {}, R"({"name":"Guest"})");
    EXPECT_EQ(joined.status, 201) << joined.body;
    return {{"x-cineloom-member", std::string(boost::json::parse(joined.body).at("key").as_string())}};
  }

  /// The number of the viewer that an account has once it asked for something.
  std::string viewer_of(const std::string& name, const Headers& headers) const {
    ask("GET", "/api/v1/viewers", headers);
    return std::to_string((*library_.store().find_viewer(name))->id.number());
  }

  HttpResponse ask(const std::string& method, const std::string& path, const Headers& headers, const std::string& body = "{}") const {
    HttpRequest request{.method = method, .path = path, .headers = headers, .body = body, .peer = "192.0.2.1", .visitor = {}};
    request.headers["content-type"] = "application/json";
    return testing::answer_of(router_.handle(std::move(request)));
  }

  testing::RouteLibrary library_{"cineloom-serve-policies"};
  Router router_{RouteGuard()};
};

TEST_F(RoutePolicies, EveryRouteIsDescribedWithWhatItAsksAndEveryDescriptionIsARoute) {
  std::map<std::string, std::string> declared;
  for (const DeclaredRoute& route : router_.routes()) declared[route.method + " " + route.pattern] = text_of(route.policy);
  EXPECT_EQ(declared, described_routes());
}

/// Somebody who asks, and what a route must answer them.
struct Identity {
  std::string name;
  std::map<std::string, std::string> headers;
  bool is_known = false;
  bool is_admin = false;
  bool is_owner = false;                 ///< of the viewer in the path
  std::optional<std::set<Scope>> scopes; ///< of a token
  bool has_page_token = true;
};

enum class Verdict { Passes, MustSignIn, Forbidden };

Verdict verdict_for(const Identity& who, const DeclaredRoute& route) {
  const Policy& policy = route.policy;
  if (policy.access() == Access::Everyone) return Verdict::Passes;
  if (!who.is_known) return Verdict::MustSignIn;
  if (who.scopes && !(policy.scope() && who.scopes->contains(*policy.scope()))) return Verdict::Forbidden;
  if (!who.scopes && !who.has_page_token && route.method != "GET") return Verdict::Forbidden;
  if (who.is_admin) return Verdict::Passes;
  if (policy.access() == Access::Admin) return Verdict::Forbidden;
  return policy.access() == Access::Own && !who.is_owner ? Verdict::Forbidden : Verdict::Passes;
}

Verdict verdict_of(int status) { return status == 401 ? Verdict::MustSignIn : status == 403 ? Verdict::Forbidden : Verdict::Passes; }

std::string filled(std::string pattern, const std::string& viewer) {
  for (auto open = pattern.find('{'); open != std::string::npos; open = pattern.find('{')) {
    const auto close = pattern.find('}', open);
    const bool is_viewer = pattern.substr(open, close - open + 1) == "{viewer}";
    pattern.replace(open, close - open + 1, is_viewer ? viewer : "999");
  }
  return pattern;
}

TEST_F(RoutePolicies, EveryRouteAnswersEverybodyAsItDeclared) {
  const Account chief = add("Chief", Role::Admin);
  const Account ana = add("Ana", Role::Viewer);
  add("Bo", Role::Viewer);
  add("Late", Role::Viewer);
  const Headers late = browser_of("Late");
  library_.now += std::chrono::days(8);  // her session was idle for longer than sessions may be
  const std::set<Scope> all = {Scope::Read, Scope::Events, Scope::Stories, Scope::Models};
  Headers strange_page = browser_of("Ana");
  strange_page[kPageTokenHeader] = std::string(64, '0');
  std::vector<Identity> everybody = {
      {.name = "nobody", .headers = {}, .scopes = {}},
      {.name = "viewer", .headers = browser_of("Ana"), .is_known = true, .is_owner = true, .scopes = {}},
      {.name = "another viewer", .headers = browser_of("Bo"), .is_known = true, .scopes = {}},
      {.name = "admin", .headers = browser_of("Chief"), .is_known = true, .is_admin = true, .scopes = {}},
      {.name = "token with every scope but one's", .headers = token_of(ana, {all.begin(), all.end()}), .is_known = true, .is_owner = true, .scopes = all},
      {.name = "token that an expired session has", .headers = late, .scopes = {}},
      {.name = "page without its token", .headers = strange_page, .is_known = true, .is_owner = true, .scopes = {}, .has_page_token = false},
      {.name = "made-up token", .headers = {{"authorization", "Bearer cin_" + std::string(43, 'A')}}, .scopes = {}},
      {.name = "made-up session", .headers = {{"cookie", "cineloom-session=" + std::string(43, 'A')}}, .scopes = {}},
  };
  everybody.push_back({.name = "guest in a room", .headers = guest_in_a_room(everybody[3].headers), .scopes = {}});
  for (const Scope scope : {Scope::Read, Scope::Events, Scope::Stories, Scope::Models, Scope::Manage}) {
    const std::string name = "admin's token for " + json::enum_name(scope) + " alone";
    everybody.push_back({.name = name, .headers = token_of(chief, {scope}), .is_known = true, .is_admin = true, .scopes = std::set<Scope>{scope}});
  }
  ask("GET", "/api/v1/viewers", everybody[1].headers);  // her viewer comes with her first question
  const ViewerId viewer = (*library_.store().find_viewer("Ana"))->id;
  int cells = 0;
  for (const DeclaredRoute& route : router_.routes()) {
    // These end the very session or account that asks; each has a test of its own.
    if (route.method == "DELETE" && route.pattern.starts_with("/api/v1/session")) continue;
    for (const Identity& who : everybody) {
      // What a page that signs in badly is told is 401 too.
      if (route.method == "POST" && (route.pattern == "/api/v1/session" || route.pattern == "/api/v1/setup")) continue;
      // Whoever may forget the viewer would: the others ask as her.
      if (route.method == "DELETE" && route.pattern == "/api/v1/viewers/{viewer}" && verdict_for(who, route) == Verdict::Passes) continue;
      const int status = ask(route.method, filled(route.pattern, std::to_string(viewer.number())), who.headers).status;
      EXPECT_EQ(verdict_of(status), verdict_for(who, route)) << route.method << " " << route.pattern << " for " << who.name << " gave " << status;
      ++cells;
    }
  }
  EXPECT_GT(cells, 1100);
}

TEST_F(RoutePolicies, WithoutAccountsAHouseholdNeedsNoneAtThisMachineOnly) {
  EXPECT_EQ(ask("GET", "/api/v1/films", {}).status, 200);
  EXPECT_EQ(ask("GET", "/api/v1/films", {{"x-forwarded-for", "203.0.113.7"}}).status, 401) << "what came through a proxy";
  EXPECT_THAT(ask("GET", "/api/v1/session", {}).body, HasSubstr(R"("mode":"household")"));
  open_door({.is_household_welcome = false});
  EXPECT_EQ(ask("GET", "/api/v1/films", {}).status, 401);
  EXPECT_THAT(ask("GET", "/api/v1/session", {}).body, HasSubstr(R"("mode":"setup")"));
}

TEST_F(RoutePolicies, TheFirstAccountIsMadeOnceWithTheTokenThatTheServerPrinted) {
  open_door({.is_household_welcome = false}, "printed-on-the-console");
  const auto set_up = [this](const std::string& token) {
    return ask("POST", "/api/v1/setup", {}, R"({"token":")" + token + R"(","name":"Chief","password":"violet anvil harbour"})");
  };
  EXPECT_EQ(set_up("guessed").status, 403);
  EXPECT_EQ(set_up("").status, 403);
  const HttpResponse made = set_up("printed-on-the-console");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(std::ranges::count(made.headers, "Set-Cookie", &std::pair<std::string, std::string>::first), 2);
  EXPECT_EQ(set_up("printed-on-the-console").status, 409);
  EXPECT_EQ((*accounts().audit(10)).back().action, AuditAction::SetupFailed);
}

TEST_F(RoutePolicies, SigningInGivesACookieThatScriptsCannotReadAndSigningOutTakesTheSession) {
  add("Ana", Role::Admin);
  const std::string good = R"({"name":"ana","password":"violet anvil harbour"})";
  const HttpResponse in = ask("POST", "/api/v1/session", {}, good);
  ASSERT_EQ(in.status, 201) << in.body;
  EXPECT_THAT(in.body, Not(HasSubstr("argon2")));
  ASSERT_EQ(in.headers.size(), 3U);
  const std::string cookie = in.headers[1].second;
  EXPECT_THAT(cookie, HasSubstr("; HttpOnly; Path=/; SameSite=Lax; Max-Age="));
  const std::string session = cookie.substr(0, cookie.find(';'));
  const std::string page = in.headers[2].second;
  const std::string page_token = page.substr(page.find('=') + 1, 64);
  EXPECT_EQ(ask("GET", "/api/v1/films", {{"cookie", session}}).status, 200);
  EXPECT_EQ(ask("DELETE", "/api/v1/session", {{"cookie", session}}).status, 403) << "a change without the page's token";
  EXPECT_EQ(ask("DELETE", "/api/v1/session", {{"cookie", session}, {kPageTokenHeader, page_token}}).status, 204);
  EXPECT_EQ(ask("GET", "/api/v1/films", {{"cookie", session}}).status, 401);
  EXPECT_EQ(ask("POST", "/api/v1/session", {}, R"({"name":"ana","password":"violet anvil harbor"})").status, 401);
}

TEST_F(RoutePolicies, OverTlsCookiesAreForThisHostAlone) {
  open_door({.is_household_welcome = false, .is_https = true});
  for (const auto& [name, value] : library_.entrance->gate.cookies_for("token")) {
    EXPECT_THAT(value, ::testing::StartsWith("__Host-cineloom-"));
    EXPECT_THAT(value, HasSubstr("; Secure"));
  }
}

TEST_F(RoutePolicies, ManyWrongPasswordsAreSentAwayWithATimeToWait) {
  add("Ana", Role::Admin);
  HttpResponse last;
  for (int i = 0; i < 7; ++i) last = ask("POST", "/api/v1/session", {}, R"({"name":"Ana","password":"not this one"})");
  EXPECT_EQ(last.status, 429);
  EXPECT_THAT(last.headers, ::testing::Contains(::testing::Pair("Retry-After", Not(::testing::IsEmpty()))));
  EXPECT_EQ(ask("POST", "/api/v1/session", {}, R"({"name":"Ana","password":"violet anvil harbour"})").status, 429) << "also the right one waits";
}

TEST_F(RoutePolicies, AViewerSeesOnlyThemselves) {
  add("Chief", Role::Admin);
  add("Ana", Role::Viewer);
  add("Bo", Role::Viewer);
  for (const std::string name : {"Ana", "Bo"}) ask("GET", "/api/v1/viewers", browser_of(name));
  const Headers ana = browser_of("Ana");
  EXPECT_THAT(ask("GET", "/api/v1/viewers", ana).body, Not(HasSubstr("Bo")));
  EXPECT_THAT(ask("GET", "/api/v1/viewers", browser_of("Chief")).body, HasSubstr("Bo"));
  const std::string own = std::to_string((*library_.store().find_viewer("Ana"))->id.number());
  HttpRequest together{.method = "GET", .path = "/api/v1/viewers/" + own + "/recommendations", .query = {{"with", "Bo"}}, .headers = ana, .visitor = {}};
  EXPECT_EQ(router_.handle(together).status, 403) << "a list for both tells what Bo likes";
  HttpRequest story{.method = "POST", .path = "/api/v1/stories", .query = {{"viewer", "Bo"}}, .headers = ana, .body = "{}", .visitor = {}};
  story.headers["content-type"] = "application/json";
  EXPECT_EQ(router_.handle(story).status, 403);
}

TEST_F(RoutePolicies, WhoWasErasedIsNotMadeAgainByTheirNextQuestion) {
  add("Chief", Role::Admin);
  add("Ana", Role::Viewer);
  const Headers ana = browser_of("Ana");
  const std::string own = viewer_of("Ana", ana);
  ASSERT_EQ(ask("DELETE", "/api/v1/viewers/" + own, ana).status, 200);
  ask("GET", "/api/v1/session", ana);
  EXPECT_EQ(ask("GET", "/api/v1/viewers", ana).status, 401);
  EXPECT_FALSE(library_.store().find_viewer("Ana")->has_value());
}

TEST_F(RoutePolicies, NobodyLearnsWhetherSomebodyElseIsThere) {
  add("Chief", Role::Admin);
  add("Ana", Role::Viewer);
  const Headers ana = browser_of("Ana");
  const std::string own = viewer_of("Ana", ana);
  HttpRequest with{.method = "GET", .path = "/api/v1/viewers/" + own + "/recommendations", .query = {{"with", "Nobody"}}, .headers = ana, .visitor = {}};
  EXPECT_EQ(router_.handle(with).status, 403);
}

TEST_F(RoutePolicies, AFeedIsMadeInABrowserAndEndsWithItsAccount) {
  add("Chief", Role::Admin);
  const Account account = add("Ana", Role::Viewer);
  const Headers ana = browser_of("Ana");
  const std::string own = viewer_of("Ana", ana);
  EXPECT_EQ(ask("POST", "/api/v1/viewers/" + own + "/feeds", token_of(account, {Scope::Read, Scope::Events})).status, 403);
  const auto feed_of = [&](const Headers& headers) {
    const HttpResponse made = ask("POST", "/api/v1/viewers/" + own + "/feeds", headers);
    EXPECT_EQ(made.status, 201) << made.body;
    const std::string address(boost::json::parse(made.body).at("stremio").as_string());
    return address.substr(address.find("/feeds/"));
  };
  std::string feed = feed_of(ana);
  EXPECT_EQ(ask("GET", feed, {}).status, 200);
  ASSERT_EQ(ask("DELETE", "/api/v1/sessions", ana).status, 204);
  EXPECT_EQ(ask("GET", feed, {}).status, 404);
  feed = feed_of(browser_of("Ana"));
  ASSERT_EQ(ask("DELETE", "/api/v1/accounts/" + std::to_string(account.id.number()), browser_of("Chief")).status, 204);
  EXPECT_EQ(ask("GET", feed, {}).status, 404);
}

TEST_F(RoutePolicies, APasswordIsChangedWithTheOldOneAndEndsOtherSessions) {
  add("Ana", Role::Admin);
  const Headers here = browser_of("Ana");
  const Headers elsewhere = browser_of("Ana");
  EXPECT_EQ(ask("PUT", "/api/v1/password", here, R"({"password":"wrong","new_password":"copper lantern tide"})").status, 400);
  EXPECT_EQ(ask("PUT", "/api/v1/password", here, R"({"password":"violet anvil harbour","new_password":"short"})").status, 400);
  EXPECT_EQ(ask("PUT", "/api/v1/password", here, R"({"password":"violet anvil harbour","new_password":"copper lantern tide"})").status, 201);
  EXPECT_EQ(ask("GET", "/api/v1/films", elsewhere).status, 401);
  EXPECT_EQ((*accounts().sign_in("Ana", Secret("copper lantern tide"), "x")).outcome, accounts::SignIn::Outcome::Welcome);
}

TEST_F(RoutePolicies, NoAnswerTellsAPassword) {
  add("Ana", Role::Admin);
  for (const std::string body : {R"({"name":"Ana","password":"hunter-two-secret"})", R"({"name":7,"password":"hunter-two-secret"})",
                                 R"({"name":"Ana","password":["hunter-two-secret"]})", R"({"name":"Ana","password":"hunter-two-secret)"}) {
    EXPECT_THAT(ask("POST", "/api/v1/session", {}, body).body, Not(HasSubstr("hunter")));
  }
  const auto log = *accounts().audit(100);
  for (const AuditEntry& entry : log) EXPECT_THAT(json::write(entry), Not(HasSubstr("hunter")));
}

}  // namespace
}  // namespace cineloom::serve
