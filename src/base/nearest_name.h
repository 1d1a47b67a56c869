#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace cineloom {

/// The name with the fewest letters changed, added or left out; empty if there are no names.
std::string nearest_name(std::string_view word, std::span<const std::string> names);

/// "there is no KIND 'word'" with the nearest name and all names there are as the next step.
Error unknown_name(std::string_view kind, std::string_view word, std::span<const std::string> names);

}  // namespace cineloom
