#pragma once

namespace cineloom::cli {

class Commands;

/// Commands that say whom to tell of what happens.
void add_webhook_commands(Commands& commands);

}  // namespace cineloom::cli
