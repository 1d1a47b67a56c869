#pragma once

namespace cineloom::fuse {

enum class LetterCase { None, Lower, Upper, Caseless };

/// The case of letters of Latin, Greek and Cyrillic; letters of other scripts have none. Signs and emoji are no letters.
LetterCase case_of(char32_t c);

/// The small letter of a capital of Latin, Greek or Cyrillic; all else stays.
char32_t small_letter(char32_t c);

/// The letter under an accent of Western European languages: e for é; all else stays.
char32_t base_letter(char32_t c);

}  // namespace cineloom::fuse
