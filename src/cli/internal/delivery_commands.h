#pragma once

namespace cineloom::cli {

class Commands;

/// Commands that put picks where people watch.
void add_delivery_commands(Commands& commands);

}  // namespace cineloom::cli
