#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cineloom {

/// One decoded character and how many bytes it took.
struct DecodedCharacter {
  char32_t code_point = 0;
  std::size_t bytes = 1;  ///< 1 .. 4
};

/// The character at the start of `text`; nothing if the bytes there are not well-formed UTF-8 or `text` is empty.
std::optional<DecodedCharacter> decode_utf8(std::string_view text);
void append_utf8(std::string& text, char32_t code_point);

bool is_valid_utf8(std::string_view text);
/// The same text with every malformed byte replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);
/// Number of characters (code points); a malformed byte counts as one.
std::size_t count_characters(std::string_view text);
/// Terminal columns the text takes: East Asian wide characters take two, combining marks none.
std::size_t display_columns(std::string_view text);
/// True for Han characters (unified ideographs and their extensions).
bool is_han(char32_t code_point);

}  // namespace cineloom
