#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "serve/mcp.h"

namespace cineloom::serve {

/// What a tool said: words for a reader, and the same as data.
struct ToolResult {
  std::string text;
  boost::json::object data;
};

struct ToolCall {
  Cinema& cinema;
  const McpCaller& caller;
  const boost::json::value& arguments;
};

struct McpTool {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  std::string_view input;    ///< JSON Schema
  Scope needs = Scope::Read;  ///< Read = it changes nothing
  Expected<ToolResult> (*call)(const ToolCall& call);
};

/// In the order in which they are offered.
std::span<const McpTool> mcp_tools();

}  // namespace cineloom::serve
