#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cineloom::fuse {

/// Words for alignment: small letters without accents, and digits; each character of Chinese and Japanese is a word.
std::vector<std::string> words_of(std::string_view text);

}  // namespace cineloom::fuse
