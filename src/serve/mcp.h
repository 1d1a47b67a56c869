#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/cinema.h"
#include "store/account_store.h"

namespace cineloom::serve {

/// Who speaks through a client of the Model Context Protocol.
struct McpCaller {
  std::optional<ViewerId> viewer;              ///< whom a tool serves that was not told whom
  std::function<bool(ViewerId)> may_see = {};  ///< empty = everybody
  std::function<bool(Scope)> may = {};         ///< what else than reading; empty = everything
};

/// What an HTTP request repeats of its message in headers, so that proxies need not read it.
struct McpHeaders {
  std::string_view version;  ///< MCP-Protocol-Version
  std::string_view method;   ///< Mcp-Method
  std::string_view name;     ///< Mcp-Name
};

struct McpAnswer {
  int status = 200;  ///< over HTTP
  std::string body;  ///< one message; empty where none is answered
};

/// The library for language models and their programs, by the Model Context Protocol: revision 2026-07-28, in which every request stands
/// alone, and those of 2024-11-05 to 2025-11-25 with their handshake, told apart by what the request says of itself. Keeps nothing between
/// requests. Thread-safe.
class McpServer {
 public:
  explicit McpServer(Cinema& cinema) : cinema_(cinema) {}

  /// Answers one JSON-RPC message. `headers`: of the HTTP request that brought it; null for standard input.
  McpAnswer answer(std::string_view message, const McpCaller& caller, const McpHeaders* headers = nullptr);

 private:
  Cinema& cinema_;
};

}  // namespace cineloom::serve
