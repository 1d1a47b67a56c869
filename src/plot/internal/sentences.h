#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cineloom::plot {

/// Sentences of a screenplay's action, without the blanks around them.
std::vector<std::string_view> sentences_of(std::string_view text);

/// Words of letters, with their case; "Mira's" is "Mira".
std::vector<std::string> words_of(std::string_view sentence);

std::string lower(std::string_view text);

/// Whether the name stands in the sentence as whole words, in any case.
bool mentions(std::string_view sentence, std::string_view name);

}  // namespace cineloom::plot
