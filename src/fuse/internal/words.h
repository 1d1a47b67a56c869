#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cineloom::fuse {

/// Words for alignment: lower case, letters, digits and apostrophes only; each Han character is a word.
std::vector<std::string> words_of(std::string_view text);

/// For each left word the index of the right word it is matched with, or -1; indices rise.
std::vector<int> align_words(const std::vector<std::string>& left, const std::vector<std::string>& right);

}  // namespace cineloom::fuse
