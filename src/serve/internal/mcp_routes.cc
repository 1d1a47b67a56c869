#include <algorithm>
#include "serve/internal/client_routes.h"

#include "serve/internal/routes.h"
#include "serve/mcp.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

/// An account speaks for its own viewer; what it may change is what its token may.
McpCaller caller_of(const Visitor& visitor) {
  McpCaller caller{.viewer = {},
                   .may_see = [visitor](ViewerId viewer) { return visitor.may_see(viewer); },
                   .may =
                       [visitor](Scope scope) {
                         return visitor.kind == Visitor::Kind::Household || visitor.is_session ||
                                std::ranges::find(visitor.scopes, scope) != visitor.scopes.end();
                       }};
  if (!visitor.viewer.is_none()) caller.viewer = visitor.viewer;
  return caller;
}

HttpResponse answer_mcp(McpServer& server, const HttpRequest& request) {
  const McpHeaders headers{.version = request.header("mcp-protocol-version"), .method = request.header("mcp-method"), .name = request.header("mcp-name")};
  McpAnswer answer = server.answer(request.body, caller_of(request.visitor), &headers);
  return {.status = answer.status, .headers = {{"Cache-Control", "no-store"}}, .body = std::move(answer.body)};
}

}  // namespace

void add_mcp_routes(Router& router, const ApiContext& context) {
  // Shared by the copies of the route.
  router.add(
      "POST", "/mcp", Policy::viewer(Scope::Read),
      [server = std::make_shared<McpServer>(context.cinema)](const HttpRequest& request) -> Expected<HttpResponse> { return answer_mcp(*server, request); });
  router.add("GET", "/mcp", Policy::viewer(Scope::Read), [](const HttpRequest&) -> Expected<HttpResponse> {
    HttpResponse response = problem(405, Error(ErrorCode::InvalidArgument, "there is no stream of messages here").advise("POST one message at a time"));
    response.headers.emplace_back("Allow", "POST");
    return response;
  });
}

}  // namespace cineloom::serve
