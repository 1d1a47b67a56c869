#include "cli/internal/mcp_command.h"

#include <cstdio>
#include <iostream>
#include <string>

#include "serve/mcp.h"

namespace cineloom::cli {
namespace {

struct McpOptions {
  std::string viewer;
};

/// One message a line, answered on a line, until nobody speaks any more.
Expected<void> converse(Cinema& cinema, const serve::McpCaller& caller) {
  serve::McpServer server(cinema);
  for (std::string line; std::getline(std::cin, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const serve::McpAnswer answer = server.answer(line, caller);
    if (answer.body.empty()) continue;
    print(answer.body + "\n");
    if (std::fflush(stdout) != 0) return fail(ErrorCode::Unavailable, "nobody reads the answers");
  }
  return {};
}

// Beside a running server, which alone may write, the library is read.
Expected<void> speak(Session& session, const McpOptions& options) {
  auto cinema = session.open(Access::Write);
  serve::McpCaller caller{.viewer = {}};
  if (!cinema && cinema.error().code() == ErrorCode::Conflict) {
    cinema = session.open(Access::Read);
    caller.may = [](Scope) { return false; };
  }
  if (!cinema) return std::unexpected(std::move(cinema).error());
  if (!options.viewer.empty() && !caller.may) {
    CINELOOM_TRY_ASSIGN(const Viewer viewer, (*cinema)->find_or_add_viewer(options.viewer));
    caller.viewer = viewer.id;
  } else if (!options.viewer.empty()) {
    CINELOOM_TRY_ASSIGN(const Viewer viewer, (*cinema)->find_viewer(options.viewer));
    caller.viewer = viewer.id;
  }
  return converse(**cinema, caller);
}

}  // namespace

void add_mcp_command(Commands& commands) {
  commands.add<McpOptions>(
      "mcp", "speak the Model Context Protocol on standard input and output, for language models' programs",
      [](CLI::App& command, McpOptions& options) { command.add_option("--user", options.viewer, "whom the tools serve that were not told whom"); }, speak);
}

}  // namespace cineloom::cli
