#include "text/clean.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/utf8.h"
#include "text/encoding.h"

namespace cineloom {
namespace {

Expected<std::string> convert(std::string_view bytes, const std::string& encoding) {
  const icu::UnicodeString text(bytes.data(), static_cast<std::int32_t>(bytes.size()), encoding.c_str());
  if (text.isBogus() || (text.isEmpty() && !bytes.empty())) return fail(ErrorCode::InvalidArgument, fmt::format("text in {} cannot be read", encoding));
  std::string result;
  text.toUTF8String(result);
  return result;
}

Expected<std::string> normalize(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return fail(ErrorCode::Internal, "the normaliser for texts is missing");
  std::string result;
  normalizer->normalize(icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()))), status).toUTF8String(result);
  return result;
}

/// What Windows-1252 puts where Latin-1 has control characters, from byte 0x80 on; 0 = nothing.
constexpr std::array<char32_t, 32> kWindows1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                                   0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                                   0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::optional<char> western_byte(char32_t c) {
  if (c < 0x100) return static_cast<char>(c);
  const auto* found = std::ranges::find(kWindows1252, c);
  if (found == kWindows1252.end()) return std::nullopt;
  return static_cast<char>(0x80 + (found - kWindows1252.begin()));
}

/// The text behind UTF-8 whose bytes were taken for Western letters and encoded again ("Ã©" for "é"). It must hold enough of
/// such pairs, and every letter must take part: "Ã" alone is Portuguese.
std::optional<std::string> decode_once_more(std::string_view text) {
  constexpr std::size_t kEnough = 2;
  std::string inner;
  inner.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const auto decoded = decode_utf8(rest);
    const auto byte = decoded ? western_byte(decoded->code_point) : std::nullopt;
    if (!byte) return std::nullopt;
    inner += *byte;
    rest.remove_prefix(decoded->bytes);
  }
  if (inner.size() < count_characters(inner) + kEnough || !is_valid_utf8(inner)) return std::nullopt;
  return inner;
}

std::string unix_lines(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
    } else if (i + 1 >= text.size() || text[i + 1] != '\n') {
      result += '\n';
    }
  }
  return result;
}

std::unexpected<Error> no_known_encoding() {
  return std::unexpected(Error(ErrorCode::InvalidArgument, "expected text, found bytes of no known encoding").advise("save it as UTF-8"));
}

std::string_view entity_text(std::string_view name) {
  struct Entity {
    std::string_view name;
    std::string_view text;
  };
  constexpr std::array<Entity, 6> kEntities = {{{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};
  for (const Entity& entity : kEntities) {
    if (entity.name == name) return entity.text;
  }
  return {};
}

bool starts_tag(std::string_view rest) {
  if (rest.size() < 2) return false;
  const char next = rest[1];
  return std::isalpha(static_cast<unsigned char>(next)) != 0 || next == '/' || next == '!';
}

}  // namespace

std::string strip_html(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  // Behind the last closing bracket nothing is a tag: looking for one at each opening bracket would take quadratic time.
  const char* last_close = text.data() + (text.rfind('>') == std::string_view::npos ? 0 : text.rfind('>'));
  while (!text.empty()) {
    const auto semicolon = text[0] == '&' ? text.substr(0, 10).find(';') : std::string_view::npos;
    if (text[0] == '<' && text.data() < last_close && starts_tag(text)) {
      const auto close = text.find('>');
      const bool breaks = text.starts_with("<br") || text.starts_with("<BR") || text.starts_with("<p") || text.starts_with("<P");
      result += breaks ? "\n" : "";
      text.remove_prefix(close + 1);
    } else if (text[0] == '&' && semicolon != std::string_view::npos && !entity_text(text.substr(1, semicolon - 1)).empty()) {
      result += entity_text(text.substr(1, semicolon - 1));
      text.remove_prefix(semicolon + 1);
    } else {
      result += text[0];
      text.remove_prefix(1);
    }
  }
  return result;
}

Expected<CleanText> decode_text(std::string_view bytes) {
  CleanText decoded{.encoding = detect_encoding(bytes)};
  if (decoded.encoding.empty()) return no_known_encoding();
  if (decoded.encoding == "UTF-8") {
    decoded.text = is_valid_utf8(bytes) ? std::string(bytes) : to_valid_utf8(bytes);  // the last character may be cut off
  } else {
    CINELOOM_TRY_ASSIGN(decoded.text, convert(bytes, decoded.encoding));
  }
  if (decoded.text.contains('\0')) return no_known_encoding();
  if (decoded.text.starts_with("\xEF\xBB\xBF")) decoded.text.erase(0, 3);
  for (auto once = decode_once_more(decoded.text); once; once = decode_once_more(decoded.text)) {
    decoded.text = *std::move(once);
    decoded.encoding = "UTF-8 encoded twice";
  }
  return decoded;
}

Expected<CleanText> clean_text(std::string_view bytes) {
  CINELOOM_TRY_ASSIGN(CleanText clean, decode_text(bytes));
  CINELOOM_TRY_ASSIGN(const std::string text, normalize(clean.text));
  clean.text = strip_html(unix_lines(text));
  return clean;
}

}  // namespace cineloom
