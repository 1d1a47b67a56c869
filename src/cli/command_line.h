#pragma once

namespace cineloom::cli {

/// Runs the command that the arguments name. Exit code: 0 done, 1 failed (cause and next step on stderr), 2 wrong arguments,
/// 130 interrupted.
int run_command_line(int argc, char** argv);

}  // namespace cineloom::cli
