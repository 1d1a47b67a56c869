#include "serve/gatekeeper.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr auto kCookieLife = std::chrono::hours(24 * 30);

std::string_view cookie_in(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    std::string_view pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(pair.size() + 1, header.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') return pair.substr(name.size() + 1);
  }
  return {};
}

/// Gorse's clients send theirs in a header of its own.
std::string_view token_of(const HttpRequest& request) {
  const std::string_view shown = request.header("authorization");
  if (shown.starts_with(kBearer)) return shown.substr(kBearer.size());
  return request.header("x-api-key");
}

bool is_change(const HttpRequest& request) { return request.method != "GET" && request.method != "HEAD"; }

HttpResponse unknown_visitor() {
  HttpResponse response =
      problem(401, Error(ErrorCode::InvalidArgument, "who asks is not known").advise("sign in on the page, or send a token: Authorization: Bearer ..."));
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"cineloom\"");
  return response;
}

/// A change that a browser sends with its cookie must come from a page that could read the token beside it.
std::optional<HttpResponse> check_page(const HttpRequest& request, const Visitor& visitor) {
  if (!visitor.is_session || !is_change(request)) return std::nullopt;
  if (privacy::are_same(request.header(kPageTokenHeader), accounts::page_token_of(visitor.session_token))) return std::nullopt;
  return forbidden("this change did not come from a page of ours", "load the page again");
}

std::optional<HttpResponse> check_scope(const Visitor& visitor, const Policy& policy) {
  if (visitor.is_session) return std::nullopt;
  if (!policy.scope()) return forbidden("no token may do this", "sign in on the page, or use the command line");
  if (std::ranges::find(visitor.scopes, *policy.scope()) != visitor.scopes.end()) return std::nullopt;
  return forbidden(fmt::format("this token has not the scope '{}'", json::enum_name(*policy.scope())), "make a token that has it: cineloom account token add");
}

std::optional<HttpResponse> check_access(const HttpRequest& request, const Visitor& visitor, Access access) {
  if (visitor.is_admin() || access == Access::Everyone || access == Access::Viewer) return std::nullopt;
  if (access == Access::Own && !visitor.viewer.is_none() && request.captures.at("viewer") == std::to_string(visitor.viewer.number())) return std::nullopt;
  return access == Access::Own ? forbidden("this is another viewer's", "ask for your own, or ask an admin") : forbidden("this is for admins", "ask an admin");
}

}  // namespace

HttpResponse forbidden(std::string why, std::string_view next_step) {
  return problem(403, Error(ErrorCode::InvalidArgument, std::move(why)).advise(next_step));
}

std::string Gatekeeper::cookie_name(std::string_view name) const { return fmt::format("{}cineloom-{}", options_.is_https ? "__Host-" : "", name); }

Gatekeeper::Headers Gatekeeper::cookies_for(std::string_view session_token) const {
  const std::string end = fmt::format("; Path=/; SameSite=Lax; Max-Age={}{}", std::chrono::seconds(kCookieLife).count(), options_.is_https ? "; Secure" : "");
  return {{"Set-Cookie", fmt::format("{}={}; HttpOnly{}", cookie_name("session"), session_token, end)},
          {"Set-Cookie", fmt::format("{}={}{}", cookie_name("page"), accounts::page_token_of(session_token), end)}};
}

Gatekeeper::Headers Gatekeeper::no_cookies() const {
  const std::string end = fmt::format("=; Path=/; SameSite=Lax; Max-Age=0{}", options_.is_https ? "; Secure" : "");
  return {{"Set-Cookie", cookie_name("session") + end + "; HttpOnly"}, {"Set-Cookie", cookie_name("page") + end}};
}

Expected<Visitor> Gatekeeper::visitor_with(const accounts::Pass& pass) {
  Visitor visitor{
      .kind = Visitor::Kind::Account, .account = pass.account, .viewer = {}, .scopes = pass.scopes, .is_session = pass.is_session, .session_token = {}};
  CINELOOM_TRY_ASSIGN(const auto own, store_.find_viewer(pass.account.name));
  if (own) {
    visitor.viewer = own->id;
    return visitor;
  }
  // Who was erased a moment ago is remembered for a moment more, here or by another node: that must not make them a viewer again.
  const auto living = accounts_.find(pass.account.name);
  if (!living || living->id != pass.account.id) return Visitor();
  if (const auto made = store_.put_viewer({.name = pass.account.name})) {  // a full disk keeps nobody out
    visitor.viewer = *made;
  }
  return visitor;
}

Expected<Visitor> Gatekeeper::visitor_of(const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto population, accounts_.population());
  if (population == accounts::Accounts::Population::Nobody) {
    Visitor visitor;
    // What came through a proxy did not come from this machine.
    const bool is_forwarded = !request.header("x-forwarded-for").empty() || !request.header("forwarded").empty();
    if (options_.is_household_welcome && !is_forwarded) visitor.kind = Visitor::Kind::Household;
    return visitor;
  }
  if (const std::string_view shown = token_of(request); !shown.empty()) {
    CINELOOM_TRY_ASSIGN(const auto pass, accounts_.by_token(shown));
    return pass ? visitor_with(*pass) : Visitor();
  }
  const std::string_view token = cookie_in(request.header("cookie"), cookie_name("session"));
  if (token.empty()) return Visitor();
  CINELOOM_TRY_ASSIGN(const auto pass, accounts_.by_session(token));
  if (!pass) return Visitor();
  CINELOOM_TRY_ASSIGN(Visitor visitor, visitor_with(*pass));
  visitor.session_token = token;
  return visitor;
}

std::optional<HttpResponse> Gatekeeper::check(HttpRequest& request, const Policy& policy) {
  auto visitor = visitor_of(request);
  if (visitor) request.visitor = *std::move(visitor);
  if (policy.access() == Access::Everyone) return std::nullopt;
  if (!visitor) return problem(visitor.error());
  if (request.visitor.kind == Visitor::Kind::Household) return std::nullopt;
  if (request.visitor.kind == Visitor::Kind::Nobody) return unknown_visitor();
  if (auto refusal = check_page(request, request.visitor)) return refusal;
  if (auto refusal = check_scope(request.visitor, policy)) return refusal;
  return check_access(request, request.visitor, policy.access());
}

}  // namespace cineloom::serve
