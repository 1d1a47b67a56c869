#include "fuse/internal/words.h"

#include <cctype>
#include <utility>

#include "base/utf8.h"

namespace cineloom::fuse {
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  while (!text.empty()) {
    const auto decoded = decode_utf8(text).value_or(DecodedCharacter{.code_point = U' ', .bytes = 1});
    const char32_t c = decoded.code_point;
    if (is_han(c)) {
      flush();
      words.emplace_back(text.substr(0, decoded.bytes));
    } else if (c < 0x80 && std::isalnum(static_cast<int>(c)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<int>(c)));
    } else if (c >= 0xC0 && c < 0x2000) {
      word += text.substr(0, decoded.bytes);
    } else if (c != U'\'' && c != 0x2019) {  // "don't" and "dont" are one word in careless subtitles
      flush();
    }
    text.remove_prefix(decoded.bytes);
  }
  flush();
  return words;
}

}  // namespace cineloom::fuse
