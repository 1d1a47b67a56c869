#pragma once

#include <string>
#include <string_view>

namespace cineloom {

/// The text as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
std::string json_string(std::string_view text);

}  // namespace cineloom
