#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/text.h"

namespace cineloom::sentiment {

struct Token {
  std::string word;  ///< Latin words in lower case; of Han text the longest known word, or one character
  Span span;
};

/// Words of both languages; `is_known` decides how Han characters are joined (longest match, up to four).
std::vector<Token> tokens_of(std::string_view text, const std::function<bool(const std::string&)>& is_known);

/// Clauses: parts between stops, commas and words of contrast.
std::vector<Span> clauses_of(std::string_view text);

}  // namespace cineloom::sentiment
