#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace cineloom::cli {

enum class Format { Text, Json };

/// Writes to stdout; to a terminal as `for_terminal` has it.
void print(std::string_view text);
/// Text without what a terminal obeys, but line ends, tabs and looks ("\x1b[1m"): titles, names and models' answers may hold anything.
std::string for_terminal(std::string_view text);
/// Bold when stdout is a terminal.
std::string bold(std::string_view text);
/// Faint when stdout is a terminal.
std::string faint(std::string_view text);
/// "4 ½" as stars: "★★★★½".
std::string stars(double value);
/// "1:02:03" or "2:03".
std::string clock(long long milliseconds);

/// Hands over what was printed so far. Errors: ResourceExhausted if the disk it goes to is full; Unavailable otherwise.
Expected<void> flush_output();
/// Tells a failure on stderr: cause and next step, or one JSON object. Returns the exit code.
int report(const Error& error, Format format);

}  // namespace cineloom::cli
