#include "store/internal/film_words.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/utf8.h"
#include "store/internal/han_fold.h"

namespace cineloom::store {
namespace {

bool is_word_alone(char32_t c) { return is_han(c) || (c >= 0x3040 && c <= 0x30FF) || (c >= 0xAC00 && c <= 0xD7A3); }

// The base letters of U+00C0 .. U+017F; '*' = no letter, or one without a base.
constexpr std::string_view kBases =
    "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// The letter as it is compared; nothing for marks and blanks.
std::optional<char32_t> folded(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c >= U'A' && c <= U'Z') return c - U'A' + U'a';
  if ((c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9')) return c;
  if (c < 0xC0) return std::nullopt;
  if (c < 0x180) {
    const char base = kBases[c - 0xC0];
    return base == '*' ? std::nullopt : std::optional<char32_t>(static_cast<unsigned char>(base));
  }
  // Combining accents are dropped by the caller; other blocks of marks part words.
  if ((c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3040) || (c >= 0xFE30 && c < 0xFE50)) return std::nullopt;
  if (c >= 0x391 && c <= 0x3A9) return c + 32;   // Greek capitals
  if (c >= 0x410 && c <= 0x42F) return c + 32;   // Cyrillic capitals
  return simplified(c);
}

}  // namespace

int cut_words(std::string_view text, const WordSink& sink) {
  std::string word;
  std::size_t begin = 0;
  const auto hand_on = [&](std::size_t end) {
    if (word.empty()) return 0;
    const int result = sink(word, begin, end);
    word.clear();
    return result;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto decoded = decode_utf8(text.substr(at)).value_or(DecodedCharacter{.code_point = U' ', .bytes = 1});
    const char32_t c = decoded.code_point;
    const bool is_accent = c >= 0x300 && c < 0x370;
    const std::optional<char32_t> letter = folded(c);
    if (!is_accent && (!letter || is_word_alone(c))) {
      if (const int result = hand_on(at); result != 0) return result;
    }
    if (letter && !is_accent) {
      if (word.empty()) begin = at;
      append_utf8(word, *letter);
    }
    at += decoded.bytes;
    if (is_word_alone(c)) {
      if (const int result = hand_on(at); result != 0) return result;
    }
  }
  return hand_on(text.size());
}

std::vector<Phrase> phrases_of(std::string_view words) {
  std::vector<Phrase> phrases;
  while (!words.empty()) {
    const auto length = std::min(words.find_first_of(" \t\r\n"), words.size());
    Phrase phrase;
    std::ignore = cut_words(words.substr(0, length), [&](std::string_view word, std::size_t, std::size_t) {  // the sink refuses nothing
      phrase.words.emplace_back(word);
      return 0;
    });
    words.remove_prefix(std::min(length + 1, words.size()));
    if (phrase.words.empty()) continue;
    phrase.is_beginning = static_cast<unsigned char>(phrase.words.back().back()) < 0x80;
    phrases.push_back(std::move(phrase));
  }
  return phrases;
}

}  // namespace cineloom::store
