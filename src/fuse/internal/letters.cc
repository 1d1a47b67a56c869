#include "fuse/internal/letters.h"

#include <string_view>

namespace cineloom::fuse {

LetterCase case_of(char32_t c) {
  using enum LetterCase;
  if (c >= U'a' && c <= U'z') return Lower;
  if (c >= U'A' && c <= U'Z') return Upper;
  if (c < 0xC0 || c == 0xD7 || c == 0xF7) return None;
  if (c < 0x100) return c >= 0xDF ? Lower : Upper;
  if (c < 0x180) return c % 2 == 1 ? Lower : Upper;
  if (c >= 0x391 && c <= 0x3CE) return c >= 0x3AC ? Lower : Upper;
  if (c >= 0x400 && c <= 0x45F) return c >= 0x430 ? Lower : Upper;
  const bool is_sign = (c >= 0x2000 && c < 0x2C00) || (c >= 0x3000 && c < 0x3040) || (c >= 0xFF00 && c < 0xFF10) || c >= 0x1F000;
  return is_sign ? None : Caseless;
}

char32_t small_letter(char32_t c) {
  const bool is_latin = (c >= U'A' && c <= U'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7);
  if (is_latin || (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F)) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  return c >= 0x100 && c <= 0x137 && c % 2 == 0 ? c + 1 : c;
}

char32_t base_letter(char32_t c) {
  // From U+00E0 on; a blank stands for letters that are more than an accent.
  constexpr std::string_view kBases = "aaaaaa ceeeeiiii nooooo  uuuuy y";
  if (c < 0xE0 || c >= 0x100) return c;
  const char base = kBases[c - 0xE0];
  return base == ' ' ? c : static_cast<char32_t>(base);
}

}  // namespace cineloom::fuse
