#include "text/clean.h"

#include <fmt/format.h>
#include <uchardet.h>
#include <unicode/normalizer2.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <array>
#include <cctype>
#include <memory>

#include "base/utf8.h"

namespace cineloom {
namespace {

struct DetectorDeleter {
  void operator()(uchardet* detector) const { uchardet_delete(detector); }
};

// Two bytes a character: in Latin text every second byte is zero.
std::string utf16_form(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return "UTF-16LE";
  if (bytes.starts_with("\xFE\xFF")) return "UTF-16BE";
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\0') ++(i % 2 == 0 ? even : odd);
  }
  if (odd * 4 > bytes.size() && odd > 4 * even) return "UTF-16LE";
  if (even * 4 > bytes.size() && even > 4 * odd) return "UTF-16BE";
  return "";
}

std::string detect_by_statistics(std::string_view bytes) {
  const std::unique_ptr<uchardet, DetectorDeleter> detector(uchardet_new());
  if (uchardet_handle_data(detector.get(), bytes.data(), bytes.size()) != 0) return "";
  uchardet_data_end(detector.get());
  const std::string name = uchardet_get_charset(detector.get());
  // GB2312 and GBK are parts of GB18030; pure ASCII was caught as UTF-8 before.
  return name == "GB2312" || name == "GBK" ? "GB18030" : name;
}

Expected<std::string> convert(std::string_view bytes, const std::string& encoding) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString text(bytes.data(), static_cast<std::int32_t>(bytes.size()), encoding.c_str());
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status) || text.isBogus() || (text.isEmpty() && !bytes.empty())) {
    return fail(ErrorCode::InvalidArgument, fmt::format("text in {} cannot be read", encoding));
  }
  std::string result;
  normalizer->normalize(text, status).toUTF8String(result);
  return result;
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
  while (!text.empty()) {
    const auto close = text.find('>');
    const auto semicolon = text.substr(0, 10).find(';');
    if (text[0] == '<' && starts_tag(text) && close != std::string_view::npos) {
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

Expected<CleanText> clean_text(std::string_view bytes) {
  CleanText clean{.encoding = utf16_form(bytes)};
  if (clean.encoding.empty() && is_valid_utf8(bytes)) clean.encoding = "UTF-8";
  if (clean.encoding.empty()) clean.encoding = detect_by_statistics(bytes);
  if (clean.encoding.empty()) return no_known_encoding();
  CINELOOM_TRY_ASSIGN(const std::string text, convert(bytes, clean.encoding));
  if (text.contains('\0')) return no_known_encoding();
  std::string_view rest = text;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  clean.text = strip_html(unix_lines(rest));
  return clean;
}

}  // namespace cineloom
