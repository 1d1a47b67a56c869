#include "fuse/internal/line_kinds.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "fuse/internal/letters.h"

namespace cineloom::fuse {
namespace {

constexpr int kLongestCaselessName = 12;

bool is_blank(char letter) { return letter == ' ' || letter == '\t'; }

char upper(char letter) { return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter; }

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, {}, upper);
}

bool is_sentence_mark(char32_t c) { return c == U'.' || c == U',' || c == U'!' || c == U'?' || c == U'。' || c == U'，' || c == U'！' || c == U'？'; }

/// What the letters of a line outside brackets are.
struct LetterCount {
  int upper = 0;
  int lower = 0;
  int caseless = 0;
  bool has_sentence_mark = false;
};

LetterCount count_letters(std::string_view text) {
  LetterCount count;
  bool is_in_brackets = false;
  while (!text.empty()) {
    const auto decoded = decode_utf8(text).value_or(DecodedCharacter{.code_point = U'?', .bytes = 1});
    const char32_t c = decoded.code_point;
    if (c == U'(') is_in_brackets = true;
    const LetterCase kind = is_in_brackets ? LetterCase::None : case_of(c);
    count.upper += kind == LetterCase::Upper ? 1 : 0;
    count.lower += kind == LetterCase::Lower ? 1 : 0;
    count.caseless += kind == LetterCase::Caseless ? 1 : 0;
    count.has_sentence_mark = count.has_sentence_mark || is_sentence_mark(c);
    if (c == U')') is_in_brackets = false;
    text.remove_prefix(decoded.bytes);
  }
  return count;
}

/// Without no-break and ideographic blanks, which hide behind a name and would make it another.
std::string_view trim_wide_blanks(std::string_view text) {
  constexpr std::array<std::string_view, 3> kBlanks = {" ", "\u00A0", "\u3000"};
  for (std::size_t before = text.size() + 1; text.size() < before;) {
    before = text.size();
    for (const std::string_view blank : kBlanks) {
      if (text.starts_with(blank)) text.remove_prefix(blank.size());
      if (text.ends_with(blank)) text.remove_suffix(blank.size());
    }
  }
  return text;
}

}  // namespace

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_scene_heading(std::string_view bare) {
  constexpr std::array<std::string_view, 8> kStarts = {"INT./EXT", "EXT./INT", "INT/EXT", "I./E", "I/E", "INT", "EXT", "EST"};
  for (const std::string_view start : kStarts) {
    if (!starts_with_word(bare, start)) continue;
    const std::string_view rest = bare.substr(start.size());
    if (rest.starts_with('.') || rest.starts_with(' ')) return true;
  }
  return false;
}

bool is_upper_line(std::string_view bare) {
  const LetterCount count = count_letters(bare);
  if (count.lower > 0) return false;
  if (count.upper > 0) return true;
  return count.caseless > 0 && count.caseless <= kLongestCaselessName && !count.has_sentence_mark;
}

bool is_transition(std::string_view bare) { return bare.ends_with("TO:") && is_upper_line(bare); }

bool is_name_line(std::string_view bare) {
  std::string_view text = trim_blanks(bare);
  if (text.ends_with('^')) text = trim_blanks(text.substr(0, text.size() - 1));
  return !text.contains('^') && is_upper_line(text);
}

void take_scene_number(ScreenplayElement& heading) {
  std::string& text = heading.text;
  if (text.size() < 3 || !text.ends_with('#')) return;
  const auto open = text.rfind('#', text.size() - 2);
  if (open == std::string::npos) return;
  const std::string number = text.substr(open + 1, text.size() - open - 2);
  if (number.empty() || number.find_first_of(" \t") != std::string::npos) return;
  heading.scene_number = number;
  text = std::string(trim_blanks(std::string_view(text).substr(0, open)));
}

void take_name_parts(ScreenplayElement& name) {
  std::string_view text = trim_blanks(name.text);
  if (text.ends_with('^')) {
    name.is_dual = true;
    text = trim_blanks(text.substr(0, text.size() - 1));
  }
  std::string extension;
  while (text.ends_with(')')) {
    const auto open = text.rfind('(');
    if (open == std::string_view::npos || trim_blanks(text.substr(0, open)).empty()) break;
    const std::string_view inner = trim_blanks(text.substr(open + 1, text.size() - open - 2));
    if (!inner.empty()) extension.insert(0, std::string(inner).append(extension.empty() ? "" : ", "));
    text = trim_blanks(text.substr(0, open));
  }
  name.extension = std::move(extension);
  name.text = std::string(trim_wide_blanks(text));
}

}  // namespace cineloom::fuse
