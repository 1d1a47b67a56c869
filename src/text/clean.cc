#include "text/clean.h"

#include <fmt/format.h>
#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>

#include "base/utf8.h"
#include "text/encoding.h"

namespace cineloom {
namespace {

struct ConverterCloser {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

/// Character by character, so that each one's bytes are known.
Expected<MappedText> convert(std::string_view bytes, const std::string& encoding) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, ConverterCloser> converter(ucnv_open(encoding.c_str(), &status));
  if (U_FAILURE(status)) return fail(ErrorCode::InvalidArgument, fmt::format("text in {} cannot be read", encoding));
  MappedText result;
  result.text.reserve(bytes.size());
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at < end) {
    const char* const begin = at;
    const UChar32 character = ucnv_getNextUChar(converter.get(), &at, end, &status);
    if (status == U_INDEX_OUTOFBOUNDS_ERROR) break;  // marks that are no characters, at the end
    if (U_FAILURE(status)) status = U_ZERO_ERROR;
    std::string utf8;
    icu::UnicodeString(character).toUTF8String(utf8);
    // Nothing is lost where a converter stands still on bytes that it cannot read.
    if (at == begin) ++at;
    result.replace(utf8, static_cast<std::size_t>(at - begin));
  }
  return result;
}

Expected<MappedText> normalize(std::string_view text, NormalForm form) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = form == NormalForm::C ? icu::Normalizer2::getNFCInstance(status) : icu::Normalizer2::getNFKCInstance(status);
  if (U_FAILURE(status)) return fail(ErrorCode::Internal, "the normaliser for texts is missing");
  MappedText result;
  icu::Edits edits;
  icu::StringByteSink<std::string> sink(&result.text, static_cast<std::int32_t>(text.size()));
  normalizer->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, &edits, status);
  if (U_FAILURE(status)) return fail(ErrorCode::ResourceExhausted, "expected a text of at most 2 GB");
  for (auto edit = edits.getFineIterator(); edit.next(status);) {
    result.source.add(static_cast<std::size_t>(edit.newLength()), static_cast<std::size_t>(edit.oldLength()));
  }
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
std::optional<MappedText> decode_once_more(std::string_view text) {
  constexpr std::size_t kEnough = 2;
  MappedText inner;
  inner.text.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const auto decoded = decode_utf8(rest);
    const auto byte = decoded ? western_byte(decoded->code_point) : std::nullopt;
    if (!byte) return std::nullopt;
    inner.replace(std::string_view(&*byte, 1), decoded->bytes);
    rest.remove_prefix(decoded->bytes);
  }
  if (inner.text.size() < count_characters(inner.text) + kEnough || !is_valid_utf8(inner.text)) return std::nullopt;
  return inner;
}

MappedText unix_lines(std::string_view text) {
  MappedText result;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('\r'), text.size());
    result.keep(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const std::size_t length = text.starts_with("\r\n") ? 2 : 1;
    result.replace("\n", length);
    text.remove_prefix(length);
  }
  return result;
}

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Valid text as it is; of other bytes each that is no character becomes U+FFFD.
MappedText valid_utf8(std::string_view bytes) {
  MappedText result;
  if (is_valid_utf8(bytes)) {
    result.keep(bytes);
    return result;
  }
  while (!bytes.empty()) {
    const auto decoded = decode_utf8(bytes);
    if (decoded) result.keep(bytes.substr(0, decoded->bytes));
    else result.replace("\xEF\xBF\xBD", 1);
    bytes.remove_prefix(decoded ? decoded->bytes : 1);
  }
  return result;
}

MappedText without_front(std::string_view text, std::size_t bytes) {
  MappedText result;
  result.source.drop(bytes);
  result.keep(text.substr(bytes));
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

std::string strip_html(std::string_view text) { return strip_html_mapped(text).text; }

MappedText strip_html_mapped(std::string_view text) {
  MappedText result;
  result.text.reserve(text.size());
  // Behind the last closing bracket nothing is a tag: looking for one at each opening bracket would take quadratic time.
  const char* last_close = text.data() + (text.rfind('>') == std::string_view::npos ? 0 : text.rfind('>'));
  while (!text.empty()) {
    const auto semicolon = text[0] == '&' ? text.substr(0, 10).find(';') : std::string_view::npos;
    std::size_t length = 1;
    if (text[0] == '<' && text.data() < last_close && starts_tag(text)) {
      length = text.find('>') + 1;
      const bool breaks = text.starts_with("<br") || text.starts_with("<BR") || text.starts_with("<p") || text.starts_with("<P");
      result.replace(breaks ? "\n" : "", length);
    } else if (text[0] == '&' && semicolon != std::string_view::npos && !entity_text(text.substr(1, semicolon - 1)).empty()) {
      length = semicolon + 1;
      result.replace(entity_text(text.substr(1, semicolon - 1)), length);
    } else {
      length = std::clamp<std::size_t>(text.find_first_of("<&", 1), 1, text.size());
      result.keep(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return result;
}

Expected<CleanText> decode_text(std::string_view bytes) {
  CleanText decoded{.encoding = detect_encoding(bytes)};
  if (decoded.encoding.empty()) return no_known_encoding();
  if (decoded.encoding == "UTF-8") {
    MappedText own = valid_utf8(bytes);  // the last character may be cut off
    decoded.text = std::move(own.text);
    decoded.source = std::move(own.source);
  } else {
    CINELOOM_TRY_ASSIGN(MappedText converted, convert(bytes, decoded.encoding));
    decoded.text = std::move(converted.text);
    decoded.source = std::move(converted.source);
  }
  if (decoded.text.contains('\0')) return no_known_encoding();
  if (decoded.text.starts_with(kByteOrderMark)) {
    const MappedText rest = without_front(decoded.text, kByteOrderMark.size());
    decoded.text = rest.text;
    decoded.source = decoded.source.then(rest.source);
  }
  for (auto once = decode_once_more(decoded.text); once; once = decode_once_more(decoded.text)) {
    decoded.text = std::move(once->text);
    decoded.source = decoded.source.then(once->source);
    decoded.encoding = "UTF-8 encoded twice";
  }
  return decoded;
}

Expected<CleanText> clean_text(std::string_view bytes, NormalForm form) {
  CINELOOM_TRY_ASSIGN(CleanText clean, decode_text(bytes));
  CINELOOM_TRY_ASSIGN(const MappedText normal, normalize(clean.text, form));
  const MappedText lines = unix_lines(normal.text);
  MappedText plain = strip_html_mapped(lines.text);
  clean.source = clean.source.then(normal.source).then(lines.source).then(plain.source);
  clean.text = std::move(plain.text);
  return clean;
}

}  // namespace cineloom
