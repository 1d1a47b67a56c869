#include "text/internal/segment_features.h"

#include "base/utf8.h"

namespace cineloom::segmentation {

char32_t folded_width(char32_t c) { return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c; }

char32_t model_character(char32_t c) {
  c = folded_width(c);
  if (c >= U'0' && c <= U'9') return U'0';
  if ((c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z')) return U'a';
  return c;
}

unsigned kind_of(char32_t c) {
  if (c == U'0') return 1;
  if (c == U'a') return 2;
  constexpr std::u32string_view kNumerals = U"〇一二三四五六七八九十百千万亿两零○";
  constexpr std::u32string_view kTimes = U"年月日时分秒";
  if (kNumerals.contains(c)) return 4;
  if (kTimes.contains(c)) return 5;
  return is_han(c) ? 0 : 3;
}

std::size_t pattern_at(std::span<const char32_t> characters, std::size_t at) {
  const auto kind = [&](std::size_t index) { return index < characters.size() ? kind_of(characters[index]) : kMarkKind; };
  return pattern_of(at == 0 ? kMarkKind : kind(at - 1), kind(at), kind(at + 1), at + 1 < characters.size() && characters[at] == characters[at + 1],
                    at >= 2 && characters[at] == characters[at - 2]);
}

}  // namespace cineloom::segmentation
