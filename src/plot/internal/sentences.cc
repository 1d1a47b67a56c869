#include "plot/internal/sentences.h"

#include <cctype>
#include <utility>

namespace cineloom::plot {
namespace {

bool is_letter(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte >= 0x80 || std::isalpha(byte) != 0;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

// "Dr. Bennett" does not end a sentence: a full stop counts only before a blank, and behind a longer word or one that is no title.
bool ends_sentence(std::string_view text, std::size_t at) {
  if (at + 1 < text.size() && std::isspace(static_cast<unsigned char>(text[at + 1])) == 0) return false;
  if (text[at] != '.') return text[at] == '!' || text[at] == '?';
  std::size_t begin = at;
  while (begin > 0 && is_letter(text[begin - 1])) --begin;
  return at - begin > 2 || at == begin || std::islower(static_cast<unsigned char>(text[begin])) != 0;
}

}  // namespace

std::vector<std::string_view> sentences_of(std::string_view text) {
  std::vector<std::string_view> sentences;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    const bool is_wide_stop = rest.starts_with("。") || rest.starts_with("！") || rest.starts_with("？");
    if (!is_wide_stop && text[at] != '\n' && !ends_sentence(text, at)) continue;
    const std::size_t end = at + (is_wide_stop ? 3 : 1);
    if (const std::string_view sentence = trim(text.substr(begin, end - begin)); !sentence.empty()) sentences.push_back(sentence);
    begin = end;
    at = end - 1;
  }
  if (const std::string_view rest = trim(text.substr(begin)); !rest.empty()) sentences.push_back(rest);
  return sentences;
}

std::vector<std::string> words_of(std::string_view sentence) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t at = 0; at <= sentence.size(); ++at) {
    if (at < sentence.size() && is_letter(sentence[at])) {
      word += sentence[at];
      continue;
    }
    if (word == "s" && at >= 2 && sentence[at - 2] == '\'') word.clear();
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  }
  return words;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

bool mentions(std::string_view sentence, std::string_view name) {
  const std::string text = lower(sentence);
  const std::string wanted = lower(name);
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

}  // namespace cineloom::plot
