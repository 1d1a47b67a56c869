#include "collect/film_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/utf8.h"

namespace cineloom {
namespace {

// U+00C0 .. U+017F folded to base letters; '.' keeps the character.
constexpr std::string_view kFolded =
    "aaaaaaaceeeeiiiidnooooo.ouuuuypsaaaaaaaceeeeiiiidnooooo.ouuuuypy"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln"
    "nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

constexpr std::array<std::string_view, 8> kArticles = {"the", "a", "an", "le", "la", "les", "der", "das"};

bool is_article(std::string_view word) {
  const std::string folded = fold_latin(word);
  return std::ranges::find(kArticles, folded) != kArticles.end() || folded == "die" || folded == "il" || folded == "el" || folded == "l'" || folded == "un" ||
         folded == "une";
}

// "Matrix, The" -> "The Matrix".
std::string upright_title(std::string_view title) {
  const auto comma = title.rfind(", ");
  if (comma == std::string_view::npos || !is_article(title.substr(comma + 2))) return std::string(title);
  const std::string_view article = title.substr(comma + 2);
  return fmt::format("{}{}{}", article, article.ends_with('\'') ? "" : " ", title.substr(0, comma));
}

bool is_year(std::string_view text) {
  return text.size() == 4 && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

TitleAndYear split_title(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  TitleAndYear result;
  if (text.size() > 6 && text.ends_with(')') && text[text.size() - 6] == '(' && is_year(text.substr(text.size() - 5, 4))) {
    result.year = std::stoi(std::string(text.substr(text.size() - 5, 4)));
    text.remove_suffix(6);
    while (text.ends_with(' ')) text.remove_suffix(1);
  }
  // MovieLens puts other titles in brackets behind the name: "Shanghai Triad (Yao a yao ...)".
  if (const auto bracket = text.find(" ("); bracket != std::string_view::npos && text.ends_with(')')) { text = text.substr(0, bracket); }
  result.title = upright_title(text);
  return result;
}

std::string fold_latin(std::string_view text) {
  std::string folded;
  while (!text.empty()) {
    const auto decoded = decode_utf8(text).value_or(DecodedCharacter{.code_point = U'?', .bytes = 1});
    const char32_t c = decoded.code_point;
    if (c >= U'A' && c <= U'Z') {
      folded += static_cast<char>(c + 32);
    } else if (c >= 0xC0 && c < 0xC0 + kFolded.size() && kFolded[c - 0xC0] != '.') {
      folded += kFolded[c - 0xC0];
    } else if (c == 0x2019) {
      folded += '\'';
    } else {
      append_utf8(folded, c);
    }
    text.remove_prefix(decoded.bytes);
  }
  return folded;
}

std::string film_key(std::string_view title, int year) {
  std::string key;
  for (const char letter : fold_latin(title)) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x80 || std::isalnum(byte) != 0) {
      key += letter;
    } else if (letter != '\'' && !key.empty() && key.back() != '-') {
      key += '-';
    }
  }
  while (key.ends_with('-')) key.pop_back();
  return year > 0 ? fmt::format("{}-{}", key, year) : key;
}

namespace {

/// Full-width letters and digits as ASCII, punctuation of East Asian and other scripts as a blank.
char32_t plain_character(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  const bool is_mark =
      (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F) || (c >= 0xFE30 && c <= 0xFE4F) || c == 0xB7 || c == 0x30FB || c == 0xBF || c == 0xA1;
  return is_mark && c != 0x2019 && c != 0x3005 ? U' ' : c;
}

/// Numbers that titles write in two ways: "Rocky II" is "Rocky 2".
std::string_view plain_word(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kRoman = {
      {{"ii", "2"}, {"iii", "3"}, {"iv", "4"}, {"vi", "6"}, {"vii", "7"}, {"viii", "8"}, {"ix", "9"}, {"xi", "11"}, {"xii", "12"}}};
  const auto found = std::ranges::find(kRoman, word, [](const auto& one) { return one.first; });
  return found == kRoman.end() ? word : found->second;
}

}  // namespace

std::string comparable_title(std::string_view title) {
  std::string plain;
  while (!title.empty()) {
    const auto decoded = decode_utf8(title).value_or(DecodedCharacter{.code_point = U'?', .bytes = 1});
    if (decoded.code_point == U'&') plain += " and ";
    else append_utf8(plain, plain_character(decoded.code_point));
    title.remove_prefix(decoded.bytes);
  }
  const std::string key = film_key(plain, 0);
  std::string joined;
  std::size_t words = 0;
  for (std::string_view rest = key; !rest.empty(); ++words) {
    const auto dash = rest.find('-');
    const std::string_view word = rest.substr(0, dash);
    rest = dash == std::string_view::npos ? std::string_view() : rest.substr(dash + 1);
    if (words == 0 && !rest.empty() && is_article(word)) continue;
    joined += words == 0 ? word : plain_word(word);
  }
  return joined;
}

}  // namespace cineloom
