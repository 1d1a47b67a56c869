#include "story/what_if/words.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace cineloom::what_if {
namespace {

constexpr std::string_view kBackward =
    "|no|yes|yeah|nope|certainly|exactly|but|and|because|or|nor|why|who|what|where|how|when|which|that|it|its|this|these|those|he|she|they|him|her|them|then|"
    "so|okay|ok|sure|true|really|neither|nobody|nothing|me|not|oh|right|never|there|";
constexpr std::array<std::string_view, 16> kBackwardChinese = {"不", "是",   "对", "那", "可是", "但",   "因为", "为什么",
                                                               "谁", "什么", "好", "这", "没有", "怎么", "他",   "她"};
constexpr std::size_t kShortAnswer = 3;  // words

bool is_word_letter(char32_t letter) {
  return (letter >= U'a' && letter <= U'z') || (letter >= U'A' && letter <= U'Z') || (letter >= U'0' && letter <= U'9') ||
         (letter >= 0xC0 && letter < 0x2000 && letter != 0xD7 && letter != 0xF7);
}

bool is_apostrophe(char32_t letter) { return letter == U'\'' || letter == 0x2019; }

DecodedCharacter next_letter(std::string_view rest) { return decode_utf8(rest).value_or(DecodedCharacter{.code_point = U'?', .bytes = 1}); }

bool ends_sentence_here(std::string_view rest) {
  return rest.starts_with('.') || rest.starts_with('!') || rest.starts_with('?') || rest.starts_with('\n') || rest.starts_with("。") ||
         rest.starts_with("！") || rest.starts_with("？");
}

bool ends_clause_here(std::string_view rest) {
  return ends_sentence_here(rest) || rest.starts_with(',') || rest.starts_with(';') || rest.starts_with(':') || rest.starts_with("--") ||
         rest.starts_with("，") || rest.starts_with("；");
}

std::string plain(std::string_view text) {
  std::string word = lower(text);
  for (auto at = word.find("’"); at != std::string::npos; at = word.find("’", at + 1)) word.replace(at, std::string_view("’").size(), "'");
  if (word.ends_with("'s")) word.resize(word.size() - 2);
  if (word.ends_with("'")) word.pop_back();
  return word;
}

/// Bytes of the word at the beginning of `rest`, 0 if none begins there.
std::size_t word_length(std::string_view rest) {
  std::size_t length = 0;
  while (length < rest.size()) {
    const DecodedCharacter letter = next_letter(rest.substr(length));
    if (is_han(letter.code_point)) return length == 0 ? letter.bytes : length;
    const std::string_view behind = rest.substr(length + letter.bytes);
    const bool joins =
        length > 0 && (is_apostrophe(letter.code_point) || letter.code_point == U'-') && !behind.empty() && is_word_letter(next_letter(behind).code_point);
    if (!is_word_letter(letter.code_point) && !joins) break;
    length += letter.bytes;
  }
  return length;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  return result;
}

bool is_among(std::string_view list, std::string_view word) {
  for (auto at = list.find(word); at != std::string_view::npos && !word.empty(); at = list.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if (at > 0 && list[at - 1] == '|' && end < list.size() && list[end] == '|') return true;
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = word_length(text.substr(at));
    if (length > 0) {
      words.push_back({.text = text.substr(at, length), .lower = plain(text.substr(at, length))});
      at += length;
      continue;
    }
    const std::string_view rest = text.substr(at);
    if (!words.empty()) {
      words.back().ends_clause = words.back().ends_clause || ends_clause_here(rest);
      words.back().ends_sentence = words.back().ends_sentence || ends_sentence_here(rest);
    }
    at += next_letter(rest).bytes;
  }
  return words;
}

std::vector<std::string_view> sentences_of(std::string_view text) {
  constexpr std::string_view kTitles = "|dr|mr|mrs|ms|st|blvd|a|p|";
  std::vector<std::string_view> sentences;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    const std::string_view sentence = trimmed(text.substr(begin, end - begin));
    if (!sentence.empty()) sentences.push_back(sentence);
    begin = end;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const std::size_t bytes = next_letter(rest).bytes;
    const auto blank = text.substr(0, at).find_last_of(" \n\t.");
    const bool is_title =
        rest.front() == '.' &&
        is_among(kTitles, lower(text.substr(blank == std::string_view::npos ? 0 : blank + 1, at - (blank == std::string_view::npos ? 0 : blank + 1))));
    at += bytes;
    if (!ends_sentence_here(rest) || is_title) continue;
    while (at < text.size() && (ends_sentence_here(text.substr(at)) || text[at] == '"' || text[at] == ')')) at += next_letter(text.substr(at)).bytes;
    const bool is_wide = static_cast<unsigned char>(rest.front()) >= 0x80;
    if (is_wide || at >= text.size() || text[at - 1] == '\n' || static_cast<unsigned char>(text[at]) <= ' ') close(at);
  }
  close(text.size());
  return sentences;
}

std::string clipped(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  std::size_t end = text.substr(0, bytes).rfind(' ');
  if (end == std::string_view::npos || end < bytes / 2) end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return std::string(trimmed(text.substr(0, end))) + " …";
}

std::string stem(std::string_view word) {
  for (const std::string_view ending : {"ing", "ies", "es", "ed", "s"}) {
    if (word.size() > ending.size() + 2 && word.ends_with(ending) && !word.ends_with("ss")) return std::string(word.substr(0, word.size() - ending.size()));
  }
  if (word.size() > 4 && word.ends_with('e')) word.remove_suffix(1);
  return std::string(word);
}

bool leans_back(std::string_view text) {
  const std::vector<Word> words = words_of(text);
  if (words.empty()) return true;
  for (const std::string_view beginning : kBackwardChinese) {
    if (trimmed(text).starts_with(beginning)) return true;
  }
  if (is_han(next_letter(words.front().text).code_point)) return words.size() <= 2 * kShortAnswer;
  return words.size() <= kShortAnswer || is_among(kBackward, words.front().lower);
}

}  // namespace cineloom::what_if
