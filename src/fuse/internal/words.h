#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cineloom::fuse {

/// Words for alignment: lower case, letters and digits only; each Han character is a word.
std::vector<std::string> words_of(std::string_view text);

}  // namespace cineloom::fuse
