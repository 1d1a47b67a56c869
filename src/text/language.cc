#include "text/language.h"

// CLD2's header uses both without naming them.
#include <cstdio>
#include <string>

#include <cld2/public/compact_lang_det.h>

#include "base/utf8.h"

namespace cineloom {
namespace {

struct Scripts {
  std::size_t han = 0;
  std::size_t kana = 0;
  std::size_t letters = 0;
};

Scripts count_scripts(std::string_view text) {
  Scripts scripts;
  while (!text.empty()) {
    const auto decoded = decode_utf8(text).value_or(DecodedCharacter{.code_point = U' ', .bytes = 1});
    const char32_t c = decoded.code_point;
    if (is_han(c)) ++scripts.han;
    if (c >= 0x3040 && c <= 0x30FF) ++scripts.kana;
    if ((c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= 0xC0 && c < 0x2000) || (c >= 0x2E80 && c < 0x1F000) || c >= 0x20000) ++scripts.letters;
    text.remove_prefix(decoded.bytes);
  }
  return scripts;
}

}  // namespace

DetectedLanguage detect_language(std::string_view text) {
  const Scripts scripts = count_scripts(text);
  if (scripts.letters == 0) return {.code = "und"};
  if (scripts.kana > 0 && scripts.kana * 4 > scripts.han) return {.code = "ja", .confidence = 0.95};
  if (scripts.han * 3 > scripts.letters) return {.code = "zh", .confidence = 0.95};
  bool is_reliable = false;
  const CLD2::Language language = CLD2::DetectLanguage(text.data(), static_cast<int>(text.size()), true, &is_reliable);
  // English is what CLD2 says when it does not know; short plain text is most often just that.
  if (language == CLD2::UNKNOWN_LANGUAGE) return {.code = "en", .confidence = 0.3};
  return {.code = CLD2::LanguageCode(language), .confidence = is_reliable ? 0.9 : 0.5};
}

}  // namespace cineloom
