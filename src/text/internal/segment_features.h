#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/chinese_segmenter.h"

namespace cineloom::segmentation {

/// A stretch of text without blanks, as the model sees it.
struct Characters {
  std::vector<char32_t> code_points;   ///< folded: full-width forms are ASCII, digits are '0', Latin letters 'a'
  std::vector<char32_t> originals;     ///< for the gazetteer: full-width forms folded, nothing else
  std::vector<unsigned char> kinds;
  std::vector<std::uint32_t> begins;   ///< byte offsets; one more than there are characters
};

char32_t folded_width(char32_t c);
/// What the model sees of a character.
char32_t model_character(char32_t c);
/// 0 Han, 1 digit, 2 Latin, 3 mark or other, 4 Chinese numeral, 5 unit of time.
unsigned kind_of(char32_t c);

inline std::uint64_t mixed(std::uint64_t value) {
  value ^= value >> 32U;
  value *= 0xD6E8FEB86659FD93ULL;
  return value ^ (value >> 32U);
}
// Never 0, which marks a free slot.
inline std::uint64_t pair_key(char32_t a, char32_t b) { return mixed((std::uint64_t{a} << 32U | b) * 0x9E3779B97F4A7C15ULL) | 1U; }
inline std::uint64_t around_key(char32_t a, char32_t b) { return mixed((std::uint64_t{a} << 32U | b) * 0xC2B2AE3D27D4EB4FULL + 7) | 1U; }
inline std::uint64_t triple_key(char32_t a, char32_t b, char32_t c) {
  return mixed((std::uint64_t{a} << 42U ^ std::uint64_t{b} << 21U ^ c) * 0x165667B19E3779F9ULL + 13) | 1U;
}
/// Key of a word, character by character; start with 0.
inline std::uint64_t longer_key(std::uint64_t key, char32_t c) { return mixed((key + c) * 0x27D4EB2F165667C5ULL) | 1U; }
inline std::uint16_t print_of(std::uint64_t key) { return static_cast<std::uint16_t>((key >> 48U) | 1U); }

inline constexpr unsigned kMarkKind = 3;
/// Index of the pattern of kinds before, at and behind a place, and of repetitions there.
inline std::size_t pattern_of(unsigned before, unsigned own, unsigned behind, bool repeats_next, bool repeats_earlier) {
  return ((before * Weights::kKinds + own) * Weights::kKinds + behind) * 4 + (repeats_next ? 2 : 0) + (repeats_earlier ? 1 : 0);
}
/// The same for a place in a line; neighbours beyond the ends are marks.
std::size_t pattern_at(std::span<const char32_t> characters, std::size_t at);

/// Three bits of a fingerprint, as one of eight.
inline unsigned char hint_of(std::uint16_t print) { return static_cast<unsigned char>(1U << (print >> 1U & 7U)); }

/// The longest listed words that begin, end or go on at each character; 0 = none.
struct ListedWords {
  std::vector<std::array<unsigned char, 3>> lengths;
};

/// `is_listed(key)` tells whether a word of 2 .. 5 characters is in the list, `can_be_listed(index)` whether a character can be in one.
template <class CanBeListed, class IsListed>
void find_listed(std::span<const char32_t> characters, ListedWords& listed, CanBeListed can_be_listed, IsListed is_listed) {
  listed.lengths.assign(characters.size(), {});
  const auto raise = [&](std::size_t at, std::size_t kind, std::size_t length) {
    auto& value = listed.lengths[at][kind];
    if (value < length) value = static_cast<unsigned char>(length);
  };
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (!can_be_listed(i)) continue;
    std::uint64_t key = longer_key(0, characters[i]);
    for (std::size_t length = 2; length <= Weights::kLongestWord && i + length <= characters.size(); ++length) {
      if (!can_be_listed(i + length - 1)) break;
      key = longer_key(key, characters[i + length - 1]);
      if (!is_listed(key)) continue;
      raise(i, 0, length);
      raise(i + length - 1, 1, length);
      for (std::size_t k = i + 1; k + 1 < i + length; ++k) raise(k, 2, length);
    }
  }
}

/// Row of the weights for one of the three facts.
inline std::size_t listed_row(std::size_t kind, std::size_t length) { return kind * (Weights::kLongestWord + 1) + length; }

}  // namespace cineloom::segmentation
