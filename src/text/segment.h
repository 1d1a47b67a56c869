#pragma once

#include <string_view>
#include <vector>

#include "domain/text.h"

namespace cineloom {

/// The words of UTF-8 text as byte ranges, in order, by the boundaries of ICU (a dictionary for Chinese and Japanese);
/// punctuation and blanks are left out. Malformed bytes end a word.
std::vector<Span> segment_words(std::string_view text);

/// The sentences as byte ranges, without the blanks around them.
std::vector<Span> segment_sentences(std::string_view text);

}  // namespace cineloom
