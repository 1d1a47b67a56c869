#pragma once

#include "cli/internal/commands.h"

namespace cineloom::cli {

void add_mcp_command(Commands& commands);

}  // namespace cineloom::cli
