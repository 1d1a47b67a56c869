#include <fmt/format.h>

#include "pipeline/delivery.h"
#include "serve/internal/routes.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

using accounts::Accounts;
using accounts::SignIn;

struct SignInBody {
  std::string name;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(SignInBody, (), (name, password))

struct SetupBody {
  std::string token;
  std::string name;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(SetupBody, (), (token, name, password))

struct PasswordBody {
  std::string password;
  std::string new_password;
};
BOOST_DESCRIBE_STRUCT(PasswordBody, (), (password, new_password))

struct AccountBody {
  std::string name;
  std::string password;
  Role role = Role::Viewer;
};
BOOST_DESCRIBE_STRUCT(AccountBody, (), (name, password, role))

struct TokenBody {
  std::string name;
  std::vector<Scope> scopes;
  std::optional<int> days;
};
BOOST_DESCRIBE_STRUCT(TokenBody, (), (name, scopes, days))

boost::json::value account_value(const Account& account) {
  return {{"id", std::to_string(account.id.number())},
          {"name", account.name},
          {"role", json::enum_name(account.role)},
          {"made_at_ms", account.made_at.time_since_epoch().count()}};
}

boost::json::value token_value(const ApiToken& token) {
  return {{"id", std::to_string(token.id.number())},
          {"name", token.name},
          {"scopes", json::to_value(token.scopes)},
          {"made_at_ms", token.made_at.time_since_epoch().count()},
          {"expires_at_ms", json::to_value(token.expires_at)}};
}

HttpResponse no_content() { return {.status = 204, .headers = {{"Cache-Control", "no-store"}}}; }

HttpResponse with_headers(HttpResponse response, const Gatekeeper::Headers& headers) {
  response.headers.insert(response.headers.end(), headers.begin(), headers.end());
  return response;
}

HttpResponse wait_for(std::chrono::seconds wait) {
  HttpResponse response =
      problem(429, Error(ErrorCode::ResourceExhausted, "too many sign-ins were tried").advise(fmt::format("try again in {} seconds", wait.count())));
  response.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return response;
}

HttpResponse wrong_password() {
  return problem(401, Error(ErrorCode::InvalidArgument, "name or password are not right")
                          .advise("try again; a forgotten password is set anew with 'cineloom account password'"));
}

/// Hashing takes long: it is done away from the threads that answer others.
HttpResponse later(std::function<Expected<HttpResponse>()> work) {
  return {.produce = [work = std::move(work)](ResponseWriter& writer) {
    auto response = work();
    writer.answer(response ? *std::move(response) : problem(response.error()));
  }};
}

std::string mode_of(const HttpRequest& request, Accounts::Population population) {
  if (population == Accounts::Population::Somebody) return "accounts";
  return request.visitor.kind == Visitor::Kind::Household ? "household" : "setup";
}

Expected<HttpResponse> tell_session(Accounts& accounts, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto population, accounts.population());
  const Visitor& visitor = request.visitor;
  boost::json::object told = {{"mode", mode_of(request, population)}, {"account", nullptr}, {"viewer", nullptr}};
  if (visitor.kind == Visitor::Kind::Account) {
    told["account"] = account_value(visitor.account);
    if (!visitor.viewer.is_none()) told["viewer"] = std::to_string(visitor.viewer.number());
  }
  return json_response(told);
}

/// The answer to a sign-in; who was signed in before on this browser no longer is.
Expected<HttpResponse> welcome(const ApiContext& context, const std::string& name, const Secret& password, const std::string& peer, const std::string& before) {
  CINELOOM_TRY_ASSIGN(const SignIn result, context.accounts.sign_in(name, password, peer));
  if (result.outcome == SignIn::Outcome::Wait) return wait_for(result.wait);
  if (result.outcome == SignIn::Outcome::Wrong) return wrong_password();
  if (!before.empty()) CINELOOM_TRY(context.accounts.sign_out(before, peer));
  return with_headers(json_response(account_value(result.account), 201), context.gate.cookies_for(result.token.reveal()));
}

Expected<HttpResponse> sign_in(const ApiContext& context, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(SignInBody body, body_of<SignInBody>(request));
  // Shared because work for later must be copyable.
  const auto password = std::make_shared<Secret>(std::move(body.password));
  return later([context, name = body.name, password, peer = request.peer, before = request.visitor.session_token] {
    return welcome(context, name, *password, peer, before);
  });
}

Expected<HttpResponse> set_up(const ApiContext& context, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(SetupBody body, body_of<SetupBody>(request));
  const Secret token(std::move(body.token));
  if (context.setup_token.empty()) return forbidden("no account can be made here", "make the first one with 'cineloom account add NAME --admin'");
  if (const auto wait = context.accounts.may_guess("setup", request.peer); wait.count() > 0) return wait_for(wait);
  if (!privacy::are_same(token.reveal(), context.setup_token)) {
    CINELOOM_TRY(context.accounts.note(AuditAction::SetupFailed, request.peer));
    return forbidden("this is not the token that the server printed", "look at what the server printed when it began");
  }
  const auto wanted =
      std::make_shared<accounts::NewAccount>(accounts::NewAccount{.name = body.name, .role = Role::Admin, .password = Secret(std::move(body.password))});
  return later([context, wanted, peer = request.peer]() -> Expected<HttpResponse> {
    CINELOOM_TRY(context.accounts.add_first(*wanted, peer));
    return welcome(context, wanted->name, wanted->password, peer, "");
  });
}

Expected<HttpResponse> change_password(const ApiContext& context, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(PasswordBody body, body_of<PasswordBody>(request));
  const auto old = std::make_shared<Secret>(std::move(body.password));
  const auto chosen = std::make_shared<Secret>(std::move(body.new_password));
  return later([context, old, chosen, account = request.visitor.account, peer = request.peer]() -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const SignIn result, context.accounts.confirm(account, *old, peer));
    if (result.outcome == SignIn::Outcome::Wait) return wait_for(result.wait);
    if (result.outcome == SignIn::Outcome::Wrong) return fail(ErrorCode::InvalidArgument, "the old password is not right");
    CINELOOM_TRY(context.accounts.set_password(account, *chosen, peer));
    return welcome(context, account.name, *chosen, peer, "");
  });
}

Expected<HttpResponse> add_account(const ApiContext& context, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(AccountBody body, body_of<AccountBody>(request));
  const auto wanted = std::make_shared<accounts::NewAccount>(
      accounts::NewAccount{.name = std::move(body.name), .role = body.role, .password = Secret(std::move(body.password))});
  return later([context, wanted, peer = request.peer]() -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const Account account, context.accounts.add(*wanted, peer));
    return json_response(account_value(account), 201);
  });
}

Expected<HttpResponse> list_accounts(Accounts& accounts) {
  CINELOOM_TRY_ASSIGN(const auto all, accounts.list());
  boost::json::array list;
  for (const Account& account : all) list.push_back(account_value(account));
  return json_response({{"accounts", std::move(list)}});
}

/// Errors: Conflict in a household, where nobody has an account.
Expected<Account> account_of(const HttpRequest& request) {
  if (request.visitor.kind == Visitor::Kind::Account) return request.visitor.account;
  return std::unexpected(Error(ErrorCode::Conflict, "there are no accounts").advise("make the first one with 'cineloom account add NAME --admin'"));
}

Expected<HttpResponse> list_tokens(Accounts& accounts, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const Account account, account_of(request));
  CINELOOM_TRY_ASSIGN(const auto tokens, accounts.tokens(account.id));
  boost::json::array list;
  for (const ApiToken& token : tokens) list.push_back(token_value(token));
  return json_response({{"tokens", std::move(list)}});
}

Expected<HttpResponse> add_token(Accounts& accounts, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const Account account, account_of(request));
  CINELOOM_TRY_ASSIGN(const TokenBody body, body_of<TokenBody>(request));
  accounts::NewToken wanted{.name = body.name, .scopes = body.scopes, .lifetime = {}};
  if (body.days) wanted.lifetime = std::chrono::days(*body.days);
  CINELOOM_TRY_ASSIGN(const auto given, accounts.add_token(account, wanted, request.peer));
  return json_response({{"id", std::to_string(given.id.number())}, {"token", given.token.reveal()}}, 201);
}

void add_session_part(Router& router, const ApiContext& context) {
  Accounts& accounts = context.accounts;
  router.add("GET", "/api/v1/session", Policy::everyone(), [&accounts](const HttpRequest& request) { return tell_session(accounts, request); });
  router.add("POST", "/api/v1/session", Policy::everyone(), [context](const HttpRequest& request) { return sign_in(context, request); });
  router.add("DELETE", "/api/v1/session", Policy::signed_in(), [context](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY(context.accounts.sign_out(request.visitor.session_token, request.peer));
    return with_headers(no_content(), context.gate.no_cookies());
  });
  router.add("DELETE", "/api/v1/sessions", Policy::signed_in(), [context](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const Account account, account_of(request));
    CINELOOM_TRY(context.accounts.sign_out_everywhere(account.id, request.peer));
    CINELOOM_TRY(end_feed_of(context.cinema.store(), account.name));
    return with_headers(no_content(), context.gate.no_cookies());
  });
  router.add("POST", "/api/v1/setup", Policy::everyone(), [context](const HttpRequest& request) { return set_up(context, request); });
  router.add("PUT", "/api/v1/password", Policy::signed_in(), [context](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY(account_of(request));
    return change_password(context, request);
  });
}

void add_token_part(Router& router, const ApiContext& context) {
  Accounts& accounts = context.accounts;
  router.add("GET", "/api/v1/tokens", Policy::signed_in(), [&accounts](const HttpRequest& request) { return list_tokens(accounts, request); });
  router.add("POST", "/api/v1/tokens", Policy::signed_in(), [&accounts](const HttpRequest& request) { return add_token(accounts, request); });
  router.add("DELETE", "/api/v1/tokens/{token}", Policy::signed_in(), [&accounts](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const Account account, account_of(request));
    CINELOOM_TRY_ASSIGN(const TokenId token, captured<TokenId>(request, "token"));
    CINELOOM_TRY(accounts.remove_token(account.id, token, request.peer));
    return no_content();
  });
}

}  // namespace

void add_account_routes(Router& router, const ApiContext& context) {
  Accounts& accounts = context.accounts;
  add_session_part(router, context);
  add_token_part(router, context);
  router.add("GET", "/api/v1/accounts", Policy::signed_in_admin(), [&accounts](const HttpRequest&) { return list_accounts(accounts); });
  router.add("POST", "/api/v1/accounts", Policy::signed_in_admin(), [context](const HttpRequest& request) { return add_account(context, request); });
  router.add("DELETE", "/api/v1/accounts/{account}", Policy::signed_in_admin(), [context](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const AccountId id, captured<AccountId>(request, "account"));
    CINELOOM_TRY_ASSIGN(const auto all, context.accounts.list());
    CINELOOM_TRY(context.accounts.remove(id, request.peer));
    const auto account = std::ranges::find(all, id, &Account::id);
    if (account != all.end()) CINELOOM_TRY(end_feed_of(context.cinema.store(), account->name));
    return no_content();
  });
  router.add("GET", "/api/v1/audit", Policy::signed_in_admin(), [&accounts](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const int limit, number_parameter(request, "limit", 100, 1, 10'000));
    CINELOOM_TRY_ASSIGN(const auto entries, accounts.audit(limit));
    return json_response({{"entries", json::to_value(entries)}});
  });
}

}  // namespace cineloom::serve
