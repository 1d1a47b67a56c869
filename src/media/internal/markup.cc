#include "media/internal/markup.h"

#include <algorithm>

namespace cineloom {
namespace {

constexpr std::size_t kLongestTag = 2000;

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }
bool is_blank(char letter) { return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r'; }

std::string_view without_prefix(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

MarkupTag next_tag(std::string_view text, std::size_t from) {
  for (auto begin = text.find('<', from); begin != std::string_view::npos; begin = text.find('<', begin + 1)) {
    const std::string_view rest = text.substr(begin + 1, kLongestTag);
    const auto close = rest.find_first_of("<>");
    if (close == std::string_view::npos || rest[close] == '<') continue;
    std::string_view inner = rest.substr(0, close);
    MarkupTag tag{.begin = begin, .end = begin + close + 2, .is_closing = inner.starts_with('/')};
    if (tag.is_closing) inner.remove_prefix(1);
    const auto name_end = std::min(inner.find_first_of(" \t\r\n/"), inner.size());
    tag.name = without_prefix(inner.substr(0, name_end));
    tag.attributes = inner.substr(name_end);
    return tag;
  }
  return {};
}

std::string_view attribute(std::string_view rest, std::string_view name) {
  while (!rest.empty()) {
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos) return {};
    std::string_view key = rest.substr(0, equals);
    while (!key.empty() && is_blank(key.back())) key.remove_suffix(1);
    const auto blank = key.find_last_of(" \t\r\n");
    if (blank != std::string_view::npos) key.remove_prefix(blank + 1);
    rest.remove_prefix(equals + 1);
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    const bool is_quoted = !rest.empty() && (rest.front() == '"' || rest.front() == '\'');
    const std::size_t begin = is_quoted ? 1 : 0;
    const std::size_t end = std::min(is_quoted ? rest.find(rest.front(), 1) : rest.find_first_of(" \t\r\n"), rest.size());
    if (is_same_word(without_prefix(key), name)) return rest.substr(begin, end - begin);
    rest.remove_prefix(std::min(rest.size(), end + begin));
  }
  return {};
}

bool is_same_word(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

}  // namespace cineloom
