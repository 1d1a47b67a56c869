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

std::string comparable_title(std::string_view title) {
  std::string key = film_key(title, 0);
  const auto dash = key.find('-');
  if (dash != std::string::npos && is_article(std::string_view(key).substr(0, dash))) key.erase(0, dash + 1);
  std::erase(key, '-');
  return key;
}

}  // namespace cineloom
