#include "serve/mcp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "serve/internal/mcp_tools.h"

namespace cineloom::serve {
namespace {

using boost::json::object;
using boost::json::string;
using boost::json::value;

constexpr std::string_view kModern = "2026-07-28";
constexpr std::array<std::string_view, 4> kEarlier{"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};
constexpr std::string_view kInstructions =
    "A library of films: search it, ask what to watch tonight and why, note what was watched and how it was liked, have stories told. "
    "Reasons are computed by taking causes away; repeat them as they are.";
constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";

enum RpcCode {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kHeaderMismatch = -32020,
  kUnsupportedVersion = -32022
};

struct RpcError {
  int code = 0;
  std::string message;
  object data = {};
};

/// What a method gives: a result, or an error of the protocol.
using RpcResult = std::expected<object, RpcError>;

std::unexpected<RpcError> refuse(int code, std::string message, object data = {}) {
  return std::unexpected(RpcError{.code = code, .message = std::move(message), .data = std::move(data)});
}

/// One request taken apart.
struct Rpc {
  value id;             ///< null for a notification
  bool is_answered = false;
  std::string method;
  object params;
  std::string version;  ///< that the request says of itself; empty = it is of an earlier revision
  [[nodiscard]] bool is_modern() const { return !version.empty(); }
};

std::string text_in(const object& from, std::string_view key) {
  const value* found = from.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::expected<Rpc, RpcError> read_rpc(std::string_view message) {
  const auto parsed = json::parse(message);
  if (!parsed) return refuse(kParseError, "the message is no JSON");
  const object* body = parsed->if_object();
  if (body == nullptr || text_in(*body, "jsonrpc") != "2.0") return refuse(kInvalidRequest, "expected one JSON-RPC 2.0 message");
  Rpc rpc{.id = nullptr, .method = text_in(*body, "method"), .params = {}, .version = {}};
  if (const value* id = body->if_contains("id"); id != nullptr && (id->is_string() || id->is_int64() || id->is_uint64())) {
    rpc.id = *id;
    rpc.is_answered = true;
  }
  if (const value* params = body->if_contains("params"); params != nullptr && params->is_object()) rpc.params = params->get_object();
  if (const value* meta = rpc.params.if_contains("_meta"); meta != nullptr && meta->is_object()) rpc.version = text_in(meta->get_object(), kVersionKey);
  if (rpc.method.empty() && rpc.is_answered && (body->contains("result") || body->contains("error"))) rpc.is_answered = false;  // nothing was asked
  else if (rpc.method.empty()) return refuse(kInvalidRequest, "the message has no method");
  return rpc;
}

object server_info() { return {{"name", "cineloom"}, {"title", "Cineloom"}, {"version", CINELOOM_VERSION}}; }

value input_of(const McpTool& tool) {
  const auto schema = json::parse(tool.input);
  return schema ? *schema : value(object{{"type", "object"}});
}

object list_tools() {
  boost::json::array list;
  for (const McpTool& tool : mcp_tools()) {
    list.push_back(object{{"name", string(tool.name)},
                          {"title", string(tool.title)},
                          {"description", string(tool.description)},
                          {"inputSchema", input_of(tool)},
                          {"annotations", object{{"readOnlyHint", tool.needs == Scope::Read}, {"destructiveHint", false}, {"openWorldHint", false}}}});
  }
  return {{"tools", std::move(list)}};
}

boost::json::array as_content(const std::string& text) {
  boost::json::array content;
  content.push_back(object{{"type", "text"}, {"text", text}});
  return content;
}

/// A mistake that the model can mend is a result of the tool, not an error of the protocol.
object failure(const Error& error) { return {{"content", as_content(error.describe())}, {"isError", true}}; }

RpcResult call_tool(Cinema& cinema, const McpCaller& caller, const object& params) {
  const std::string name = text_in(params, "name");
  const auto tool = std::ranges::find(mcp_tools(), name, &McpTool::name);
  if (tool == mcp_tools().end()) return refuse(kInvalidParams, fmt::format("there is no tool '{}'", name));
  if (tool->needs != Scope::Read && caller.may && !caller.may(tool->needs)) {
    return failure(Error(ErrorCode::InvalidArgument, "whoever speaks may not do this here")
                       .advise(fmt::format("use a token with the scope '{}', or stop the program that holds the library", json::enum_name(tool->needs))));
  }
  const value* given = params.if_contains("arguments");
  const value none = object{};
  const auto result = tool->call({.cinema = cinema, .caller = caller, .arguments = given == nullptr ? none : *given});
  if (!result) return failure(result.error());
  return object{{"content", as_content(result->text)}, {"structuredContent", result->data}, {"isError", false}};
}

object initialize(const object& params) {
  const std::string wanted = text_in(params, "protocolVersion");
  const bool is_known = std::ranges::find(kEarlier, wanted) != kEarlier.end();
  return {{"protocolVersion", string(is_known ? std::string_view(wanted) : kEarlier.front())},
          {"capabilities", object{{"tools", object{{"listChanged", false}}}}},
          {"serverInfo", server_info()},
          {"instructions", string(kInstructions)}};
}

object discover() {
  boost::json::array versions;
  versions.emplace_back(string(kModern));
  for (const std::string_view version : kEarlier) versions.emplace_back(string(version));
  return {{"supportedVersions", std::move(versions)}, {"capabilities", object{{"tools", object{}}}}, {"instructions", string(kInstructions)}};
}

/// Results that a client may keep for a while, as the revision asks of them to say.
object kept(object result) {
  result["ttlMs"] = 3'600'000;
  result["cacheScope"] = "public";
  return result;
}

RpcResult answer_modern(Cinema& cinema, const McpCaller& caller, const Rpc& rpc) {
  if (rpc.version != kModern) {
    boost::json::array supported;
    supported.emplace_back(string(kModern));
    return refuse(kUnsupportedVersion, fmt::format("protocol version '{}' is not spoken here", rpc.version),
                  object{{"supported", std::move(supported)}, {"requested", rpc.version}});
  }
  RpcResult result = refuse(kMethodNotFound, fmt::format("there is no method '{}'", rpc.method));
  if (rpc.method == "server/discover") result = kept(discover());
  if (rpc.method == "tools/list") result = kept(list_tools());
  if (rpc.method == "tools/call") result = call_tool(cinema, caller, rpc.params);
  if (!result) return result;
  (*result)["resultType"] = "complete";
  (*result)["_meta"] = object{{"io.modelcontextprotocol/serverInfo", server_info()}};
  return result;
}

RpcResult answer_earlier(Cinema& cinema, const McpCaller& caller, const Rpc& rpc) {
  if (rpc.method == "initialize") return initialize(rpc.params);
  if (rpc.method == "ping") return object{};
  if (rpc.method == "tools/list") return list_tools();
  if (rpc.method == "tools/call") return call_tool(cinema, caller, rpc.params);
  return refuse(kMethodNotFound, fmt::format("there is no method '{}'", rpc.method));
}

/// The headers of a modern request say what its message says, and are there.
std::expected<void, RpcError> check_headers(const Rpc& rpc, const McpHeaders& headers) {
  const auto differs = [](std::string_view header) { return refuse(kHeaderMismatch, fmt::format("the header {} does not say what the message says", header)); };
  if (headers.version != rpc.version) return differs("MCP-Protocol-Version");
  if (headers.method != rpc.method) return differs("Mcp-Method");
  if (rpc.method == "tools/call" && headers.name != text_in(rpc.params, "name")) return differs("Mcp-Name");
  return {};
}

McpAnswer as_answer(const Rpc& rpc, const RpcResult& result) {
  object message{{"jsonrpc", "2.0"}, {"id", rpc.id}};
  if (result) {
    message["result"] = *result;
    return {.status = 200, .body = boost::json::serialize(message)};
  }
  const RpcError& error = result.error();
  object told{{"code", error.code}, {"message", error.message}};
  if (!error.data.empty()) told["data"] = error.data;
  message["error"] = std::move(told);
  const bool is_bad = error.code == kParseError || error.code == kInvalidRequest || rpc.is_modern();
  const int status = !is_bad ? 200 : error.code == kMethodNotFound ? 404 : 400;
  return {.status = status, .body = boost::json::serialize(message)};
}

}  // namespace

McpAnswer McpServer::answer(std::string_view message, const McpCaller& caller, const McpHeaders* headers) {
  const auto rpc = read_rpc(message);
  if (!rpc) return as_answer({.id = nullptr, .method = {}, .params = {}, .version = {}}, std::unexpected(rpc.error()));
  if (!rpc->is_answered) return {.status = 202, .body = {}};
  if (headers != nullptr && rpc->is_modern()) {
    if (const auto checked = check_headers(*rpc, *headers); !checked) return as_answer(*rpc, std::unexpected(checked.error()));
  }
  return as_answer(*rpc, rpc->is_modern() ? answer_modern(cinema_, caller, *rpc) : answer_earlier(cinema_, caller, *rpc));
}

}  // namespace cineloom::serve
