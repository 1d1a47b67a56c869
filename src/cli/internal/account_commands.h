#pragma once

#include "cli/internal/commands.h"

namespace cineloom::cli {

/// Who may come in: accounts, tokens, the audit log.
void add_account_commands(Commands& commands);

}  // namespace cineloom::cli
