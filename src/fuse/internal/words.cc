#include "fuse/internal/words.h"

#include <utility>

#include "base/utf8.h"
#include "fuse/internal/letters.h"

namespace cineloom::fuse {
namespace {

/// "don't" and "dont" are one word in careless subtitles; U+0092 is an apostrophe that was read in the wrong encoding.
bool is_apostrophe(char32_t c) { return c == U'\'' || c == 0x2018 || c == 0x2019 || c == 0x02BC || c == 0x0092 || c == 0x00B4; }

/// Characters of scripts that put no blanks between words.
bool stands_alone(char32_t c) { return is_han(c) || (c >= 0x3041 && c <= 0x30FF); }

bool is_combining_accent(char32_t c) { return c >= 0x300 && c <= 0x36F; }

bool is_part_of_word(char32_t c) {
  if (c < 0x80) return (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
  return (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7) || (c >= 0xAC00 && c <= 0xD7A3);
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  while (!text.empty()) {
    const auto decoded = decode_utf8(text).value_or(DecodedCharacter{.code_point = U' ', .bytes = 1});
    const char32_t c = decoded.code_point;
    if (stands_alone(c)) {
      flush();
      words.emplace_back(text.substr(0, decoded.bytes));
    } else if (is_part_of_word(c) && !is_combining_accent(c) && !is_apostrophe(c)) {
      append_utf8(word, base_letter(small_letter(c)));
    } else if (!is_apostrophe(c) && !is_combining_accent(c)) {
      flush();
    }
    text.remove_prefix(decoded.bytes);
  }
  flush();
  return words;
}

}  // namespace cineloom::fuse
