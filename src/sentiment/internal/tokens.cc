#include "sentiment/internal/tokens.h"

#include <cctype>

#include "base/utf8.h"

namespace cineloom::sentiment {
namespace {

constexpr std::size_t kLongestHan = 4;

bool is_latin(char32_t c) { return (c < 0x80 && std::isalnum(static_cast<int>(c)) != 0) || c == U'\'' || c == 0x2019 || (c >= 0xC0 && c < 0x250); }

/// Byte lengths of the next Han characters, at most four.
std::vector<std::size_t> han_lengths(std::string_view text) {
  std::vector<std::size_t> lengths;
  std::size_t bytes = 0;
  while (lengths.size() < kLongestHan) {
    const auto decoded = decode_utf8(text.substr(bytes));
    if (!decoded || !is_han(decoded->code_point)) break;
    bytes += decoded->bytes;
    lengths.push_back(bytes);
  }
  return lengths;
}

std::size_t latin_length(std::string_view text, std::string& word) {
  std::size_t bytes = 0;
  while (const auto decoded = decode_utf8(text.substr(bytes))) {
    if (!is_latin(decoded->code_point)) break;
    if (decoded->code_point == 0x2019) {
      word += '\'';
    } else if (decoded->code_point < 0x80) {
      word += static_cast<char>(std::tolower(static_cast<int>(decoded->code_point)));
    } else {
      word += text.substr(bytes, decoded->bytes);
    }
    bytes += decoded->bytes;
  }
  return bytes;
}

bool is_stop(std::string_view text) {
  for (const std::string_view stop : {",", ".", ";", "!", "?", "\n", "，", "。", "；", "！", "？", " but ", " though ", "但", "可是", "不过", "然而"}) {
    if (text.starts_with(stop)) return true;
  }
  return false;
}

}  // namespace

std::vector<Token> tokens_of(std::string_view text, const std::function<bool(const std::string&)>& is_known) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < text.size();) {
    std::string word;
    std::size_t length = latin_length(text.substr(at), word);
    if (length == 0) {
      const auto lengths = han_lengths(text.substr(at));
      for (auto candidate = lengths.rbegin(); candidate != lengths.rend() && length == 0; ++candidate) {
        word = std::string(text.substr(at, *candidate));
        if (is_known(word) || candidate + 1 == lengths.rend()) length = *candidate;
      }
    }
    if (length > 0) tokens.push_back({.word = word, .span = {.begin = at, .end = at + length}});
    at += length > 0 ? length : decode_utf8(text.substr(at)).value_or(DecodedCharacter{}).bytes;
  }
  return tokens;
}

std::vector<Span> clauses_of(std::string_view text) {
  std::vector<Span> clauses;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && !is_stop(text.substr(at))) continue;
    if (at > begin) clauses.push_back({.begin = begin, .end = at});
    begin = at;
  }
  return clauses;
}

}  // namespace cineloom::sentiment
